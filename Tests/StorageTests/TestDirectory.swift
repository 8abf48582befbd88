// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLiteStorage
import StorageTesting

/// A directory of a test's own, removed with everything in it when it is no longer used.
final class TestDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/firstline-storage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Where the store of a test is; not made yet.
    var data: String { path + "/data" }
    var database: String { data + "/firstline.db" }
    var lock: String { data + "/firstline.lock" }

    func open(_ mode: SQLiteStore.Mode = .readWrite) async throws -> SQLiteStore {
        try await SQLiteStore.open(directory: data, mode: mode)
    }
}

/// A SQLite store that can be closed and opened again while it is checked.
enum SQLiteUnderTest {
    static func make() async throws -> StoreUnderTest {
        let directory = try TestDirectory()
        let current = Current(try await directory.open())
        return StoreUnderTest(
            await current.store, reopen: { try await current.reopen(in: directory) },
            discard: { await current.store.close() })
    }

    private actor Current {
        private(set) var store: SQLiteStore

        init(_ store: SQLiteStore) { self.store = store }

        func reopen(in directory: TestDirectory) async throws -> SQLiteStore {
            await store.close()
            store = try await directory.open()
            return store
        }
    }
}
