// SPDX-License-Identifier: Apache-2.0

/// The hosts that one pattern of Ansible means, in each of its written forms: `web[01:20]`, `web1:2222`, `::1`, `[2001:db8::5]:2222`.
struct AnsibleHosts {
    var names: [String] = []
    /// An IPv6 address, which cannot be a name; the host has a name made of it.
    var address: String?
    var port: Int?

    /// No host at all.
    init() {}

    /// Reads a pattern.
    ///
    /// - Throws: `HostRange.Mistake` when a range in it cannot be read.
    init(_ pattern: String) throws(HostRange.Mistake) {
        if let host = HostAddress(pattern), host.user == nil, host.address.contains(":") {
            (names, address, port) = ([host.name], host.address, host.port)
            return
        }
        let (text, port) = Self.withoutPort(pattern)
        self.port = port
        names = try HostRange.members(of: text, separator: ":").map(\.name)
    }

    /// Takes a port off a host: `web1:2222` and `web[1:3]:2222`, but not off the range in `web[1:3]`.
    private static func withoutPort(_ pattern: String) -> (text: String, port: Int?) {
        guard let colon = pattern.lastIndex(of: ":"), let port = Int(pattern[pattern.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return (pattern, nil) }
        let text = pattern[..<colon]
        let isInRange = text.count { $0 == "[" } > text.count { $0 == "]" }
        return isInRange || text.isEmpty ? (pattern, nil) : (String(text), port)
    }
}
