// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model

// A sentence in a column: its text where that is the same in every language, else its words and values as JSON.
//
// Stores of format 6 and older hold texts only; they read as sentences that are the same in every language.
extension Sentence {
    /// How the JSON begins; keys are sorted.
    private static let opening = "{\"say\":\""

    /// The text of its column.
    var columnText: String {
        get throws {
            if let verbatim, !verbatim.hasPrefix(Self.opening) { return verbatim }
            let encoder = JSONEncoder()
            // The same sentence is the same text, so that a statement can compare it.
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(Whole(sentence: self)), as: UTF8.self)
        }
    }

    /// Reads the text of a column.
    init(columnText text: String) throws {
        guard text.hasPrefix(Self.opening) else {
            self.init(verbatim: text)
            return
        }
        self = try JSONDecoder().decode(Sentence.self, from: Data(text.utf8))
    }

    /// Words and values, also of a sentence that is the same in every language.
    private struct Whole: Encodable {
        let sentence: Sentence

        private enum Key: String, CodingKey {
            case say, with
        }

        func encode(to encoder: any Encoder) throws {
            var keyed = encoder.container(keyedBy: Key.self)
            try keyed.encode(sentence.words, forKey: .say)
            if !sentence.values.isEmpty { try keyed.encode(sentence.values, forKey: .with) }
        }
    }
}

/// Columns of many rows: a rule gives all its starts the same sentence, which is written and read once.
struct SentenceTexts {
    private var texts: [Sentence: String] = [:]
    private var sentences: [String: Sentence] = [:]

    mutating func text(of sentence: Sentence) throws -> String {
        if let known = texts[sentence] { return known }
        let text = try sentence.columnText
        texts[sentence] = text
        return text
    }

    mutating func sentence(of text: String) throws -> Sentence {
        if let known = sentences[text] { return known }
        let sentence = try Sentence(columnText: text)
        sentences[text] = sentence
        return sentence
    }
}
