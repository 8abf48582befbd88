// SPDX-License-Identifier: Apache-2.0

import CompareValueTask
import Model
import TaskKit
import TaskKitTesting
import Testing

/// A value, an operator, what it is compared with (items separated by `|`), as what, and whether it holds.
private let comparisons: [(String, String, String, String, Bool)] = [
    ("85", ">=", "85", "auto", true), ("9", "<", "10", "auto", true), ("1.5GiB", ">", "1000MB", "auto", true),
    ("90s", "<", "2m", "auto", true), ("5", "==", "5.0", "auto", true), ("abc", "==", "abc", "auto", true),
    ("abc", "!=", "5", "auto", true), ("5", "==", "5.0", "text", false), ("9.0.10", ">", "9.0.9", "version", true),
    ("1.10", "<", "1.9", "auto", true), ("1.10", ">", "1.9", "version", true), ("3", "between", "1|5", "auto", true),
    ("6", "between", "1|5", "auto", false), ("b", "in", "a|b|c", "auto", true), ("80", "in", "80|443", "auto", true),
    ("d", "not in", "a|b", "auto", true), ("error 57", "matches", "\\d+$", "auto", true),
    ("ab", "contains", "b", "auto", true),
    ("ab", "starts with", "a", "auto", true), ("ab", "ends with", "a", "auto", false),
    ("true", "==", "true", "bool", true),
    // An absent value.
    ("", ">", "5", "auto", false), ("", "==", "5", "auto", false), ("", "!=", "5", "auto", true),
    ("", "==", "", "text", true),
    ("", ">", "1.0", "version", false),
]

private func plain(_ text: String) -> Setting { .text(text) }
private func quoted(_ text: String) -> Setting { Setting(.scalar(text, quoted: true)) }
/// What a single `${…}` leaves of a value.
private func filled(_ value: Value) -> Setting { Setting(.scalar(value.text, quoted: true), value: value) }

/// A value, an operator, what it is compared with, and whether it holds without `as`.
private let typedComparisons: [(Setting, String, Setting, Bool)] = [
    // Texts are compared as written, whatever they look like.
    (filled(.text("1.10")), "==", plain("1.1"), false), (filled(.text("1.10")), "!=", plain("1.1"), true),
    (filled(.text("1.10")), "==", plain("1.10"), true), (filled(.text("1e3")), "==", plain("1000"), false),
    (filled(.text("007")), "==", plain("7"), false), (filled(.text("+5")), "in", .list("5", "6"), false),
    (filled(.text("10MB")), "==", plain("10000kB"), false), (filled(.text("60s")), "==", plain("1m"), false),
    (filled(.text("1.10")), "==", filled(.text("1.1")), false), (quoted("1.10"), "==", plain("1.1"), false),
    (filled(.integer(5)), "==", quoted("5"), true), (filled(.number(1.1)), "==", quoted("1.10"), false),
    // Numbers are numbers, exactly.
    (filled(.number(1.1)), "==", plain("1.10"), true), (filled(.integer(1000)), "==", plain("1e3"), true),
    (plain("1.10"), "==", plain("1.1"), true), (filled(.integer(7)), "in", .list("007", "8"), true),
    (filled(.integer(9_007_199_254_740_993)), "==", plain("9007199254740992"), false),
    (filled(.integer(9_007_199_254_740_993)), ">", plain("9007199254740992"), true),
    (filled(.integer(.max)), ">", plain("9223372036854775806"), true),
    (filled(.integer(.max)), "==", plain("9223372036854775807"), true),
    (filled(.integer(.min)), "<", plain("-9223372036854775807"), true),
    // Sizes and durations by type.
    (filled(.size(10_000_000)), "==", plain("10MB"), true), (filled(.size(4096)), ">=", plain("4096"), true),
    (filled(.size(9_007_199_254_740_993)), "==", plain("9007199254740992"), false),
    (filled(.duration(.milliseconds(500))), "<", plain("1s"), true),
    (filled(.duration(.seconds(90))), "==", plain("1m30s"), true), (filled(.integer(90)), "<", plain("2m"), true),
    // Lists are looked through item by item.
    (filled(.list([.text("80"), .text("443")])), "contains", plain("443"), true),
    (filled(.list([.text("80"), .text("443")])), "contains", plain("44"), false),
    (Setting(.list([plain("1.10"), plain("2")])), "contains", plain("1.1"), false),
    (filled(.text("b")), "in", filled(.list([.text("a"), .text("b")])), true),
    (filled(.text("1.10")), "in", filled(.list([.text("1.1"), .text("1.2")])), false),
    // An absent value.
    (filled(.null), "<", plain("5"), false), (filled(.null), "!=", plain("5"), true),
]

@Suite("CompareValue")
struct CompareValueTests {
    private func settings(_ value: String, _ sign: String, _ to: String, _ kind: String) -> Setting {
        let items = to.split(separator: "|", omittingEmptySubsequences: false).map { Setting.text(String($0)) }
        return .map(["value": .text(value), "operator": .text(sign), "to": Setting(.list(items)), "as": .text(kind)])
    }

    private func decide(_ settings: Setting) async throws -> Bool? {
        let task = try PreparedTask(CompareValue(), ParameterValues(settings, isFilled: true))
        let outcome = try await task.run(.testing(session: ScriptedSession([:])))
        guard case .branch(let way, let report) = outcome, report.outputs == ["result": .bool(way)] else { return nil }
        return way
    }

    @Test("takes the way the comparison says", arguments: comparisons)
    func ways(value: String, sign: String, to: String, kind: String, holds: Bool) async throws {
        #expect(try await decide(settings(value, sign, to, kind)) == holds)
    }

    @Test("compares by the types of both sides, and texts as written", arguments: typedComparisons)
    func types(value: Setting, sign: String, to: Setting, holds: Bool) async throws {
        #expect(try await decide(.map(["value": value, "operator": .text(sign), "to": to])) == holds)
    }

    @Test(
        "asks how texts are read where it takes an order",
        arguments: [
            (filled(.text("1.10")), plain("1.9"), "1.10"), (plain("5"), quoted("7"), "7"),
            (plain("${steps.a.x}"), quoted("85"), "85"), (filled(.text("85%")), plain("90"), "85%"),
        ])
    func order(value: Setting, to: Setting, text: String) {
        #expect(
            throws: ParameterError(
                "as",
                "is missing: '\(text)' is a text, and texts have no order; "
                    + "write as: version, number, size or duration")
        ) {
            try CompareValue().decode(ParameterValues(.map(["value": value, "operator": .text(">"), "to": to])))
        }
    }

    @Test(
        "refuses numbers beyond what is compared exactly",
        arguments: [
            ("number", "18446744073709551615", "a whole number from -9223372036854775808 to 9223372036854775807"),
            (
                "number", "9007199254740993.5",
                "a number of at most 15 digits or a whole number up to 9223372036854775807"
            ),
            ("size", "9000000000GiB", "a size of at most 9223372036854775807 bytes"),
            ("duration", "40000d", "a duration of at most 36500d"),
        ])
    func beyond(kind: String, to: String, wanted: String) {
        #expect(throws: ParameterError("to", "'\(to)' is not \(wanted)")) {
            try CompareValue().decode(ParameterValues(settings("1", ">", to, kind)))
        }
    }

    @Test("looks for items in a list")
    func list() async throws {
        let settings = Setting.map(["value": .list("80", "443"), "operator": .text("contains"), "to": .text("443")])
        #expect(try await decide(settings) == true)
    }

    @Test(
        "refuses what is written wrong",
        arguments: [
            ("5", "=>", "5", "auto", "operator"), ("5", "between", "1", "auto", "to"), ("a", ">", "b", "auto", "as"),
            ("5", ">", "x", "number", "to"), ("5", "matches", "(", "auto", "to"), ("5", ">", "5", "float", "as"),
        ])
    func wrong(value: String, sign: String, to: String, kind: String, path: String) {
        #expect {
            try CompareValue().decode(ParameterValues(settings(value, sign, to, kind)))
        } throws: { error in
            (error as? ParameterError)?.path == path
        }
    }

    @Test("that cannot be decided takes no way")
    func undecided() async {
        await #expect {
            try await decide(settings("many", ">", "5", "number"))
        } throws: { error in
            (error as? TaskFailure)?.reason.code == "evaluation-failed"
        }
    }

    @Test(
        "waits for its values while planning, and checks what is known", arguments: ["value", "operator", "to", "as"])
    func pending(key: String) throws {
        let all: [(String, String)] = [("value", "5"), ("operator", ">"), ("to", "3"), ("as", "number")]
        let settings = Setting(.map(all.map { .init($0.0, .text($0.0 == key ? "${params.x}" : $0.1)) }))
        _ = try PreparedTask(CompareValue(), ParameterValues(settings))
    }
}
