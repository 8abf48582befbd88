// SPDX-License-Identifier: Apache-2.0

import Model

/// A document's text with stand-ins where the parser must not act by itself.
///
/// The parser expands every alias and compares the keys of every map before we see a node, so a few lines of aliases inside keys
/// would keep it busy for ever, and of all repeated keys it names only the first. It also drops a byte order mark (U+FEFF) at
/// the beginning of a line or of a scalar, where it is a part of the text. Therefore these marks, `*` and `?` are replaced by
/// characters without meaning, which `YAMLTree` takes for what they were; and a repeated key gets another first letter until
/// all are found. Every stand-in is one character for one character, so that lines and columns stay true.
struct YAMLStandIns {
    private static let star: Unicode.Scalar = "\u{10FFFD}"
    private static let question: Unicode.Scalar = "\u{10FFFC}"
    private static let orderMark: Unicode.Scalar = "\u{10FFFB}"
    /// The first of the letters that repeated keys get.
    private static let firstLetter: UInt32 = 0xF0000

    private(set) var text: String
    private let hasStandIns: Bool
    /// Whether a byte order mark may be written by its number, as in `"\uFEFF"`.
    private let hasNumberedMarks: Bool
    private var renamed: [Place: String] = [:]

    /// Puts stand-ins into a document.
    init?(_ source: SourceText, _ problems: inout Problems) {
        guard !source.text.utf8.contains(where: { $0 >= 0xF3 }) || !Self.usesStandIns(source.text) else {
            problems.add(
                "the text holds characters of the private planes (U+F0000 and up), which are not read",
                at: source.place(1, 1))
            return nil
        }
        hasStandIns = source.text.utf8.contains { $0 == 0x2A || $0 == 0x3F || $0 == 0xEF }
        hasNumberedMarks = source.text.contains("\\") && source.text.lowercased().contains("feff")
        text = hasStandIns ? Self.replacing(source.text) : source.text
    }

    private static func usesStandIns(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value >= firstLetter }
    }

    private static func replacing(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "*": result.append(star)
            case "?": result.append(question)
            case "\u{FEFF}": result.append(orderMark)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// What a scalar's text was before.
    func original(_ text: String) -> String {
        guard hasStandIns, text.utf8.contains(0xF4) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case Self.star: result.append("*")
            case Self.question: result.append("?")
            case Self.orderMark: result.append("\u{FEFF}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// What a scalar in double quotation marks was before: byte order marks at its beginning that are written by their number
    /// are lost while parsing.
    func original(_ text: String, inQuotesAt place: Place) -> String {
        let text = original(text)
        let scalars = self.text.unicodeScalars
        guard hasNumberedMarks, let start = scalars.index(line: place.line, column: place.column),
            let quote = scalars[start...].firstIndex(of: "\"")
        else { return text }
        var rest = scalars[scalars.index(after: quote)...].prefix(64)
        var marks = -text.unicodeScalars.prefix { $0 == "\u{FEFF}" }.count
        while let match = String(rest).prefixMatch(of: /\\(?:u|U0000)[Ff][Ee][Ff][Ff]/) {
            marks += 1
            rest = rest.dropFirst(match.output.count)
        }
        return String(repeating: "\u{FEFF}", count: max(0, marks)) + text
    }

    /// What a key's text was before.
    func originalKey(_ key: String, isInQuotes: Bool, at place: Place) -> String {
        renamed[place] ?? (isInQuotes ? original(key, inQuotesAt: place) : original(key))
    }

    /// Whether any key was renamed, so that maps must be searched for repeated keys.
    var hasRenamedKeys: Bool { !renamed.isEmpty }

    /// Reports the renamed keys of a document that could not be read to its end.
    func reportRenamedKeys(_ problems: inout Problems) {
        for (place, key) in renamed { problems.add("the key '\(key)' is written again further down", at: place) }
    }

    /// What a plain scalar was meant to be.
    func meaning(ofPlain text: String) -> Meaning {
        guard hasStandIns, let first = text.unicodeScalars.first else { return .text }
        if first == Self.star { return .alias(String(text.unicodeScalars.dropFirst())) }
        let second = text.unicodeScalars.dropFirst().first
        return first == Self.question && second?.properties.isWhitespace ?? true ? .complexKey : .text
    }

    /// What a plain scalar can be.
    enum Meaning {
        case text
        case alias(String)
        case complexKey
    }

    /// Gives a key another first letter, so that it is no longer like its twin; false when the place does not hold that key.
    mutating func rename(keyAt place: Place, from key: String) -> Bool {
        var scalars = text.unicodeScalars
        guard var index = scalars.index(line: place.line, column: place.column), renamed[place] == nil else {
            return false
        }
        if scalars[index] == "\"" || scalars[index] == "'" { scalars.formIndex(after: &index) }
        guard index < scalars.endIndex, scalars[index] == key.unicodeScalars.first,
            let letter = Unicode.Scalar(Self.firstLetter + UInt32(renamed.count))
        else { return false }
        scalars.replaceSubrange(index...index, with: [letter])
        text = String(scalars)
        renamed[place] = original(key)
        return true
    }
}

extension String.UnicodeScalarView {
    /// The index of a line and column, both from 1, with the line ends YAML knows.
    fileprivate func index(line: Int, column: Int) -> Index? {
        var index = startIndex
        for _ in 1..<line {
            guard let end = self[index...].firstIndex(where: { $0 == "\n" || $0 == "\r" || $0.isUnicodeLineEnd }) else {
                return nil
            }
            let next = self.index(after: end)
            index = self[end] == "\r" && next < endIndex && self[next] == "\n" ? self.index(after: next) : next
        }
        guard let result = self.index(index, offsetBy: column - 1, limitedBy: endIndex), result < endIndex else {
            return nil
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var isUnicodeLineEnd: Bool { value == 0x85 || value == 0x2028 || value == 0x2029 }
}
