// SPDX-License-Identifier: Apache-2.0

import TaskKit

/// What a host says before anything else, judged: an SSH server's version, perhaps after other lines, or something else.
struct Greeting: Sendable {
    enum Verdict: Equatable, Sendable {
        /// An SSH server.
        case ssh
        /// Not enough has come to tell.
        case unclear
        /// An SSH server that turned this connection away before its turn; what it said, if anything.
        case turnedAway(String?)
        /// Something else.
        case foreign(String)
    }

    /// More than this without a version is no SSH server.
    static let most = 8192

    /// What has come so far.
    var bytes: [UInt8] = []
    /// Whether the host has closed its side.
    var hasEnded = false

    var verdict: Verdict {
        let lines = text.split(whereSeparator: \.isNewline)
        if lines.contains(where: { $0.hasPrefix("SSH-") }) { return .ssh }
        guard let first = lines.first else { return hasEnded ? .turnedAway(nil) : .unclear }
        let isWhole = hasEnded || text.contains(where: \.isNewline)
        if isWhole, let line = lines.first(where: Greeting.isDenial) { return .turnedAway(printable(String(line))) }
        if isWhole, Greeting.isOfOthers(first) { return .foreign(words) }
        return hasEnded || bytes.count >= Greeting.most ? .foreign(words) : .unclear
    }

    /// The first line, made fit to be shown.
    var words: String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let shown = printable(line)
        return shown.count > 120 ? shown.prefix(120) + " …" : shown
    }

    private var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What sshd says instead of its version: too many are logging in, or this address failed too often.
    private static func isDenial(_ line: Substring) -> Bool {
        ["Exceeded MaxStartups", "Not allowed at this time"].contains { line.hasPrefix($0) }
    }

    /// HTTP, mail and FTP servers, VNC: nothing of SSH comes after these words.
    private static func isOfOthers(_ line: Substring) -> Bool {
        ["HTTP/", "220 ", "220-", "421 ", "554 ", "+OK", "* OK", "RFB ", "<!DOCTYPE", "<html"].contains {
            line.hasPrefix($0)
        }
    }
}
