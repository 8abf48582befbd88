// SPDX-License-Identifier: Apache-2.0

import Expressions
import Testing

/// A pattern, and the number of letters `a` and the end of a text for which it needs too much.
private let endless: [(String, Int, String)] = [
    ("(a+)+$", 40, "!"), ("(a|aa)+$", 100, "!"), ("(.*)*[xy]", 5000, ""), ("a{0,300}a{0,300}[bc]", 65_536, ""),
    ("(a+a+)+[xy]", 1000, ""), ("(?=(a+))*a*[bc]", 60_000, ""), ("[a-z]+[=:]", 1_000_000, ""),
    ("((a*)*)*[bc]", 300, ""),
]

@Suite("A pattern")
struct PatternTests {
    @Test(
        "finds the first place that matches",
        arguments: [
            ("nginx/([0-9.]+)", "nginx version: nginx/1.22.1", "1.22.1"), ("^ok$", "ok", "ok"), ("b+", "aabbb", "bbb"),
            ("(a)|(b)", "xb", "b"), ("^", "", ""), ("(?i)ERROR", "an error", "error"), ("한.", "서울 한국", "한국"),
            ("x*", "", ""), ("[^ ]+$", String(repeating: "a ", count: 400) + "end", "end"),
        ])
    func found(pattern: String, text: String, expected: String) throws {
        #expect(try Pattern(pattern).firstMatch(in: text)?.value == expected)
    }

    @Test(
        "finds what stands far behind, and across the places where the search pauses",
        arguments: [255, 256, 257, 300, 511, 65_000])
    func far(offset: Int) throws {
        let text = String(repeating: "é", count: offset / 2) + String(repeating: "a", count: offset % 2) + "needle42!"
        #expect(try Pattern("needle(\\d+)").firstMatch(in: text)?.value == "42")
        #expect(try Pattern("^needle").firstMatch(in: text) == nil)
        #expect(try Pattern("(?<=[éa])needle").firstMatch(in: text)?.text == "needle")
        #expect(try Pattern("nothing").firstMatch(in: text) == nil)
    }

    @Test("matches a text as a whole")
    func whole() throws {
        let pattern = try Pattern("[a-z]+|[0-9]+")
        #expect(try pattern.matchesWhole("abc"))
        #expect(try pattern.matchesWhole("123"))
        #expect(try !pattern.matchesWhole("abc1"))
        #expect(try !pattern.matchesWhole("abc\n"))
        #expect(try !pattern.matchesWhole(""))
    }

    @Test(
        "that cannot be read is refused",
        arguments: [
            "(", "[a", "a**b(", "(?<n>a)(?<n>b)", "\\C", String(repeating: "a", count: 1025),
            "(a{0,999}){0,999}{0,999}",
        ])
    func wrong(pattern: String) {
        #expect {
            try Pattern(pattern)
        } throws: { error in
            (error as? PatternError)?.isLimit == false
        }
    }

    @Test("that would search for ever is given up, and does not count as not found", arguments: endless)
    func limits(pattern: String, letters: Int, end: String) throws {
        let pattern = try Pattern(pattern)
        let text = String(repeating: "a", count: letters) + end
        let took = processorTime {
            #expect {
                try pattern.firstMatch(in: text)
            } throws: { error in
                (error as? PatternError)?.isLimit == true
            }
        }
        #expect(took < .seconds(3))
    }

    @Test("serves many searches at once")
    func concurrent() async throws {
        let pattern = try Pattern("(\\d+)-(\\d+)$")
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    (try? pattern.firstMatch(in: "id \(number)-\(number + 1)"))??.groups == [
                        "\(number)", "\(number + 1)",
                    ]
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
