// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Synchronization
import TaskKit

/// The host keys that are expected, as sessions ask for them; keys that are trusted meanwhile count at once.
final class KnownKeys: Sendable {
    private let keys: Mutex<[Endpoint: [HostKey]]>

    init(_ pinned: [PinnedHostKey]) {
        keys = Mutex(Dictionary(grouping: pinned, by: \.endpoint).mapValues { $0.map(\.key) })
    }

    /// The keys expected at an endpoint.
    func at(_ endpoint: Endpoint) -> [HostKey] { keys.withLock { $0[endpoint] ?? [] } }

    /// Expects a key, and no other.
    func expect(_ key: HostKey, at endpoint: Endpoint) { keys.withLock { $0[endpoint] = [key] } }
}

/// The ways to the hosts of an inventory.
struct HostReach: Sendable {
    let known: KnownKeys
    let transports: Wiring.Transports

    init(_ inventory: Inventory, known: KnownKeys) throws {
        self.known = known
        let secrets = SecretReader()
        transports = try Wiring.required().transports(
            Wiring.TransportSettings(
                hostKeys: { known.at($0) },
                secret: { source, purpose throws(SessionFailure) in try await secrets.read(source, purpose) },
                jumpHost: { inventory[$0] }))
    }
}

/// The pinned host keys; none where nothing has been kept yet.
func pinnedHostKeys(_ options: CommonOptions) async throws -> [PinnedHostKey] {
    guard let house = try await House.readingIfThere(options) else { return [] }
    let keys = try await storeCall { () async throws(StoreError) in try await house.store.pinnedHostKeys() }
    await house.close()
    return keys
}

/// Keeps host keys as the ones to expect; keys that are to be replaced are forgotten first.
func pin(_ keys: [PinnedHostKey], replacing endpoints: Set<Endpoint> = [], _ options: CommonOptions) async throws {
    guard !keys.isEmpty else { return }
    let house = try await House.writing(options)
    do {
        for endpoint in endpoints {
            try await storeCall { () async throws(StoreError) in try await house.store.unpin(endpoint) }
        }
        for key in keys { try await storeCall { () async throws(StoreError) in try await house.store.pin(key) } }
    } catch {
        await house.close()
        throw error
    }
    await house.close()
}
