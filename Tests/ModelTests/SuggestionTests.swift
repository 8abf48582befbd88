// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@Suite("Suggestions")
struct SuggestionTests {
    @Test(
        "the nearest known name is suggested",
        arguments: [
            ("titel", "title"), ("tilte", "title"), ("TITLE", "title"), ("titles", "title"), ("timelimit", "timeLimit"),
            ("wiht", "with"), ("xyz", nil), ("", nil),
        ])
    func suggestions(word: String, expected: String?) {
        #expect(closestName(to: word, among: ["title", "with", "timeLimit", "tasks"]) == expected)
    }

    @Test("one letter dropped, doubled, changed or swapped is seen through in names of four letters and more")
    func oneMistake() {
        let names = ["check", "restart", "certificate"]
        for name in names {
            let letters = Array(name)
            for place in letters.indices.dropFirst() {
                var (dropped, doubled, changed, swapped) = (letters, letters, letters, letters)
                dropped.remove(at: place)
                doubled.insert(letters[place], at: place)
                changed[place] = "#"
                swapped.swapAt(place, place - 1)
                for word in [dropped, doubled, changed, swapped] {
                    #expect(closestName(to: String(word), among: names) == name, "\(String(word))")
                }
            }
        }
    }

    @Test("a word without end is not compared")
    func endless() {
        #expect(closestName(to: String(repeating: "a", count: 1_000_000), among: ["aa"]) == nil)
    }
}
