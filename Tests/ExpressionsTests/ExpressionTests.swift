// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import Testing

/// The values the tests look up.
let facts: [String: Value] = [
    "steps.check.state": .text("succeeded"), "steps.check.offset_ms": .number(-12.5),
    "steps.check.exitCode": .integer(0),
    "steps.check.used": .size(10_000_000), "steps.check.took": .duration(.milliseconds(1500)),
    "steps.check.changed": .bool(false), "params.ports": .list([.text("80"), .text("443")]),
    "params.count": .integer(3),
    "params.password": .secret(.prompt), "host.labels.env-name": .text("stage"), "instance.version": .text("9.0.9"),
    "params.big": .integer(.max), "host.vars.한글": .text("값"),
]

func lookup(_ reference: Reference) -> Value { facts[reference.text, default: .null] }

/// An expression, and a simpler one that has the same value of the same kind.
private let expectations: [String] = [
    // Literals and names.
    "2e3 => 2000.0", "\"it's\" => \"it's\"", "1h30m => 5400s", "64KiB => 65536B", "[1, 'a',] => [1, 'a']",
    "params.count => 3", "host.labels.env-name => 'stage'", "host.vars.한글 => '값'", "nowhere.at.all => null",
    // Numbers.
    "1 + 2 * 3 => 7", "(1 + 2) * 3 => 9", "7 / 2 => 3.5", "8 / 2 => 4", "7 % 4 => 3", "-7 % 4 => -3", "2 - -3 => 5",
    "5-3 => 2", "0.5 * 4 => 2.0", "1 - 2 - 3 => -4", "- params.count => -3",
    // Durations, sizes and texts.
    "90s + 30s => 2m", "2 * 1m => 120s", "1h / 2 => 30m", "1h / 1m => 60.0", "1MB + 1MB => 2MB", "1MB / 4 => 250kB",
    "2 * 1kB => 2000B", "1MB / 1kB => 1000.0", "'a' + 'b' => 'ab'", "-90s + 2m => 30s",
    // Comparisons.
    "1 == 1.0 => true", "2 > 1.5 => true", "steps.check.offset_ms < 0 => true",
    "steps.check.state == 'succeeded' => true",
    "steps.check.state != 'succeeded' => false", "steps.check.used >= 10MB => true", "steps.check.took <= 1s => false",
    "'b' > 'a' => true", "params.big == 9223372036854775807 => true", "params.big < 9223372036854775808.0 => true",
    "[1, 2] == [1, 2.0] => true", "[1] == [1, 2] => false",
    "9007199254740993 > 9007199254740992 => true", "9007199254740993 == 9007199254740992.0 => false",
    "9007199254740992.0 + 1 => 9007199254740993", "9007199254740993B * 1 => 9007199254740993B",
    "9223372036854775807B / 1 => 9223372036854775807B", "5B / 2 => 3B", "-5s / 2 => -2500ms",
    "number('9007199254740993') => 9007199254740993",
    // Absent values.
    "nothing.here == null => true", "nothing.here == 5 => false", "nothing.here != 5 => true",
    "nothing.here < 5 => false",
    "nothing.here >= 5 => false", "null <= null => false", "nothing.here contains 'a' => false",
    "nothing.here matches 'a' => false",
    // Logic.
    "not true or true => true", "not (true or true) => false", "false and nothing.here => false",
    "true or nothing.here => true", "1 == 1 and 2 == 2 or false => true",
    "defined(nothing.here) and nothing.here > 3 => false", "not not true => true",
    // Membership and patterns.
    "'80' in params.ports => true", "params.ports contains '81' => false",
    "host.labels.env-name in ['stage', 'x'] => true",
    "'tag' in 'stage' => true", "'stage' contains '' => true", "steps.check.state matches '^succ' => true",
    "'값' matches '^.$' => true", "'A' matches '(?i)a' => true",
    // Functions.
    "length('값a') => 2", "length(params.ports) => 2", "lower('ABC') => 'abc'", "upper('straße') => 'STRASSE'",
    "number(' 42 ') => 42", "number('1.5') => 1.5", "number(90s) => 90.0", "number(1kB) => 1000",
    "number(null) => null",
    "text(1.0) => '1'", "text(null) => ''", "min(3, 1, 2) => 1", "max(1, 2.5) => 2.5", "max([1, 4, 2]) => 4",
    "min([]) => null", "abs(steps.check.offset_ms) => 12.5", "abs(-5s) => 5s", "round(2.5) => 3",
    "round(2.346, 2) => 2.35",
    "coalesce(nothing.here, params.count) => 3", "coalesce(1, nothing / 0) => 1", "coalesce(null) => null",
    "version('9.0.10') > instance.version => true", "version('9.0.10') > version('9.0.9') => true",
    "version('1.0') == '1.00' => true", "version('9.0.10') => '9.0.10'",
    "max(version('1.9'), version('1.10')) => '1.10'",
]

/// An expression, the column of the error and a part of what it says.
private let mistakes: [(String, Int, String)] = [
    ("", 1, "is empty"), ("1 +", 4, "a value is missing"), ("(1", 3, "closing )"), ("1 2", 3, "not expected"),
    ("1 = 2", 3, "=="), ("a && b", 3, "and, or, not"), ("!a", 1, "and, or, not"), ("${params.x}", 1, "without ${"),
    ("'open", 1, "no closing"), ("5 apples", 3, "not expected"), ("5apples", 1, "not a number"),
    ("1.2.3", 1, "not a number"),
    ("params..x", 1, "empty part"), ("1 < 2 < 3", 7, "two values"), ("shell('rm')", 1, "no function 'shell'"),
    ("length()", 1, "cannot take 0"), ("x matches '('", 11, "pattern is wrong"), ("x matches y", 11, "in quotes"),
    ("a;b", 2, "no meaning"), ("[1, 2", 6, "closing ]"), ("`id`", 1, "no meaning"), ("a.b(1)", 1, "no function 'a.b'"),
    ("99999999999999999999 > 1", 1, "'99999999999999999999' is not a whole number from -9223372036854775808 to"),
    ("1 < 9999999999GiB", 5, "is not a size of at most 9223372036854775807 bytes"),
    ("not", 4, "a value is missing"), ("1 in", 5, "a value is missing"), ("a\u{0}", 2, "no meaning"),
]

/// An expression that can be read but has no value, the column of the error and a part of what it says.
private let mismatchedKinds: [(String, Int, String)] = [
    ("1 == '1'", 3, "a whole number cannot be compared with a text"), ("true < false", 6, "true or false cannot"),
    ("5s > 3", 4, "a duration cannot"), ("10MB > 3", 6, "a size cannot"), ("1 + 'a'", 3, "has no meaning"),
    ("1 / 0", 3, "zero"), ("1 % 0", 3, "zero"), ("1.0 / 0", 5, "zero"), ("params.big + 1", 12, "too large"),
    ("params.big * 2", 12, "too large"), ("1e308 * 10", 7, "too large"), ("not 1", 1, "true or false"),
    ("true and 'x'", 6, "true or false"), ("nothing.here + 1", 14, "has no meaning"),
    ("number('ten')", 1, "not a number"),
    ("number('18446744073709551615')", 1, "is not a whole number from -9223372036854775808 to 9223372036854775807"),
    ("9007199254740993 * 0.5", 18, "9007199254740993 is too large to be calculated with a fraction"),
    ("9007199254740993 / 2", 18, "too large to be calculated with a fraction"),
    ("9007199254740993B * 0.5", 19, "too large to be calculated with a fraction"),
    ("length(5)", 1, "cannot take"), ("5 contains 5", 3, "cannot contain"), ("5 matches 'a'", 3, "only a text"),
    ("params.password == 'x'", 17, "a secret"), ("text(params.password)", 1, "a secret"), ("-'a'", 1, "no sign"),
    ("min(1, 'a')", 1, "compared"), ("min(1, null)", 1, "absent"), ("[1] < [2]", 5, "a list"),
    ("1s * 1s", 4, "no meaning"),
    ("1s + 1MB", 4, "no meaning"), ("round(1, 99)", 1, "decimals"), ("9e18 * 3650d", 6, "too large"),
]

@Suite("An expression")
struct ExpressionTests {
    @Test("has the value its author expects", arguments: expectations)
    func values(line: String) throws {
        let sides = line.split(separator: " => ").map(String.init)
        #expect(try Expression(sides[0]).evaluate(lookup) == Expression(sides[1]).evaluate(lookup))
    }

    @Test("that is written wrong is refused with the column and what to write", arguments: mistakes)
    func wrong(text: String, column: Int, part: String) {
        #expect {
            try Expression(text)
        } throws: { error in
            guard let error = error as? ExpressionError else { return false }
            return error.column == column && error.message.contains(part)
        }
    }

    @Test("whose kinds do not go together has no value and says where", arguments: mismatchedKinds)
    func mismatches(text: String, column: Int, part: String) throws {
        let expression = try Expression(text)
        #expect {
            try expression.evaluate(lookup)
        } throws: { error in
            guard let error = error as? EvaluationError else { return false }
            return error.column == column && error.message.contains(part)
        }
    }

    @Test("tells the names it uses, each once")
    func references() throws {
        let expression = try Expression("steps.a.x > params.y and coalesce(steps.a.x, host.vars.z, 'params.no') != 1")
        #expect(expression.references.map(\.text) == ["steps.a.x", "params.y", "host.vars.z"])
        #expect(expression.references.first?.path == ["steps", "a", "x"])
    }

    @Test("asks only for names that matter")
    func lazy() throws {
        var asked: [String] = []
        let expression = try Expression("a and (b or c) and d")
        let flags: [String: Value] = ["a": .bool(true), "b": .bool(true), "d": .bool(false)]
        let result = try expression.evaluate { reference in
            asked.append(reference.text)
            return flags[reference.text, default: .null]
        }
        #expect(result == .bool(false))
        #expect(asked == ["a", "b", "d"])
    }

    @Test("passes on why a name has no value")
    func lookupError() throws {
        let expression = try Expression("1 + steps.x.y")
        #expect(throws: EvaluationError("step x did not run", column: 3)) {
            try expression.evaluate { (_: Reference) throws(EvaluationError) in
                throw EvaluationError("step x did not run")
            }
        }
    }

    @Test("must be true or false where a decision is wanted")
    func decision() throws {
        #expect(try Expression("1 == 1").isTrue(lookup))
        #expect(throws: EvaluationError.self) { try Expression("params.count").isTrue(lookup) }
        #expect(throws: EvaluationError.self) { try Expression("nothing.here").isTrue(lookup) }
    }
}
