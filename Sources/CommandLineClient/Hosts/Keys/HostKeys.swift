// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Storage

/// The command `firstline host keys`.
struct HostKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List the host keys that are trusted, and who trusted them when.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let fingerprint = try HostReach(Inventory(), known: KnownKeys([])).transports.fingerprint
        let items = try await pinnedHostKeys(common).map { PinnedKeyItem($0, fingerprint: fingerprint($0.key)) }
        let listing = Listing<PinnedKeyItem>(
            columns: [
                .init("ADDRESS") { $0.endpoint }, .init("KEY") { $0.type }, .init("FINGERPRINT") { $0.fingerprint },
                .init("TRUSTED AT") { $0.pinnedAt }, .init("BY") { $0.pinnedBy },
            ], items: items, name: { $0.endpoint })
        put(try listing.text(common.format), common.format)
    }
}

/// A trusted key as programs see it.
struct PinnedKeyItem: Encodable, Sendable {
    let endpoint: String
    let type: String
    let key: String
    let fingerprint: String
    let pinnedAt: String
    let pinnedBy: String

    init(_ pinned: PinnedHostKey, fingerprint: String) {
        endpoint = pinned.endpoint.description
        type = pinned.key.type
        key = pinned.key.base64
        self.fingerprint = fingerprint
        pinnedAt = pinned.pinnedAt.description
        pinnedBy = pinned.pinnedBy
    }
}
