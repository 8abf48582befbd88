// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineClient

@Suite("Output")
struct OutputTests {
    @Test(
        "what could move the cursor is taken out of a table, colours stay",
        arguments: [
            ("plain", "plain"), ("a\nb", "a b"), ("a\u{1B}[2Jb", "a [2Jb"),
            ("\u{1B}[31mred\u{1B}[0m", "\u{1B}[31mred\u{1B}[0m"),
            ("a\u{1B}]0;title\u{07}", "a ]0;title "), ("\u{202E}evil", " evil"), ("\u{9B}31m", " 31m"), ("한글", "한글"),
        ])
    func printable(text: String, shown: String) {
        #expect(text.printable == shown)
        #expect(Table(rows: [[text, "end"]]).lines == [shown + "  end"])
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
