// SPDX-License-Identifier: Apache-2.0

/// A line of an iCalendar (RFC 5545, section 3.1): a name, parameters, and a value.
struct ContentLine {
    /// In capital letters.
    let name: String
    /// In capital letters.
    let parameters: [String: String]
    let value: String

    /// Reads a line; nil when it is none.
    ///
    /// A parameter's value may be in quotes, and then hold what otherwise ends it: `DTSTART;TZID="(UTC+09:00) Seoul":20260105`.
    init?(_ bytes: [UInt8]) {
        var ends: [Int] = []
        var isQuoted = false
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard !isQuoted, byte == UInt8(ascii: ";") || byte == UInt8(ascii: ":") else { continue }
            ends.append(index)
            if byte == UInt8(ascii: ":") { break }
        }
        guard let first = ends.first, let colon = ends.last, first > 0, bytes[colon] == UInt8(ascii: ":") else {
            return nil
        }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        name = text(0..<first).uppercased()
        value = text(colon + 1..<bytes.count).trimmed
        var parameters: [String: String] = [:]
        for (begin, end) in zip(ends, ends.dropFirst()) {
            let parts = text(begin + 1..<end).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            parameters[parts[0].uppercased()] = parts[1].filter { $0 != "\"" }.uppercased()
        }
        self.parameters = parameters
    }

    /// The value of a property of texts, of which several are written with commas between.
    var texts: [String] {
        var (texts, isEscaped) = ([""], false)
        for scalar in value.unicodeScalars {
            if isEscaped {
                texts[texts.count - 1].unicodeScalars.append(scalar == "n" || scalar == "N" ? " " : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "," {
                texts.append("")
            } else {
                texts[texts.count - 1].unicodeScalars.append(scalar)
            }
        }
        return texts.map(\.trimmed)
    }

    /// The value of a property of one text, on one line.
    var text: String { texts.joined(separator: ",").split { $0.isWhitespace }.joined(separator: " ") }

    /// The lines of a file without the folding: one that begins with a blank goes on with the one before.
    static func unfolded(_ lines: [ArraySlice<UInt8>]) -> [(number: Int, bytes: [UInt8])] {
        var result: [(number: Int, bytes: [UInt8])] = []
        for (index, line) in lines.enumerated() {
            if let first = line.first, first == 0x20 || first == 0x09, !result.isEmpty {
                result[result.count - 1].bytes += line.dropFirst()
            } else {
                result.append((index + 1, Array(line)))
            }
        }
        return result
    }
}
