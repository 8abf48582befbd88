// SPDX-License-Identifier: Apache-2.0

import Model

/// What a program wrote, without what is different each time and on each host: times, process ids, addresses, durations.
struct PlainText: Hashable, Sendable {
    /// So many bytes of an output are looked at.
    static let longest = 65_536

    /// Its lines.
    let lines: [String]

    /// Takes the noise out.
    ///
    /// - Parameters:
    ///   - bytes: What was written.
    ///   - names: What stands for the host itself: its names and addresses.
    init(_ bytes: [UInt8], names: [String]) {
        var text = String(decoding: bytes.prefix(PlainText.longest), as: UTF8.self)
        for name in names.sorted(by: { $0.count > $1.count }) where name.count > 1 {
            text = text.replacing(name, with: "<host>")
        }
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { PlainText.plain(String($0)) }
    }

    private static func plain(_ line: String) -> String {
        // A line without a digit holds nothing of the kind.
        guard line.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return line }
        var line = line
        line.replace(/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/, with: "<id>")
        line.replace(/\b0x[0-9a-fA-F]+\b/, with: "<id>")
        // Dates and times as ISO 8601, the common log format, syslog and date(1) write them.
        line.replace(/\b[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.,]+(Z|[+\-][0-9:]+)?)?/, with: "<time>")
        line.replace(/\b[0-9]{1,2}\/[A-Z][a-z]{2}\/[0-9]{4}(:[0-9:]+)?( [+\-][0-9]{4})?/, with: "<time>")
        line.replace(/\b[A-Z][a-z]{2} +[0-9]{1,2} +[0-9]{1,2}:[0-9]{2}:[0-9]{2}( [A-Z]+)?( [0-9]{4})?/, with: "<time>")
        line.replace(/\b[0-9]{1,2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?\b/, with: "<time>")
        line.replace(/\b[0-9]{10}([0-9]{3})?\b/, with: "<time>")
        line.replace(/\b[0-9]{1,3}(\.[0-9]{1,3}){3}(:[0-9]+)?\b/, with: "<address>")
        line.replace(/\b([0-9a-fA-F]{1,4}:){3,7}(:?[0-9a-fA-F]{1,4})+\b/, with: "<address>")
        line.replace(/\b[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}\b/, with: "<address>")
        line.replace(
            /\b([0-9]+([.][0-9]+)? ?(ns|us|µs|ms|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|d|days?))+\b/,
            with: "<duration>")
        line.replace(
            /(?i)\b(pid|process|master|worker|child|port)(es)?([ =:]+)[0-9]+/, with: { "\($0.1)\($0.3)<number>" })
        line.replace(/\[[0-9]+\]/, with: "[<number>]")
        return line
    }
}
