// SPDX-License-Identifier: Apache-2.0

import Expressions

/// Reads the names in `key=value key="two words"` as a script writes them, up to where its text ends.
struct ScriptPairs {
    /// Whether a plain word without `=` was met: then it is a sentence, and not a line for the result file.
    private(set) var isProse = false
    private let line: ScriptLine
    private let opening: ScriptLine.Opening
    private var names: Set<String> = []
    private var word: [UInt8] = []
    private var isName = true
    private var isQuoted = false
    private var depth = 0

    init(_ line: ScriptLine, _ opening: ScriptLine.Opening) {
        self.line = line
        self.opening = opening
    }

    /// Whether a byte ends the text for good: nothing is joined to it.
    func closes(_ byte: UInt8, at position: Int) -> Bool {
        switch opening {
        case .bare: return ScriptPairs.enders.contains(byte)
        case .newLine: guard byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") else { return false }
        case .quote(let quote): guard byte == quote else { return false }
        }
        guard let next = line[position + 1] else { return true }
        guard isBlank(next) else { return ScriptPairs.enders.contains(next) }
        // In a shell a blank parts two words; in awk it joins them.
        guard byte == UInt8(ascii: "\"") else { return true }
        return line.bytes[(position + 1)...].first { !isBlank($0) }.map(ScriptPairs.enders.contains) ?? true
    }

    private static let enders = Set(";)&|>},]#".utf8)

    /// The names from a place to the end of the text; nil when they cannot all be seen.
    mutating func names(from start: Int) -> Set<String>? {
        var position = start
        while let byte = line[position] {
            if depth > 0 {
                depth += "({".utf8.contains(byte) ? 1 : ")}".utf8.contains(byte) ? -1 : 0
            } else if byte == UInt8(ascii: "$"), line[position + 1].map("({".utf8.contains) ?? false {
                depth = 1
                position += 1
                word.append(byte)
            } else if byte == UInt8(ascii: "\\") {
                position += 1
                if line[position] == UInt8(ascii: "n") { return endWord() ? names : nil }
                if line[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
            } else if closes(byte, at: position), !isQuoted || opening != .bare {
                // Without quotation marks the sign may as well be a part of the text.
                let isUnclear = opening == .bare && line.bytes[position...].contains(UInt8(ascii: "="))
                return endWord() && !isUnclear ? names : nil
            } else if byte == quote {
                return nil
            } else if !take(byte) {
                return nil
            }
            position += 1
        }
        return opening == .bare && endWord() ? names : nil
    }

    /// The quotation mark around the text.
    private var quote: UInt8? { if case .quote(let quote) = opening { quote } else { nil } }

    /// Takes one byte of a pair; false when the names cannot be seen.
    private mutating func take(_ byte: UInt8) -> Bool {
        if byte == UInt8(ascii: "\"") {
            isQuoted.toggle()
        } else if isBlank(byte), !isQuoted {
            return endWord()
        } else if byte == UInt8(ascii: "="), isName {
            let name = String(decoding: word, as: UTF8.self)
            guard isWord(name) else { return false }
            names.insert(name)
            isName = false
        } else {
            word.append(byte)
        }
        return true
    }

    /// Ends a word; false when it is no pair.
    private mutating func endWord() -> Bool {
        defer { (word, isName) = ([], true) }
        guard isName, !word.isEmpty else { return true }
        isProse = word.allSatisfy(isWordByte)
        return false
    }
}
