// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import Testing

/// A comparison, as what it is read, a value, and whether it holds.
private let comparisons: [(String, Comparison.Kind, Value, Bool)] = [
    (">= 85", .number, .number(85), true), ("> 85", .number, .integer(85), false),
    ("< 0", .number, .text(" -1 "), true),
    ("between 1 and 5", .number, .integer(5), true), ("between 1 and 5", .number, .number(5.1), false),
    ("in 1, 2,3", .number, .integer(3), true), ("not in 1, 2", .number, .integer(3), true),
    ("== none", .text, .text("none"), true),
    ("!= 'a b'", .text, .text("a b"), false), ("matches ^a.c$", .text, .text("abc"), true),
    ("contains b", .text, .text("abc"), true),
    ("contains b", .text, .list([.text("a"), .text("b")]), true), ("starts with ab", .text, .text("abc"), true),
    ("ends with bc", .text, .text("abc"), true), ("contains 4", .number, .integer(142), true),
    ("== true", .bool, .bool(true), true),
    ("> 9.0.9", .version, .text("9.0.10"), true), ("between 1.9 and 1.10", .version, .text("1.9.5"), true),
    ("> 90s", .duration, .duration(.seconds(91)), true), ("<= 1.5GiB", .size, .size(2_000_000_000), false),
    (">= 10MB", .size, .integer(10_000_000), true), ("> 5s", .duration, .text("6s"), true),
    // An absent value.
    ("> 5", .number, .null, false), ("!= 5", .number, .null, true), ("== 5", .number, .null, false),
    ("not in 5", .number, .null, true),
]

/// A text that is no comparison, as what it is read, and a part of the message.
private let wrongComparisons: [(String, Comparison.Kind, String)] = [
    ("85", .number, "must begin with one of"), (">= many", .number, "not a number"), (">=", .number, "missing"),
    ("between 1", .number, "two values"), ("> a", .text, "no order"), ("> true", .bool, "no order"),
    ("matches (", .text, "pattern"),
    ("inside 5", .number, "must begin"), ("> x", .version, "not a version"), ("= 5", .number, "must begin"),
]

@Suite("A comparison")
struct ComparisonTests {
    @Test("holds or does not", arguments: comparisons)
    func holds(text: String, kind: Comparison.Kind, value: Value, expected: Bool) throws {
        #expect(try Comparison(text, as: kind).holds(for: value) == expected)
    }

    @Test("that is written wrong is refused", arguments: wrongComparisons)
    func wrong(text: String, kind: Comparison.Kind, part: String) {
        #expect {
            try Comparison(text, as: kind)
        } throws: { error in
            (error as? ExpressionError)?.message.contains(part) ?? false
        }
    }

    @Test("of a value that is not of its kind cannot be judged")
    func mismatch() throws {
        #expect(throws: EvaluationError("'ten' is not a number")) {
            try Comparison("> 5", as: .number).holds(for: .text("ten"))
        }
        #expect(throws: EvaluationError.self) { try Comparison("> 5", as: .number).holds(for: .duration(.seconds(9))) }
        #expect(throws: EvaluationError.self) { try Comparison("> 5s", as: .duration).holds(for: .integer(9)) }
        #expect(throws: EvaluationError.self) { try Comparison("== x", as: .text).holds(for: .secret(.prompt)) }
    }

    @Test("reads as it is written")
    func description() throws {
        #expect(try Comparison(">=85", as: .number).description == ">= 85")
        #expect(try Comparison("between 1 and 5", as: .number).description == "between 1 and 5")
        #expect(try Comparison("in a,'b'", as: .text).description == "in a, b")
    }
}

@Suite("A set of numbers")
struct NumberSetTests {
    @Test("holds numbers and ranges")
    func members() throws {
        let set = try #require(NumberSet("200-399, 401"))
        #expect([200, 399, 401].allSatisfy(set.contains))
        #expect(![199, 400, 402].contains(where: set.contains))
        #expect(set.description == "200-399,401")
        #expect(NumberSet("none")?.contains(0) == false)
    }

    @Test("is refused when it is not one", arguments: ["", "a", "5-", "-5", "9-1", "1,,2", "1-2-3", "1 2"])
    func wrong(text: String) {
        #expect(NumberSet(text) == nil)
    }
}

/// The pairs of a map, and the path of the error.
private let wrongThresholds: [([(String, String)], String)] = [
    ([("value", "nowhere"), ("warning", "> 1"), ("code", "X")], "value"), ([("value", "offset"), ("code", "X")], ""),
    ([("value", "offset"), ("warning", "> 1")], "code"),
    ([("value", "offset"), ("warning", "> x"), ("code", "X")], "warning"),
    ([("value", "state"), ("error", "> a"), ("code", "X")], "error"),
    ([("value", "offset"), ("eror", "> 1"), ("code", "X")], "eror"),
    ([("value", "offset"), ("error", "> 1"), ("code", "X Y")], "code"),
    ([("value", "offset"), ("error", "> 1"), ("code", "X"), ("absolute", "maybe")], "absolute"),
]

@Suite("A threshold")
struct ThresholdTests {
    private func setting(_ pairs: [(String, String)]) -> Setting {
        Setting(.map(pairs.map { .init($0.0, Setting(.scalar($0.1, quoted: false))) }))
    }

    private func threshold(_ pairs: [(String, String)], isFilled: Bool = true) throws -> Threshold {
        try Threshold(setting(pairs), outputs: ["offset": .number, "state": .text], isFilled: isFilled)
    }

    @Test("gives the gravest finding that applies")
    func levels() throws {
        let threshold = try threshold([
            ("value", "offset"), ("warning", ">= 100"), ("error", ">= 500"), ("code", "X-1"), ("absolute", "true"),
        ])
        #expect(try threshold.finding(for: ["offset": .number(99)]) == nil)
        #expect(try threshold.finding(for: ["offset": .number(-100)])?.level == .warning)
        let finding = try #require(try threshold.finding(for: ["offset": .number(-501)]))
        #expect(
            finding
                == Finding(.error, "X-1", ["offset": .number(-501), "value": .number(-501), "limit": .text(">= 500")]))
    }

    @Test("that finds nothing to judge says so, unless the program did")
    func absent() throws {
        let thresholds = [try threshold([("value", "offset"), ("error", "> 1"), ("code", "X-1")])]
        #expect(try thresholds.findings(for: [:]).map(\.level) == [.unknown])
        #expect(try thresholds.findings(for: [:], beside: [Finding(.unknown, "Y")]).isEmpty)
    }

    @Test("may wait for its values while planning")
    func pending() throws {
        let pairs = [("value", "offset"), ("warning", ">= ${params.warn}"), ("code", "X-1")]
        #expect(try threshold(pairs, isFilled: false).finding(for: ["offset": .number(5)]) == nil)
        #expect(throws: ThresholdError.self) { try threshold(pairs, isFilled: true) }
    }

    @Test("that is written wrong is refused", arguments: wrongThresholds)
    func wrong(pairs: [(String, String)], path: String) {
        #expect {
            try threshold(pairs)
        } throws: { error in
            (error as? ThresholdError)?.path == path
        }
    }
}
