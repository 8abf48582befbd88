// SPDX-License-Identifier: Apache-2.0

import Definitions
import Foundation
import Model
import Testing

@testable import CommandLineClient

@Suite("Output")
struct OutputTests {
    @Test(
        "what a terminal would obey or hide is taken out of a table, line ends and tabs are spaces there",
        arguments: [
            ("plain", "plain"), ("a\nb", "a b"), ("a\r\nb\tc", "a b c"), ("a\u{1B}[2Jb", "a\u{FFFD}[2Jb"),
            ("\u{1B}[31mred\u{1B}[0m", "\u{FFFD}[31mred\u{FFFD}[0m"), ("\u{1B}[8m", "\u{FFFD}[8m"),
            ("a\u{1B}]0;title\u{07}", "a\u{FFFD}]0;title\u{FFFD}"), ("\u{202E}evil", "\u{FFFD}evil"),
            ("\u{9B}31m", "\u{FFFD}31m"), ("we\u{200B}b", "we\u{FFFD}b"), ("한글", "한글"), ("é", "é"),
            ("e\u{301}", "e\u{301}"),
            ("❤\u{FE0F}", "❤\u{FE0F}"), ("a\u{3164}b\u{E0041}", "a\u{FFFD}b\u{FFFD}"), ("a\u{2028}b", "a b"),
        ])
    func printable(text: String, shown: String) {
        #expect(text.printable == shown)
        #expect(Table(rows: [[text, "end"]]).lines == [shown + "  end"])
    }

    @Test("our own colours reach the terminal, and nobody else's that look like them do")
    func colours() {
        let text = Colour.red.of("a\u{1B}[8mb") + "\u{1B}[1;31mc"
        #expect(text.shown == "\u{1B}[31ma\u{FFFD}[8mb\u{1B}[0m\u{FFFD}[1;31mc")
        #expect(text.printable.shown == text.shown)
        #expect(Table.width(Colour.red.of("한글")) == 4)
        #expect("one\r\ntwo\tthree\n".shown == "one\ntwo\tthree\n")
    }

    @Test(
        "a field of CSV is one field, whatever follows its commas and quotes",
        arguments: [
            ("a", "a"), ("a,b", "\"a,b\""), ("a,\u{301}b", "\"a,\u{301}b\""), ("a\rb", "\"a\rb\""),
            ("a\nb", "\"a\nb\""),
            ("a\r\nb", "\"a\r\nb\""), ("\"\u{301}", "\"\"\"\u{301}\""), ("say \"a\"", "\"say \"\"a\"\"\""),
        ])
    func fields(text: String, written: String) { #expect(CSV.text([[text, "end"]]) == written + ",end\r\n") }

    @Test(
        "a field of CSV that a spreadsheet would compute is text; numbers stay as they are",
        arguments: [
            ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"), ("+1+cmd", "'+1+cmd"), ("-1+cmd", "'-1+cmd"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "'\t=1"), ("＝1+1", "'＝1+1"), ("-5", "-5"), ("+3.25", "+3.25"), ("-1e3", "-1e3"), ("-", "-"),
            ("a=b", "a=b"),
        ])
    func formulas(text: String, written: String) { #expect(CSV.text([[text]]) == written + "\r\n") }

    @Test("JSON and YAML spell out what cannot be seen, and mean the same text")
    func spelling() throws {
        let text = "a\u{9B}31m\u{202E}\u{7F}\u{200B}\u{E0041}\u{2028}\u{85}\r\n\u{1B}[0m한글"
        for json in [try Encoding.json(["k": text]), try Encoding.line(["k": text])] {
            #expect(json == json.shown)
            #expect(try JSONDecoder().decode([String: String].self, from: Data(json.utf8)) == ["k": text])
        }
        let yaml = try Encoding.yaml(["k": text])
        #expect(yaml == "k: \"a\\u009b31m\\u202e\\u007f\\u200b\\U000e0041\\u2028\\u0085\\r\\n\\u001b[0m한글\"\n")
        #expect(yaml == yaml.shown)
        let (read, problems) = YAMLReader().read(Array(yaml.utf8), file: "y")
        #expect(problems.all.isEmpty && read?["k"]?.text == text)
    }

    @Test("a table without a header lines up")
    func headless() {
        #expect(Table(rows: [["a", "b"], ["한글", "c"]]).text == "a     b\n한글  c\n")
        #expect(Table(rows: []).text == "")
    }

    @Test("a sheet leaves out what is empty")
    func emptySections() throws {
        let sheet = Sheet(item: ["a": 1], name: "x") { _ in
            [
                .line(""), .fields([("A", "1"), ("B", "")]), .table("T", header: ["X"], rows: []),
                .text("E", "one\n\ntwo"),
            ]
        }
        #expect(try sheet.text(.table) == "A  1\n\nE\n  one\n\n  two\n")
        #expect(try sheet.text(.csv) == "field,value\r\na,1\r\n")
    }

    @Test(
        "a misspelled word is answered with the one that was meant",
        arguments: [
            ("mw.ngnix.stop", "did you mean 'mw.nginx.stop'?"),
            ("stop", "did you mean one of 'mw.nginx.stop', 'mw.apache.stop'?"),
            ("mw.nginx", "did you mean 'mw.nginx.stop'?"), ("oracle", "nothing"),
        ])
    func suggestion(word: String, answer: String) {
        #expect(didYouMean(word, among: ["mw.nginx.stop", "mw.apache.stop", "os.check"], orElse: "nothing") == answer)
    }
}
