// SPDX-License-Identifier: Apache-2.0

import Glibc

/// `user@host:port`, with `[…]` around an IPv6 address that a port follows.
struct HostAddress {
    let user: String?
    let address: String
    let port: Int?

    /// The name a host gets from its address: an IPv6 address with dashes for its colons.
    var name: String {
        address.contains(":") ? "v6-" + address.replacing(":", with: "-").replacing("%", with: ".") : address
    }

    /// Reads an address; nil when it is not one.
    init?(_ text: String) {
        let at = text.lastIndex(of: "@")
        let user = at.map { String(text[..<$0]) }
        let rest = at.map { text[text.index(after: $0)...] } ?? text[...]
        guard let (address, port) = Self.parts(rest), Self.isAddress(address), user.map(Self.isUser) ?? true else {
            return nil
        }
        if let port, !(1...65_535).contains(port) { return nil }
        self.user = user
        self.address = address
        self.port = port
    }

    private static func parts(_ text: Substring) -> (address: String, port: Int?)? {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let address = String(text[text.index(after: text.startIndex)..<end])
            let tail = text[text.index(after: end)...]
            if tail.isEmpty { return (address, nil) }
            guard tail.first == ":", let port = Int(tail.dropFirst()) else { return nil }
            return (address, port)
        }
        let colons = text.count { $0 == ":" }
        guard colons == 1, let colon = text.firstIndex(of: ":") else { return (String(text), nil) }
        guard let port = Int(text[text.index(after: colon)...]) else { return nil }
        return (String(text[..<colon]), port)
    }

    /// Whether a text can be a host's name or address.
    static func isAddress(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 253 else { return false }
        if text.contains(":") { return isIPv6(text) }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !Self.never.contains($0) }
    }

    /// Whether a text is an IPv6 address, perhaps with a zone.
    private static func isIPv6(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        var address = in6_addr()
        return inet_pton(AF_INET6, String(parts[0]), &address) == 1
            && parts.dropFirst().allSatisfy { NameRules.isHost(String($0)) }
    }

    /// Whether a text can be a user's name.
    static func isUser(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-") else { return false }
        return text.utf8.count <= 253 && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ":") }
    }

    /// What stands in no address, but in command lines and mistyped ones.
    private static let never = Set("@/\\,;'\"`$&|<>()[]{}*?!#=".utf8)
}
