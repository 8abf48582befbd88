// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling

/// Who reads a listing: a person, in a language and a time zone, or a program, in English and UTC.
struct Reader: Sendable {
    let language: Language
    let zone: Zone
    /// Whether cells are read by programs, as those of CSV are.
    let isProgram: Bool

    /// A sentence in a cell.
    func text(_ sentence: Sentence) -> String {
        isProgram ? sentence.description : Phrases.text(sentence, language, zone)
    }

    /// A word or phrase in a cell.
    func text(_ phrase: String) -> String { Phrases.text(phrase, language) }

    /// An instant in a cell, to the second; the column beside it names the zone.
    func text(_ instant: Instant) -> String {
        isProgram ? instant.description : instant.text(in: zone, toSeconds: true)
    }
}

extension CommonOptions {
    /// Who reads what the command lists.
    var reader: Reader {
        let isProgram = format.isForPrograms
        return Reader(
            language: isProgram ? .english : language, zone: isProgram ? .utc : localZone(), isProgram: isProgram)
    }
}
