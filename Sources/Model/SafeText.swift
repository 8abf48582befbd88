// SPDX-License-Identifier: Apache-2.0

/// Text that is not ours (from hosts, files, plug-ins, other accounts), made safe to show to a person.
///
/// What a terminal would obey, what cannot be seen, and what turns the direction of a line around becomes `U+FFFD`, so that no
/// text moves the cursor, hides another text or looks like one.
package enum SafeText {
    /// The sign that is shown for a character that is not.
    package static let stand: Unicode.Scalar = "\u{FFFD}"

    /// The text as one line: line ends and tabs become spaces.
    package static func line(_ text: String) -> String {
        if isPlain(text, but: []) { return text }
        return replaced(text) { isLineEnd($0) || $0 == "\t" ? " " : stand }
    }

    /// The text as it is broken into lines: `\n` and tabs stay, `\r\n` becomes `\n`.
    package static func lines(_ text: String) -> String {
        if isPlain(text, but: [0x09, 0x0A]) { return text }
        var result = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            if scalar == "\r", rest.first == "\n" { continue }
            result.append(scalar.isVisible || scalar == "\n" || scalar == "\t" ? scalar : stand)
        }
        return String(result)
    }

    /// The common case: nothing but visible ASCII.
    private static func isPlain(_ text: String, but others: [UInt8]) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7F).contains($0) || others.contains($0) }
    }

    private static func replaced(_ text: String, _ stand: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        var result = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            // A return and a new line are one line end.
            if scalar != "\n" || last != "\r" { result.append(scalar.isVisible ? scalar : stand(scalar)) }
            last = scalar
        }
        return String(result)
    }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Whether a person sees the character as what it is: those that turn the direction of a line or cannot be seen would let
    /// one text look like another.
    package var isVisible: Bool {
        if (0x20..<0x7F).contains(value) { return true }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return false
        // Fillers and joiners that no font shows; a variation selector only says which form of a letter is meant.
        case .nonspacingMark: return !properties.isDefaultIgnorableCodePoint || (0xFE00...0xFE0F).contains(value)
        default: return !properties.isDefaultIgnorableCodePoint
        }
    }
}
