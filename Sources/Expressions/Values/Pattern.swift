// SPDX-License-Identifier: Apache-2.0

/// A pattern that cannot be read, or that costs more than a search may.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let message: String
    /// Whether the pattern is fine but the search was ended, because it would not have come to an end in time.
    package let isLimit: Bool

    /// The message.
    package var description: String { message }
}

/// What a search found.
package struct PatternMatch: Hashable, Sendable {
    /// What the whole pattern matched.
    package let text: String
    /// What the pattern's groups matched, in order; nil for a group that took no part.
    package let groups: [String?]

    /// What is handed over where one text is wanted: the first group, or without groups everything.
    package var value: String { groups.isEmpty ? text : groups.lazy.compactMap(\.self).first ?? "" }
}

/// A Perl-compatible regular expression whose searches always end.
///
/// A search that backtracks too much, needs too much memory or takes longer than a quarter of a second of processor time
/// throws an error with `isLimit`; it never holds up the program and never counts as "not found".
package struct Pattern: Hashable, Sendable, CustomStringConvertible {
    /// The pattern as written.
    package let text: String
    private let compiled: CompiledPattern

    /// Reads a pattern of at most 1,024 bytes.
    package init(_ text: String) throws(PatternError) {
        self.text = text
        compiled = try CompiledPattern(text)
    }

    /// The first place in a text that matches; nil when there is none.
    package func firstMatch(in text: String) throws(PatternError) -> PatternMatch? {
        try compiled.search(text, wholeText: false)
    }

    /// Whether a text matches from its beginning to its end.
    package func matchesWhole(_ text: String) throws(PatternError) -> Bool {
        try compiled.search(text, wholeText: true) != nil
    }

    /// The pattern as written.
    package var description: String { text }
    /// Two patterns are equal when they are written the same.
    package static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }
    /// Hashes the text.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
