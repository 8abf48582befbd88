// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Model

@Suite("The check of JSON")
struct JSONCheckTests {
    private func fault(_ text: String, deepest: Int = JSONCheck.deepest, mostValues: Int = .max) -> String? {
        JSONCheck.fault(in: Array(text.utf8), deepest: deepest, mostValues: mostValues)
    }

    @Test(
        "passes what is written once",
        arguments: [
            "{}", "[]", #"{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}"#, #"{"a": "b", "b": "a", "c": "b"}"#,
            #"["a", "a", "a"]"#, #"{"a\"": 1, "a": 2}"#, #"{"\u0061b": 1, "a": 2}"#, #"{"a": "\"a\": {", "b": [1]}"#,
        ])
    func good(_ text: String) { #expect(fault(text) == nil) }

    @Test(
        "names a key that is written twice in one object, however it is written",
        arguments: [
            (#"{"outcome": "succeeded", "outcome": "failed"}"#, "outcome"),
            (#"{"a": 1, "\u0061": 2}"#, "a"), (#"[{"x": [{"k": 1, "k": 2}]}]"#, "k"),
            (#"{"\ud83d\ude00": 1, "😀": 2}"#, "😀"), (#"{"a": {"b": 1}, "c": [1, {}], "a": 2}"#, "a"),
            // The two ways to write é are one key for whoever reads them.
            ("{\"e\u{301}\": 1, \"\u{e9}\": 2}", "\u{e9}"),
        ])
    func twice(_ text: String, _ key: String) {
        #expect(fault(text) == "has the key '\(key)' twice in one object")
    }

    @Test("finds the second of very many keys")
    func manyKeys() {
        let keys = (0..<1000).map { "\"k\($0)\": 0" }.joined(separator: ", ")
        #expect(fault("{\(keys)}") == nil)
        #expect(fault("{\(keys), \"k500\": 1}") == "has the key 'k500' twice in one object")
    }

    @Test("passes 100 levels, and no more")
    func depth() {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(fault(nested(100)) == nil)
        #expect(fault(nested(101)) == "is nested deeper than 100 levels")
        #expect(fault(String(repeating: "{\"a\":", count: 100_000)) == "is nested deeper than 100 levels")
    }

    @Test("counts every scalar, list and map")
    func values() {
        #expect(fault(#"{"a": [1, "b", null]}"#, mostValues: 5) == nil)
        #expect(fault(#"{"a": [1, "b", null]}"#, mostValues: 4) == "holds too many values")
    }

    @Test("refuses UTF-16 and UTF-32, which a parser would take")
    func encodings() {
        let text = #"{"a": 1}"#
        for encoding in [[0xFF, 0xFE], [0xFE, 0xFF], []] as [[UInt8]] {
            let bytes = encoding + text.utf8.flatMap { [$0, 0] }
            #expect(JSONCheck.fault(in: bytes) == "is not UTF-8")
        }
    }
}
