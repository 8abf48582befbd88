// SPDX-License-Identifier: Apache-2.0

/// Cuts a line into words as Python's `shlex` does for Ansible.
///
/// Quotes keep spaces, `#` begins a comment, and a backslash keeps the next character. Between double quotes it keeps only a `"` and
/// another backslash; before all else it is text, as in `"CORP\svc"`.
enum ShellWords {
    /// A word and its column, from 1.
    struct Word {
        var text: String
        var column: Int
    }

    /// The words of a line; nil when a quote is never closed.
    static func split(_ line: some StringProtocol) -> [Word]? {
        var words: [Word] = []
        var current: Word?
        var quote: Unicode.Scalar?
        var isEscaped = false
        for (index, scalar) in line.unicodeScalars.enumerated() {
            let wasInWord = current != nil
            var word = current ?? Word(text: "", column: index + 1)
            if isEscaped {
                if quote != nil, scalar != "\"", scalar != "\\" { word.text.unicodeScalars.append("\\") }
                word.text.unicodeScalars.append(scalar)
                isEscaped = false
            } else if scalar == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if scalar == open { quote = nil } else { word.text.unicodeScalars.append(scalar) }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == " " || scalar == "\t" {
                if wasInWord { words.append(word) }
                current = nil
                continue
            } else if scalar == "#", !wasInWord {
                break
            } else {
                word.text.unicodeScalars.append(scalar)
            }
            current = word
        }
        guard quote == nil, !isEscaped else { return nil }
        return words + [current].compactMap(\.self)
    }
}
