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

    @Test("looks for items in a list")
    func list() async throws {
        let settings = Setting.map(["value": .list("80", "443"), "operator": .text("contains"), "to": .text("443")])
        #expect(try await decide(settings) == true)
    }

    @Test(
        "refuses what is written wrong",
        arguments: [
            ("5", "=>", "5", "auto", "operator"), ("5", "between", "1", "auto", "to"), ("a", ">", "b", "auto", "to"),
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
