// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import TaskKit
import Testing

private func playbook(_ body: String) -> String { "firstline: 1\ntitle: {en: Test}\n" + body }

private func parameter(_ form: String) -> String {
    playbook(
        "parameters:\n  n: {\(form)}\ntasks:\n"
            + "  say: {type: RunProgram, with: {program: /bin/echo, arguments: [\"${params.n}\"]}}\n")
}

@Suite("Numbers in a plan")
struct PlannedNumberTests {
    @Test(
        "are held against the limits of their parameter without rounding",
        arguments: [
            (
                "type: integer, max: 9007199254740992", "9007199254740993",
                "at most 9007199254740992, not 9007199254740993"
            ),
            (
                "type: integer, min: 9007199254740993", "9007199254740992",
                "at least 9007199254740993, not 9007199254740992"
            ),
            (
                "type: number, max: 9007199254740992", "9007199254740993",
                "at most 9007199254740992, not 9007199254740993"
            ),
            ("type: size, max: 9007199254740992", "9007199254740993", "at most 9007199254740992, not 9007199254740993"),
            ("type: size, max: 1KiB", "1025", "at most 1024, not 1025"),
            ("type: integer, max: 9223372036854775806", "9223372036854775807", "at most 9223372036854775806, not"),
            ("type: duration, max: 1s", "1001ms", "at most 1, not 1.001"),
            (
                "type: integer", "9223372036854775808",
                "must be a whole number from -9223372036854775808 to 9223372036854775807, not '9223372036854775808'"
            ),
            ("type: size", "8388608TiB", "must be a size of at most 9223372036854775807 bytes, not '8388608TiB'"),
            (
                "type: number", "18446744073709551615",
                "must be a whole number from -9223372036854775808 to 9223372036854775807, not '18446744073709551615'"
            ),
        ])
    func limits(form: String, value: String, message: String) throws {
        let problems = try Workbench(["job": parameter(form)]).problems(on: "web01", values: ["n": value])
        #expect(problems.contains("the parameter 'n' must be"), "\(problems)")
        #expect(problems.contains(message), "\(problems)")
    }

    @Test(
        "reach a program as they were given",
        arguments: [
            ("type: number, max: 9223372036854775807", "9223372036854775807", "9223372036854775807"),
            ("type: number", "1000000000000000", "1000000000000000"),
            ("type: size", "9007199254740993", "9007199254740993"),
            ("type: integer, min: 9007199254740993", "9007199254740993", "9007199254740993"),
            ("type: text", "1.10", "1.10"),
        ])
    func given(form: String, value: String, text: String) throws {
        let plan = try Workbench(["job": parameter(form)]).plan(on: "web01", values: ["n": value])
        #expect(try ValueResolver(plan: plan).fill("${params.n}", scope: 0, lane: 0) == text)
    }

    @Test(
        "keep their type in a task's settings, and texts theirs",
        arguments: [
            ("type: text", "1.10", "${params.n}", Value.text("1.10")),
            ("type: number", "1.10", "${params.n}", .number(1.1)), ("type: integer", "7", "${params.n}", .integer(7)),
            ("type: size", "10MB", "${params.n}", .size(10_000_000)),
            ("type: bool", "true", "${params.n}", .bool(true)),
            ("type: duration", "90s", "${params.n}", .duration(.seconds(90))),
            ("type: list", "80,443", "${params.n}", .list([.text("80"), .text("443")])),
            ("type: integer", "7", "1${params.n}", .text("17")), ("type: integer", "7", "${params.n + 1}", .integer(8)),
        ])
    func types(form: String, value: String, text: String, expected: Value) throws {
        let plan = try Workbench(["job": parameter(form)]).plan(on: "web01", values: ["n": value])
        let resolver = ValueResolver(plan: plan)
        let settings = Setting(.map([.init("value", Setting(.scalar(text, quoted: false)))]))
        let filled = try settings.filled([]) { (_: ParameterSpec?, text: String) in
            try resolver.filled(text, scope: 0, lane: 0)
        }
        #expect(filled["value"]?.plainValue == expected)
    }

    @Test("of a text type have no order in CompareValue, while planning already")
    func order() throws {
        func problems(_ type: String) throws -> String {
            let task = "{type: CompareValue, with: {value: \"${params.n}\", operator: \">\", to: 1.9}}"
            let job = playbook("parameters:\n  n: {type: \(type)}\ntasks:\n  newer: \(task)\n")
            return try Workbench(["job": job]).problems(on: "web01", values: ["n": "1.10"])
        }
        #expect(try problems("text").contains("'1.10' is a text, and texts have no order; write as: version"))
        #expect(try problems("number") == "no problem")
    }
}
