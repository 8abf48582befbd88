// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import Model
import Storage
import Synchronization
import TaskKit

/// The host keys that are expected, as sessions ask for them; keys that are trusted meanwhile count at once.
final class KnownKeys: Sendable {
    private let keys: Mutex<[Endpoint: [HostKey]]>

    init(_ pinned: [PinnedHostKey]) {
        keys = Mutex(KnownKeys.byEndpoint(pinned))
    }

    private static func byEndpoint(_ pinned: [PinnedHostKey]) -> [Endpoint: [HostKey]] {
        Dictionary(grouping: pinned, by: \.endpoint).mapValues { $0.map(\.key) }
    }

    /// Expects these keys, and no others anywhere.
    func expect(_ pinned: [PinnedHostKey]) { keys.withLock { $0 = KnownKeys.byEndpoint(pinned) } }

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
    guard let records = try await Records.openIfThere(options) else { return [] }
    let keys = try await storeCall { () async throws(StoreError) in try await records.store.pinnedHostKeys() }
    await records.close()
    return keys
}

/// Has host keys expected from now on, and others forgotten first.
func change(_ keys: ChangeHostKeys, _ options: CommonOptions) async throws {
    guard !keys.pin.isEmpty || !keys.forget.isEmpty else { return }
    if let server = try RunningServer.find(options.data) { return try await apiCall { try await server.change(keys) } }
    let house = try await House.writing(options)
    do {
        try await storeCall { () async throws(StoreError) in
            for endpoint in keys.forget { try await house.store.unpin(endpoint) }
            for key in keys.pin { try await house.store.pin(key) }
        }
    } catch {
        await house.close()
        throw error
    }
    await house.close()
}
