// SPDX-License-Identifier: Apache-2.0

import Glibc
import Model
import TaskKit

/// What an OpenSSH certificate says about itself (PROTOCOL.certkeys of OpenSSH): for whom it is, and when.
struct UserCertificate: Sendable {
    let path: String
    let isForUsers: Bool
    let principals: [String]
    /// Seconds since 1970; the last one is no longer part of it.
    let valid: Range<UInt64>

    /// Reads one; nil where it is none.
    init?(path: String, base64: String) {
        guard let data = bytes(ofBase64: base64) else { return nil }
        var reader = Reader(bytes: data[...])
        // Kind, nonce, and the key itself, which has as many parts as its kind says; then serial and type.
        guard let kind = reader.text(), let parts = UserCertificate.partsOfKey(kind), reader.text() != nil else {
            return nil
        }
        for _ in 0..<parts where reader.data() == nil { return nil }
        guard reader.number(8) != nil, let type = reader.number(4), reader.text() != nil,
            let list = reader.data(), let from = reader.number(8), let until = reader.number(8)
        else { return nil }
        var names = Reader(bytes: list)
        var principals: [String] = []
        while let name = names.text() { principals.append(name) }
        self.path = path
        isForUsers = type == 1
        self.principals = principals
        valid = from..<max(from, until)
    }

    /// Why it may not let a user in now; nil = nothing in it says so.
    func objection(to user: String, at now: Instant) -> String? {
        let seconds = UInt64(max(0, now.microseconds / 1_000_000))
        if !isForUsers { return "is a host's, not a user's" }
        if seconds >= valid.upperBound { return "expired at \(UserCertificate.text(valid.upperBound))" }
        if seconds < valid.lowerBound { return "is valid only from \(UserCertificate.text(valid.lowerBound)) on" }
        if !principals.isEmpty, !principals.contains(user) {
            return "is for \(printable(principals.joined(separator: ", "))), not for \(user)"
        }
        return nil
    }

    private static func text(_ seconds: UInt64) -> String {
        "\(Instant(microseconds: Int64(clamping: min(seconds, 99_999_999_999)) * 1_000_000))"
    }

    private static func partsOfKey(_ kind: String) -> Int? {
        guard kind.hasSuffix("-cert-v01@openssh.com") else { return nil }
        switch kind.prefix(while: { $0 != "-" }) {
        case "ssh": return kind.hasPrefix("ssh-ed25519") ? 1 : kind.hasPrefix("ssh-dss") ? 4 : 2
        case "rsa": return 2
        case "ecdsa": return 2
        case "sk": return kind.hasPrefix("sk-ssh-ed25519") ? 2 : 3
        default: return nil
        }
    }
}

/// Reads the fields of an SSH message.
private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func number(_ width: Int) -> UInt64? {
        guard bytes.count >= width else { return nil }
        defer { bytes = bytes.dropFirst(width) }
        return bytes.prefix(width).reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func data() -> ArraySlice<UInt8>? {
        guard let length = number(4), length <= UInt64(bytes.count) else { return nil }
        defer { bytes = bytes.dropFirst(Int(length)) }
        return bytes.prefix(Int(length))
    }

    mutating func text() -> String? { data().map { String(decoding: $0, as: UTF8.self) } }
}

/// The bytes that a base64 text stands for; nil where it is none.
private func bytes(ofBase64 text: String) -> [UInt8]? {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    var (bits, count) = (0, 0)
    for digit in text.utf8 where digit != UInt8(ascii: "=") {
        guard let value = digits.firstIndex(of: digit) else { return nil }
        (bits, count) = (bits << 6 | value, count + 6)
        guard count >= 8 else { continue }
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        bits &= (1 << count) - 1
    }
    return bytes
}

/// The time of day.
func wallClock() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000)
}
