// SPDX-License-Identifier: Apache-2.0

import Model
import Storage

/// What is to be done with each key of a `known_hosts` file.
struct KnownHostsImport: Sendable {
    /// A key at an endpoint.
    struct Item: Sendable {
        enum Result: String, Encodable, Sendable {
            /// It is expected from now on.
            case trusted
            /// It is expected in place of another from now on.
            case replaced
            /// It was expected before.
            case known
            /// Another key of its type is expected there, or stands above it in the file.
            case refused
        }

        let line: Int
        let endpoint: Endpoint
        let key: HostKey
        let result: Result
    }

    private(set) var items: [Item] = []
    /// Lines with a hashed name that no endpoint has.
    private(set) var unrecognised: [Int] = []
    /// Lines about hosts that were not asked for.
    private(set) var unwanted: [Int] = []

    /// Decides about every key.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - inventory: The endpoints of the inventory, by which hashed names are recognised.
    ///   - only: Whether nothing but these endpoints is wanted.
    ///   - pinned: The keys that are expected now.
    ///   - replaces: Whether a key may take the place of another of its type.
    init(_ file: KnownHostsFile, inventory: [Endpoint], only: Bool, pinned: [PinnedHostKey], replaces: Bool) {
        var kept = Dictionary(
            pinned.map { (Slot($0.endpoint, $0.key), $0.key) }, uniquingKeysWith: { first, _ in first })
        let spellings = Dictionary(grouping: inventory, by: \.knownAs)
        var decided: [Slot: HostKey] = [:]
        for entry in file.entries {
            for endpoint in endpoints(of: entry, inventory, spellings, only: only) {
                let slot = Slot(endpoint, entry.key)
                if decided[slot] == entry.key { continue }
                let result: Item.Result =
                    switch (kept[slot], decided[slot]) {
                    case (nil, nil): .trusted
                    case (entry.key, _): .known
                    case (_?, nil) where replaces: .replaced
                    default: .refused
                    }
                if result != .refused { kept[slot] = entry.key }
                if result != .refused { decided[slot] = entry.key }
                items.append(Item(line: entry.line, endpoint: endpoint, key: entry.key, result: result))
            }
        }
    }

    /// The place that holds one key: an endpoint expects one of each type.
    private struct Slot: Hashable {
        let endpoint: Endpoint
        let type: String

        init(_ endpoint: Endpoint, _ key: HostKey) {
            self.endpoint = endpoint
            type = key.type
        }
    }

    /// A name in the file is taken as it is written, or as the inventory writes it.
    private mutating func endpoints(
        of entry: KnownHostsFile.Entry, _ inventory: [Endpoint], _ spellings: [String: [Endpoint]], only: Bool
    ) -> [Endpoint] {
        switch entry.owner {
        case .hashed(let name):
            let found = inventory.filter(name.isName)
            if found.isEmpty { unrecognised.append(entry.line) }
            return found
        case .named(let endpoints):
            let found = endpoints.flatMap { spellings[$0.knownAs] ?? (only ? [] : [$0]) }
            if found.isEmpty { unwanted.append(entry.line) }
            return found
        }
    }
}
