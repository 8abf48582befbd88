// SPDX-License-Identifier: Apache-2.0

package import Storage
import Testing

/// A kind of store, and the promises of `RunStore` it is held to; a store is finished when it keeps all of them.
///
///     static let stores = [StoreChecks("memory") { StoreUnderTest(MemoryStore()) }]
///
///     @Test("every store keeps every promise", arguments: stores, StoreChecks.promises)
///     func promises(store: StoreChecks, promise: StorePromise) async throws {
///         try await store.check(promise)
///     }
package struct StoreChecks: Sendable, CustomTestStringConvertible {
    /// Every promise, by subject.
    package static let promises =
        runPromises + planPromises + stepPromises + pagePromises + reportPromises + blockPromises + hostKeyPromises
        + actionPromises + slotPromises + eventPromises + forgettingPromises
        + crowdPromises + outputPromises

    /// The kind of store.
    package let testDescription: String
    private let makeStore: @Sendable () async throws -> StoreUnderTest

    /// Names a kind of store and says how to make an empty one.
    package init(_ name: String, makeStore: @escaping @Sendable () async throws -> StoreUnderTest) {
        testDescription = name
        self.makeStore = makeStore
    }

    /// Checks one promise on an empty store.
    package func check(_ promise: StorePromise) async throws {
        let subject = try await makeStore()
        do {
            try await promise.check(subject)
        } catch {
            await subject.discard()
            throw error
        }
        await subject.discard()
    }
}

/// One thing that every store promises.
package struct StorePromise: Sendable, CustomTestStringConvertible {
    /// The promise as a sentence.
    package let testDescription: String
    let check: @Sendable (StoreUnderTest) async throws -> Void

    init(_ sentence: String, check: @escaping @Sendable (any RunStore) async throws -> Void) {
        testDescription = sentence
        self.check = { try await check($0.store) }
    }

    /// A promise of stores that keep something when they are closed; the check is handed what closes and opens its store.
    init(
        _ sentence: String,
        reopening check: @escaping @Sendable (any RunStore, () async throws -> any RunStore) async throws -> Void
    ) {
        testDescription = sentence
        self.check = { subject in
            if let reopen = subject.reopen { try await check(subject.store, reopen) }
        }
    }
}

/// A store that is being checked.
package struct StoreUnderTest: Sendable {
    /// The store.
    package let store: any RunStore
    /// Closes the store and opens what it kept; nil for a store that keeps nothing.
    let reopen: (@Sendable () async throws -> any RunStore)?
    /// Closes the store and removes what it kept.
    let discard: @Sendable () async -> Void

    /// Makes one of a store that may need closing and clearing away.
    package init(
        _ store: any RunStore, reopen: (@Sendable () async throws -> any RunStore)? = nil,
        discard: @escaping @Sendable () async -> Void = {}
    ) {
        self.store = store
        self.reopen = reopen
        self.discard = discard
    }
}
