// SPDX-License-Identifier: Apache-2.0

import Model

/// The algorithms offered: no SHA-1 signatures, no CBC, no DSA, unless the inventory wants what is old for a host.
enum Algorithms {
    private static let keyExchange =
        "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
        + "diffie-hellman-group18-sha512,diffie-hellman-group16-sha512,diffie-hellman-group14-sha256"
    private static let ciphers =
        "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr"
    private static let macs =
        "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512"
    private static let oldKeyExchange =
        "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1,"
        + "diffie-hellman-group1-sha1"
    private static let oldCiphers = "aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc"
    private static let oldMACs = "hmac-sha1-etm@openssh.com,hmac-sha1"
    private static let keys = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512",
        "rsa-sha2-256",
    ]

    static func keyExchange(old: Bool) -> String { keyExchange + (old ? "," + oldKeyExchange : "") }
    static func ciphers(old: Bool) -> String { ciphers + (old ? "," + oldCiphers : "") }
    static func macs(old: Bool) -> String { macs + (old ? "," + oldMACs : "") }

    /// The kinds of host key to ask for: those that are pinned, so that the host shows one we know.
    static func hostKeys(preferring known: [String], old: Bool) -> String {
        let rsa = ["rsa-sha2-512", "rsa-sha2-256"] + (old ? ["ssh-rsa"] : [])
        let all = keys + (old ? ["ssh-rsa"] : [])
        let wanted = known.flatMap { $0 == "ssh-rsa" ? rsa : [$0] }
        return (wanted.filter(all.contains) + all.filter { !wanted.contains($0) }).joined(separator: ",")
    }

    /// What a handshake failed of, with what to do where both sides know no common algorithm.
    static func explain(_ error: String, _ endpoint: Endpoint, _ host: Host) -> String {
        guard let found = error.firstMatch(of: /no match for method (.+): server \[(.*?)\], client/) else {
            return "the SSH handshake with \(endpoint) failed: \(error)"
        }
        let offered = String(found.2).split(separator: ",").map(String.init)
        let kind = Kind(String(found.1))
        let start = "\(endpoint) and this program have no \(kind.name) in common: the host offers \(found.2) only. "
        let old = kind.old.split(separator: ",").map(String.init)
        if host.connection.oldAlgorithms != true, offered.contains(where: old.contains) {
            return start + "That is too weak for use today: update its sshd, or write 'oldAlgorithms: true' for "
                + "\(host.name) in the inventory to use it all the same"
        }
        return start + "Allow one of \(kind.today) there (\(kind.setting) in its sshd_config)"
    }

    private struct Kind {
        let name: String
        let old: String
        let today: String
        let setting: String

        init(_ method: String) {
            switch method {
            case let text where text.contains("kex"):
                (name, old, today, setting) = (
                    "key exchange", oldKeyExchange, "curve25519-sha256, ecdh-sha2-nistp256", "KexAlgorithms"
                )
            case let text where text.contains("host key"):
                (name, old, today, setting) = (
                    "kind of host key", "ssh-rsa", "ssh-ed25519, rsa-sha2-512", "HostKey, HostKeyAlgorithms"
                )
            case let text where text.contains("mac"):
                (name, old, today, setting) = ("MAC", oldMACs, "hmac-sha2-256, hmac-sha2-512", "MACs")
            case let text where text.contains("encryption"):
                (name, old, today, setting) = ("cipher", oldCiphers, "aes256-gcm@openssh.com, aes256-ctr", "Ciphers")
            default: (name, old, today, setting) = (method, "", "what this program offers", "sshd")
            }
        }
    }
}
