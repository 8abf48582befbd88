// SPDX-License-Identifier: Apache-2.0

import Model

/// The catalogue as an indented tree: a line for every category, software and unit, and one for every job.
struct CatalogueTree: Sendable {
    /// A line of the tree; a heading stands for no job.
    struct Line: Sendable {
        let text: String
        let item: UnitItem?
    }

    let lines: [Line]

    init(_ items: [UnitItem], _ entries: [CatalogueEntry], _ language: Language) {
        var lines: [Line] = []
        var open: [String] = []
        for (item, entry) in zip(items, entries) {
            let words = entry.shown(language)
            let headings = Array(words.dropLast())
            let shared = zip(open, headings).prefix { $0 == $1 }.count
            for level in shared..<headings.count {
                lines.append(Line(text: Self.indented(headings[level], level), item: nil))
            }
            open = headings
            lines.append(Line(text: Self.indented(words[3], 3), item: item))
        }
        self.lines = lines
    }

    /// The tree as a table.
    func text(_ language: Language) -> String {
        let rows = lines.map { line in
            [
                line.text, line.item.map { Phrases.text($0.effect.rawValue, language) } ?? "",
                line.item?.id.rawValue ?? "",
                line.item?.title.text(language) ?? "",
            ]
        }
        return Table(["WORK", "EFFECT", "JOB", "TITLE"].map { Phrases.text($0, language) }, rows).text
    }

    private static func indented(_ text: String, _ level: Int) -> String {
        String(repeating: "  ", count: level) + text
    }
}
