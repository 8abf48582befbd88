// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling

extension Phrases {
    /// A sentence for people: in their language, with instants by the clocks of a time zone, which is named; this machine's zone if
    /// none is given.
    static func text(_ sentence: Sentence, _ language: Language, _ zone: Zone? = nil) -> String {
        sentence.filled(translated(sentence.words, language)) { part in
            switch part {
            case .text(let text): text
            case .instant(let instant): instant.namedText(in: zone ?? localZone())
            case .title(let title): title.text(language)
            case .sentences(let sentences, let between):
                sentences.map { text($0, language, zone) }.joined(separator: between)
            }
        }
    }

    /// Sentences for people, one after another.
    static func text(_ sentences: [Sentence], _ language: Language, _ zone: Zone? = nil) -> String {
        text(.list(sentences), language, zone)
    }

    /// A problem for people, on one line; in English where its text has no other language.
    static func text(_ problem: Problem, _ language: Language) -> String {
        guard language != .english, problem.text.isTranslated else { return problem.description }
        let parts = [
            problem.place?.description, text(problem.severity.rawValue, language),
            problem.path.isEmpty ? nil : problem.path, text(problem.text, language),
        ]
        return SafeText.line(parts.compactMap(\.self).joined(separator: ": "))
    }
}

extension Sentence {
    /// Whether its words, or those of a sentence in it, have other languages.
    fileprivate var isTranslated: Bool {
        Phrases.isTranslated(words)
            || values.values.contains { part in
                if case .sentences(let sentences, _) = part { sentences.contains(where: \.isTranslated) } else { false }
            }
    }
}

extension Instant {
    /// `2026-11-26 09:00 Asia/Seoul`.
    func namedText(in zone: Zone) -> String { "\(text(in: zone)) \(zone.name)" }
}
