// SPDX-License-Identifier: Apache-2.0

import Model

/// Finds texts that lack a language which other texts of the same job have, and `${…}` in texts that are not filled in.
enum LanguageReview {
    static func problems(of texts: [WrittenText]) -> Problems {
        var problems = texts.missingLanguages(in: "job")
        // A text under `with` is filled in by its task type.
        for text in texts
        where !text.path.contains("/with/") && text.text.texts.values.contains(where: { $0.contains("${") }) {
            let help =
                text.path.hasPrefix("messages/")
                ? "; a text is filled with what its finding or summary gives, as {name}" : ""
            problems.warn("'${…}' is not filled in here; it stays as it is\(help)", at: text.place, path: text.path)
        }
        return problems
    }
}
