// SPDX-License-Identifier: Apache-2.0

/// A sentence of the product: English words with `{name}` marks, and what they stand for.
///
/// Whoever shows it puts it into the reader's language by its words; `description` is English.
package struct Sentence: Hashable, Sendable, Encodable, CustomStringConvertible {
    /// The English words with their marks.
    package let words: String
    /// What each mark stands for.
    package let values: [String: String]

    package init(_ words: String, _ values: [String: any CustomStringConvertible] = [:]) {
        self.words = words
        self.values = values.mapValues(\.description)
    }

    /// Programs read it in English.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String {
        values.reduce(words) { text, value in text.replacing("{\(value.key)}", with: value.value) }
    }
}
