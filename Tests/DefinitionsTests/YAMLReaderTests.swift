// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("YAML")
struct YAMLReaderTests {
    private func read(_ text: String) -> (document: Setting?, problems: Problems) {
        YAMLReader().read(Array(text.utf8), file: "x.yaml")
    }

    @Test("scalars keep their text and whether they were quoted")
    func scalars() {
        let setting = read("{a: 1, b: '1', c: ~, d: , e: \"\", f: Null, g: nil, h: 'null'}").document
        #expect(setting.map(written) == "{a: 1, b: \"1\", c: ~, d: ~, e: \"\", f: ~, g: nil, h: \"null\"}")
    }

    @Test("every key and value has its place")
    func places() throws {
        let document = try #require(read("a: 1\n다: {c: [x,\n  y]}\n").document)
        #expect(document.entries.map { $0.place?.description } == ["x.yaml:1:1", "x.yaml:2:1"])
        let list = try #require(document["다"]?["c"])
        #expect(list.place?.description == "x.yaml:2:8")
        #expect(Field(list).listPlaces == ["x.yaml:2:9", "x.yaml:3:3"])
    }

    @Test("an alias repeats its anchor's value, with the anchor's places")
    func aliases() {
        let result = read("a: &x {b: 1}\nc: *x\nd: [*x, \"*x\", a*x]\n")
        #expect(result.problems.all.isEmpty)
        #expect(result.document.map(written) == "{a: {b: 1}, c: {b: 1}, d: [{b: 1}, \"*x\", a*x]}")
        #expect(result.document?["c"]?.place?.line == 1)
        #expect(read("&k key: *k\n").document.map(written) == "{key: key}")
    }

    @Test("stars and question marks in text stay what they were")
    func standIns() {
        let text = "a: what? *this*\n\"?b*\": '?'\nc?: |\n  *\n  ? x\nd: \"\\x2a?\"\n"
        #expect(
            read(text).document.map(written)
                == "{a: what? *this*, ?b*: \"?\", c?: \"*\\n? x\\n\", d: \"*?\"}")
    }

    @Test("a byte order mark is no part of a file that it begins, and stays in every text")
    func byteOrderMarks() {
        let mark = "\u{FEFF}"
        func written(_ text: String) -> String? { read(text).document.map(DefinitionsTests.written) }
        #expect(written(mark + "a: 1\n") == "{a: 1}")
        #expect(written(mark + mark + "a: 1\n") == "{\(mark)a: 1}", "only the first one marks the file")
        for text in ["a: \(mark)x\n", "\(mark)a: \(mark)x\n"] { #expect(written(text) == "{a: \(mark)x}") }
        for quoted in [
            "\"\(mark)x\"", "'\(mark)x'", "\"\\uFEFFx\"", "\"\\ufeffx\"", "\"\\U0000fEFFx\"", "&b \"\\uFEFFx\"",
        ] {
            #expect(written("a: \(quoted)\n") == "{a: \"\(mark)x\"}", "\(quoted)")
        }
        #expect(written("a: \"\\uFEFF\\uFEFFx\\uFEFF\"\n") == "{a: \"\(mark)\(mark)x\(mark)\"}")
        #expect(
            written("a: \"x\\uFEFF\"\nb: \"feff\"\nc: '\\uFEFF'\n") == "{a: \"x\(mark)\", b: \"feff\", c: \"\\uFEFF\"}")
        #expect(written("a: |\n  \(mark)x\n  \(mark)y\n") == "{a: \"\(mark)x\\n\(mark)y\\n\"}")
        #expect(
            written("a: 1\n\(mark)b: 2\n\"\\uFEFFc\": 3\n") == "{a: 1, \(mark)b: 2, \(mark)c: 3}", "no name loses it")
    }

    @Test("an alias before its anchor, and inside it, names nothing")
    func unknownAliases() {
        #expect(read("a: *x\nb: &x 1\n").problems.all.first?.message == "the alias '*x' names no anchor before it")
        #expect(read("a: &x [*x]\n").problems.hasErrors)
    }

    @Test("aliases that multiply each other are refused at once, also as keys")
    func bomb() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        for tail in ["", "? *a59\n: 1\n", "{*a59 : 1}: 1\n", "b: [*a59]\n", "[*a59]: 1\n"] {
            let result = read(text + tail)
            #expect(result.document == nil)
            #expect(result.problems.hasErrors)
        }
        #expect(read(text).problems.all.first?.message == "the document repeats more than 1000000 nodes by aliases")
    }

    @Test("nesting up to 64 is read, deeper is refused")
    func nesting() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(!read(nested(64)).problems.hasErrors)
        #expect(read(nested(65)).problems.all.first?.message == "the document is nested deeper than 64 levels")
        for text in [nested(5000), String(repeating: "- ", count: 5000), String(repeating: "{a: ", count: 5000)] {
            #expect(read(text).problems.all.first?.message == "the document is nested deeper than 64 levels")
        }
        let byAlias =
            "a: &a \(nested(40))\nb: " + String(repeating: "[", count: 30) + "*a" + String(repeating: "]", count: 30)
        #expect(read(byAlias).problems.hasErrors)
    }

    @Test("a file above 10 MB is refused unread")
    func size() {
        let result = YAMLReader().read([UInt8](repeating: 0x20, count: 10_000_001), file: "x.yaml")
        #expect(result.document == nil)
        #expect(result.problems.description.contains("10000001 bytes"))
    }

    @Test("each repeated key is reported at its place, whatever stands before it")
    func repeatedKeys() {
        let result = read("a: 1\nb: {c: 1, \"c\": 2, 'c': 3}\n한: 1\n한: 2\na: [{d: 1, d: 2}]\n? : 1\n")
        let places = result.problems.all.filter { $0.message.contains("written twice") }.compactMap(
            \.place?.description)
        #expect(places == ["x.yaml:2:11", "x.yaml:2:19", "x.yaml:4:1", "x.yaml:5:1", "x.yaml:5:12"])
    }

    @Test("keys that are repeated in hard places are still refused")
    func hardRepeatedKeys() {
        for text in [
            "\"\": 1\n\"\": 2\n", "&x a: 1\na: 2\n", "\"\\x61\": 1\na: 2\n", "!!str a: 1\na: 2\n", "? a\n? a\n",
            "[a]: 1\n[a]: 2\n",
            "~: 1\n~: 2\n", "*a : 1\n*a : 2\n",
        ] {
            #expect(read(text).problems.hasErrors, "\(text)")
        }
    }

    @Test("hundreds of repeated keys do not take for ever")
    func manyRepeatedKeys() {
        let text = (0..<2000).map { "key\($0 % 1000): value\n" }.joined()
        #expect(read(text).problems.errors.count >= 50)
    }

    @Test("text that is not UTF-8 is refused with the byte that does not fit")
    func encoding() {
        let result = YAMLReader().read(Array("a: 가\nb: ".utf8) + [0xB0, 0xA1], file: "x.yaml")
        #expect(result.problems.all.first?.place?.description == "x.yaml:2:4")
        #expect(result.problems.description.contains("offset 10"))
    }

    @Test("characters the reader keeps for itself are refused")
    func privateCharacters() {
        #expect(read("a: \u{10FFFD}x\n").problems.hasErrors)
        #expect(read("\u{F0000}: x\n").problems.hasErrors)
        #expect(read("a: \u{1F600} \u{E000}\n").problems.all.isEmpty)
    }
}

extension Field {
    fileprivate var listPlaces: [String] {
        var problems = Problems()
        return (items(&problems) ?? []).compactMap { $0.place?.description }
    }
}
