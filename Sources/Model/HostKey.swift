// SPDX-License-Identifier: Apache-2.0

/// Where a host key is expected.
package struct Endpoint: Codable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package var address: String
    package var port: Int
    package init(address: String, port: Int) {
        self.address = address
        self.port = port
    }
    package static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
    /// `address:port`, the address in brackets if it holds colons.
    package var description: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}

/// A host's public key.
package struct HostKey: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Its type, such as `ssh-ed25519`.
    package var type: String
    /// The key as OpenSSH writes it, base64.
    package var base64: String
    package init(type: String, base64: String) {
        self.type = type
        self.base64 = base64
    }
    /// Type and key, as they stand in a known_hosts file.
    package var description: String { "\(type) \(base64)" }
}

/// A host key we expect.
package struct PinnedHostKey: Codable, Hashable, Sendable {
    package var endpoint: Endpoint
    package var key: HostKey
    package var pinnedAt: Instant
    /// Who pinned it, and how (`scan`, `import`).
    package var pinnedBy: String
    package init(endpoint: Endpoint, key: HostKey, pinnedAt: Instant, pinnedBy: String) {
        self.endpoint = endpoint
        self.key = key
        self.pinnedAt = pinnedAt
        self.pinnedBy = pinnedBy
    }
}
