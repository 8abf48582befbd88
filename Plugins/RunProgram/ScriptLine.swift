// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A line of a script, as bytes.
struct ScriptLine {
    let number: Int
    let bytes: [UInt8]

    /// The lines of a script without those that are comments.
    static func all(in text: String) -> [ScriptLine] {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            line.first { !isBlank($0) } == UInt8(ascii: "#") ? nil : ScriptLine(number: index + 1, bytes: Array(line))
        }
    }

    /// How a text begins in a script.
    enum Opening: Equatable {
        /// With a quotation mark.
        case quote(UInt8)
        /// After the two signs `\n` inside quotation marks.
        case newLine
        /// Without any: as the line itself, or as a word of `echo`.
        case bare
    }

    /// How a text begins at a place; nil when it is inside another.
    func opening(at position: Int) -> Opening? {
        let before = bytes[..<position]
        guard let last = before.last else { return .bare }
        if last == UInt8(ascii: "'") || last == UInt8(ascii: "\"") { return .quote(last) }
        if before.suffix(2).elementsEqual("\\n".utf8) { return .newLine }
        guard isBlank(last) else { return nil }
        let words = before.split(whereSeparator: isBlank)
        guard let word = words.last else { return .bare }
        return ["echo", "say", "print"].contains { word.elementsEqual($0.utf8) } ? .bare : nil
    }

    /// Where a text follows a word and a space, with how it begins.
    func texts(after word: String) -> [(start: Int, opening: Opening)] {
        let sought = Array((word + " ").utf8)
        return bytes.indices.compactMap { position in
            guard bytes[position] == sought[0], bytes[position...].starts(with: sought),
                let opening = opening(at: position)
            else { return nil }
            return (position + sought.count, opening)
        }
    }

    /// How often some text is in the line.
    func count(of text: String) -> Int {
        bytes.indices.count { bytes[$0...].starts(with: text.utf8) }
    }

    /// The byte at a place; nil at the end.
    subscript(position: Int) -> UInt8? { bytes.indices.contains(position) ? bytes[position] : nil }

    /// The letters, digits, `-`, `_` and `.` from a place on.
    func word(at start: Int) -> Range<Int> {
        start..<(bytes[min(start, bytes.count)...].firstIndex { !isWordByte($0) } ?? max(start, bytes.count))
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The names of ours in `${…}`, each with its column.
    var marks: [(column: Int, name: String)] {
        bytes.indices.compactMap { position in
            guard bytes[position...].starts(with: "${".utf8), self[position - 1] != UInt8(ascii: "\\") else {
                return nil
            }
            let name = text(word(at: position + 2))
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count > 1, parts.allSatisfy({ !$0.isEmpty }), ScriptLine.roots.contains(String(parts[0])) else {
                return nil
            }
            return (position + 1, name)
        }
    }

    private static let roots: Set<String> = ["params", "steps", "host", "instance", "run"]
    /// Whether a script holds one of our names at all.
    static func mayHoldMarks(_ script: String) -> Bool { roots.contains { script.holds("${\($0).") } }
}

extension String {
    /// Whether another text is in this one; asked of each script at every decoding, so the C library looks for it.
    func holds(_ other: String) -> Bool { withCString { strstr($0, other) != nil } }
}

func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
    default: false
    }
}
