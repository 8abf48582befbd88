// SPDX-License-Identifier: Apache-2.0

import Model

/// Finds texts that lack a language which other texts of the same job have, and `${…}` in texts that are not filled in.
enum LanguageReview {
    static func problems(of texts: [WrittenText]) -> Problems {
        var problems = Problems()
        let given = Set(texts.filter(\.isByLanguage).flatMap(\.text.texts.keys))
        for text in texts {
            let missing = Language.allCases.filter { given.contains($0) && text.text.texts[$0] == nil }
            if text.isByLanguage, !missing.isEmpty {
                let names = missing.map(\.rawValue).joined(separator: " and ")
                problems.warn(
                    "has no \(names), which other texts of this job have; people who read \(names) see the English text",
                    at: text.place, path: text.path)
            }
            // A text under `with` is filled in by its task type.
            if !text.path.contains("/with/"), text.text.texts.values.contains(where: { $0.contains("${") }) {
                let help =
                    text.path.hasPrefix("messages/")
                    ? "; a text is filled with what its finding or summary gives, as {name}" : ""
                problems.warn(
                    "'${…}' is not filled in here; it stays as it is\(help)", at: text.place, path: text.path)
            }
        }
        return problems
    }
}
