// SPDX-License-Identifier: Apache-2.0

import Model

/// One line of the operator's catalogue: a job and where it stands.
struct CatalogueEntry: Sendable {
    let job: Job
    let work: WorkUnit

    /// The four levels with their words.
    var levels: [(words: CatalogueWords, word: String)] {
        [
            (.categories, work.category), (.software, work.software), (.units, work.unit), (.details, work.detail),
        ]
    }

    /// The four words as they are shown.
    func shown(_ language: Language) -> [String] { levels.map { $0.words.shown($0.word, language) } }
}

/// What operators may run, in the order of the catalogue.
struct Catalogue: Sendable {
    private(set) var entries: [CatalogueEntry]

    /// The jobs of a library that stand in the catalogue and may be run.
    init(_ library: JobLibrary) {
        let entries = library.all.filter(\.isActive).compactMap { job in
            job.work.map { CatalogueEntry(job: job, work: $0) }
        }
        self.entries = entries.sorted(by: Catalogue.precedes)
    }

    private static func precedes(_ left: CatalogueEntry, _ right: CatalogueEntry) -> Bool {
        for (one, other) in zip(left.levels, right.levels) where one.word != other.word {
            if one.words.precedes(one.word, other.word) { return true }
            if one.words.precedes(other.word, one.word) { return false }
        }
        return left.job.id < right.job.id
    }
}

// MARK: Narrowing

extension Catalogue {
    /// Keeps one category.
    mutating func keep(category: String) {
        entries = entries.filter { CatalogueWords.categories.means(category, $0.work.category) }
    }

    /// Keeps the work on one software.
    mutating func keep(software: String) {
        entries = entries.filter { CatalogueWords.software.means(software, $0.work.software) }
    }

    /// Keeps what a search finds: every word of it must stand in the id, a title, an alias or the catalogue, in any language.
    mutating func keep(searched text: String) {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        entries = entries.filter { entry in
            let texts = entry.searchedTexts.map { $0.lowercased() }
            return words.allSatisfy { word in texts.contains { $0.contains(word) } }
        }
    }
}

extension CatalogueEntry {
    fileprivate var searchedTexts: [String] {
        [job.id.rawValue] + job.title.texts.values + job.aliases + Language.allCases.flatMap(shown)
    }
}
