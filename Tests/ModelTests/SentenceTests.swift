// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Testing

@Suite("Sentences")
struct SentenceTests {
    @Test("a value is filled in once: a mark that a person writes stays as it is")
    func marksInValues() {
        let sentence = Sentence("held by {person}: {why}", ["person": "{why}", "why": "{person} {unknown}"])
        #expect(sentence.description == "held by {why}: {person} {unknown}")
        #expect(Sentence(verbatim: "{text} {person}").description == "{text} {person}")
    }

    @Test("an instant is in UTC in English, and sentences stand one after another")
    func parts() {
        let first = Sentence("since {start}", ["start": Instant(microseconds: 0)])
        let title = Sentence("{title}", ["title": Sentence.Part.title(Localized([.english: "Close", .korean: "마감"]))])
        #expect(Sentence.list([first, title]).description == "since 1970-01-01T00:00:00.000Z; Close")
        #expect(Sentence.list([first]) == first)
        #expect(Sentence.list([]).isEmpty)
    }

    @Test(
        "are read as they were written",
        arguments: [
            Sentence("the run before it has not ended"), Sentence(verbatim: "rule 1: every day"),
            Sentence(verbatim: ""), Sentence("{text}", ["text": Instant(microseconds: 5)]),
            Sentence(
                "{a} {b} {c}",
                [
                    "a": Sentence("held by {person}", ["person": "{\"say\":1}"]), "b": Instant(microseconds: -1),
                    "c": Sentence.Part.sentences([Sentence("x"), Sentence(verbatim: "y")], between: ", "),
                ]),
        ])
    func coding(sentence: Sentence) throws {
        #expect(try JSONDecoder().decode(Sentence.self, from: JSONEncoder().encode(sentence)) == sentence)
    }

    @Test("a plain text, as older versions wrote it, is a sentence that is the same in every language")
    func plainText() throws {
        let old = #"{"at":1,"level":"warning","kind":"start-skipped","text":"the start of {day} is not run"}"#
        let event = try JSONDecoder().decode(Event.self, from: Data(old.utf8))
        #expect(event.text == Sentence(verbatim: "the start of {day} is not run"))
    }

    @Test("a problem says its sentence in English, and is the same after it was sent")
    func problem() throws {
        var problems = Problems()
        problems.add("is missing", path: "--job")
        problems.warn(Sentence("never starts anything: {why}", ["why": "no day"]), path: "schedules/a/rule 1")
        #expect(problems.words == "job: is missing; schedules/a/rule 1: never starts anything: no day")
        #expect(problems.all[1].description == "warning: schedules/a/rule 1: never starts anything: no day")
        for problem in problems.all {
            #expect(try JSONDecoder().decode(Problem.self, from: JSONEncoder().encode(problem)) == problem)
        }
    }
}
