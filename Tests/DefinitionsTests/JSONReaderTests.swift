// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("JSON")
struct JSONReaderTests {
    private func read(_ text: String) -> (document: Setting?, problems: Problems) {
        var problems = Problems()
        let document = JSONReader.read(SourceText(file: "x.json", text: text), &problems)
        return (document, problems)
    }

    @Test("every kind of value is read")
    func values() {
        let text = #"{"a": [1, -1.5e3, true, false, null], "b": {}, "c": [], "d": "\"\\\/\b\f\n\r\té\ud83d\ude00"}"#
        let document = read(text).document
        #expect(document?["a"].map(written) == "[1, -1.5e3, true, false, ~]")
        #expect(document?["d"]?.text == "\"\\/\u{8}\u{C}\n\r\té😀")
    }

    @Test("places count characters, not bytes")
    func places() {
        let document = read("\t{\"한\":\n \"글\", \"x\": 1}").document
        #expect(document?.entries.map { $0.place?.description } == ["x.json:1:3", "x.json:2:7"])
    }

    @Test(
        "what is not JSON is refused where it goes wrong",
        arguments: [
            ("", "1:1"), ("{", "1:2"), ("{\"a\"}", "1:5"), ("[1,]", "1:4"), ("[1 2]", "1:4"), ("\"a", "1:3"),
            ("tru", "1:1"),
            ("{\"a\": 1} x", "1:10"), ("\"\\x\"", "1:4"), ("\"\\ud83d\"", "1:8"), ("\"\\u12\"", "1:4"),
            ("\"a\nb\"", "1:4"),
            ("{a: 1}", "1:2"), ("01x", "1:1"),
        ])
    func mistakes(text: String, place: String) {
        let result = read(text)
        #expect(result.document == nil)
        #expect(result.problems.all.first?.place?.description == "x.json:" + place)
    }

    @Test("a key that is written twice in one map is refused, also where it is written otherwise")
    func repeatedKeys() {
        let result = read("{\"a\": {\"b\": 1},\n \"c\": [{\"b\": 2, \"\\u0062\": 3}]}")
        #expect(result.document == nil)
        #expect(
            result.problems.description
                == "x.json:2:17: error: this is not valid JSON: the key 'b' is written twice; it stands first in line 2"
        )
    }

    @Test("nesting deeper than 64 is refused")
    func nesting() {
        #expect(read(String(repeating: "[", count: 100_000)).problems.description.contains("64"))
    }
}
