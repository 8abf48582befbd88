// SPDX-License-Identifier: Apache-2.0

import Model

/// The words of the catalogue as operators know them.
///
/// Playbooks name categories, units and details with plain words, so that ids, filters and files are the same everywhere; these
/// tables only say how the common ones are shown. A word that is in none is shown as it is written. The order of a table is
/// the order in which its words stand in the catalogue.
struct CatalogueWords: Sendable {
    private struct Word {
        let korean: String
        let japanese: String
        let rank: Int
    }

    private let words: [String: Word]

    /// Makes a table of words in Korean and Japanese.
    init(_ table: [(word: String, korean: String, japanese: String)]) {
        words = Dictionary(
            table.enumerated().map { rank, row in
                (row.word, Word(korean: row.korean, japanese: row.japanese, rank: rank))
            },
            uniquingKeysWith: { first, _ in first })
    }

    /// How a word is shown.
    func shown(_ word: String, _ language: Language) -> String {
        guard let known = words[Self.key(word)] else { return word }
        return switch language {
        case .english: word
        case .korean: known.korean
        case .japanese: known.japanese
        }
    }

    /// Whether a person may mean a word: as it is written, or as it is shown in any language.
    func means(_ text: String, _ word: String) -> Bool {
        Self.key(text) == Self.key(word) || Language.allCases.contains { Self.key(shown(word, $0)) == Self.key(text) }
    }

    /// Whether one word stands before another in the catalogue; words that are not known come last, by name.
    func precedes(_ left: String, _ right: String) -> Bool {
        let ranks = [left, right].map { words[Self.key($0)]?.rank ?? .max }
        return ranks[0] == ranks[1] ? Self.key(left) < Self.key(right) : ranks[0] < ranks[1]
    }

    /// Words are alike in any case, and with any of the signs people put between their parts.
    private static func key(_ word: String) -> String {
        String(word.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
    }
}
