// SPDX-License-Identifier: Apache-2.0

import SQLiteStorage
import Storage
import StorageTesting
import Testing

@Suite("Every store")
struct EveryStoreTests {
    static let stores = [
        StoreChecks("memory") { StoreUnderTest(MemoryStore()) },
        StoreChecks("SQLite") { try await SQLiteUnderTest.make() },
    ]

    @Test("keeps every promise of the contract", arguments: stores, StoreChecks.promises)
    func promises(store: StoreChecks, promise: StorePromise) async throws {
        try await store.check(promise)
    }
}
