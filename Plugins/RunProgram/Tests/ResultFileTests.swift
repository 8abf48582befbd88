// SPDX-License-Identifier: Apache-2.0

import Model
import RunProgramTask
import TaskKit
import TaskKitTesting
import Testing

/// A file that cannot be used, and what the operator reads.
private let badFiles: [(String, String)] = [
    ("value nothere=1", "line 1: 'nothere' is not declared under outputs"),
    ("value used=1\nvalue used=many", "line 2: used must be a number such as 1.5, not 'many'"),
    ("value used", "line 1: write value NAME=TEXT"), ("value used<", "line 1: write value NAME=TEXT or"),
    ("\n\nhello", "line 3: 'hello' is not value,"), ("value host<<END\na\n", "line 1: there is no line END"),
    ("finding bad A-1", "line 1: a finding's level"), ("finding ok A-1", "line 1: a finding's level"),
    ("finding error", "line 1: '' cannot be a code"), ("finding error A/1", "line 1: 'A/1' cannot be a code"),
    ("finding error A-1 key", "line 1: write key=value"),
    ("finding error A-1 k=\"open", "line 1: a closing \" is missing"),
    ("finding error A-1 k=\"a\"b", "line 1: a space is missing"),
    ("finding error A-1 k=\"a\\n\"", "line 1: inside quotes"),
    ("summary", "line 1: '' cannot be a code"), ("changed maybe", "line 1: write changed yes"),
    ("artifact tmp/x", "line 1: an artifact is an absolute path"), ("artifact /tmp/../etc", "line 1: an artifact"),
    ("value host=a\u{0}b", "line 1: host must be text without NUL"),
    ("value wait=5 minutes", "line 1: wait must be a duration"),
    ("\u{1B}[31mvalue", "line 1: '\u{FFFD}[31mvalue' is not value"),
]

@Suite("What a script hands over")
struct ResultFileTests {
    @Test("is refused with the line when it means nothing", arguments: badFiles)
    func bad(file: String, message: String) async throws {
        let result = report(try await run(script, .init(file: file)))
        #expect(result.reason?.code == "bad-output")
        #expect(result.reason?.message.contains(message) == true, "\(result.reason?.message ?? "")")
    }

    @Test("counts up to the line that means nothing")
    func partial() async throws {
        let result = report(
            try await run(script, .init(file: "value used=5\nfinding warning A-1\nrubbish\nvalue host=x\n")))
        #expect(result.report.outputs == ["used": .number(5)])
        #expect(result.report.findings.map(\.code) == ["A-1"])
    }

    @Test("may come from Windows, may repeat a value, and may leave values out")
    func lenient() async throws {
        let file = "value used=1\r\nvalue used=2\r\n\r\nchanged yes\r\nartifact /tmp/a b.tar\r\n"
        let result = report(try await run(script, .init(file: file)))
        #expect(result.reason == nil)
        #expect(result.report.outputs == ["used": .number(2)])
        #expect(result.report.artifacts == ["/tmp/a b.tar"])
    }

    @Test("is refused when it is longer than 1 MiB")
    func tooLong() async throws {
        let file =
            "value used=1\n" + String(repeating: "finding info A-1\n", count: 500)
            + String(repeating: "\n", count: 1_048_577)
        let result = report(try await run(script, .init(file: file)))
        #expect(result.reason?.code == "bad-output")
        #expect(result.report.findings.count == 500)
    }

    @Test("has at most 1,000 findings")
    func tooMany() async throws {
        let file = String(repeating: "finding info A-1\n", count: 1001)
        let result = report(try await run(script, .init(file: file)))
        #expect(result.reason?.message.contains("line 1001: there are too many") == true)
        #expect(result.report.findings.count >= 1000)
    }

    @Test("stays text, whatever it holds")
    func hostile() async throws {
        let text = "${params.password} $(id) <script> '; drop table"
        let result = report(
            try await run(script, .init(file: "value used=1\nvalue host=\(text)\nfinding info A-1 k=\"\(text)\"\n")))
        #expect(result.report.outputs["host"] == .text(text))
        #expect(result.report.findings.first?.values["k"] == .text(text))
    }

    @Test("that is not UTF-8 is repaired")
    func notUTF8() async throws {
        var answer = ScriptedSession.Answer()
        answer.execution.outputFile = Array("value used=1\nvalue host=".utf8) + [0xFF, 0xC0] + Array("x\n".utf8)
        #expect(report(try await run(script, answer)).report.outputs["host"] == .text("\u{FFFD}\u{FFFD}x"))
    }

    @Test("of random lines never does more than fail", arguments: 0..<20)
    func random(seed: Int) async throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = [
            "value ", "used", "=", "<<END\n", "END\n", "\n", "finding ", "error ", "A-1 ", "k=", "\"", "\\", " ",
            "summary ", "changed yes",
            "artifact /", "host", "names", "99999999999999999999d", "36500d36500d", "\u{0}", "é", "\r",
        ]
        for _ in 0..<100 {
            let file = (0..<next(40)).map { _ in pieces[next(pieces.count)] }.joined()
            _ = try await run(script, .init(file: file))
        }
    }
}

@Suite("What a program writes")
struct OutputTests {
    @Test("is looked at however it is cut into pieces", arguments: [1, 2, 7, 4096])
    func pieces(size: Int) async throws {
        let text = Array("first\nversion 1.2\r\nand ERR-7\nlast without end ERR-8".utf8)
        let settings = Setting.map([
            "program": .text("x"), "errorWhen": .values(["stdoutPattern": "ERR-8$"]),
            "outputs": .map(["version": .values(["type": "text", "pattern": "version (.*)$"])]),
        ])
        var answer = ScriptedSession.Answer()
        answer.standardOutput = stride(from: 0, to: text.count, by: size).map {
            Array(text[$0..<min($0 + size, text.count)])
        }
        let result = report(try await run(settings, answer))
        #expect(result.reason?.message == "stdout matches 'ERR-8$': last without end ERR-8")
        #expect(result.report.outputs == ["version": .text("1.2")])
    }

    @Test(
        "is searched in lines that never end, also across the pieces they are cut into",
        arguments: [65_530, 65_536, 131_000, 300_000])
    func longLine(offset: Int) async throws {
        let settings = Setting.map(["program": .text("x"), "errorWhen": .values(["stdout": "needle"])])
        let line =
            [UInt8](repeating: UInt8(ascii: "x"), count: offset) + Array("needle".utf8)
            + [UInt8](repeating: 0x78, count: 70_000)
        var answer = ScriptedSession.Answer()
        answer.standardOutput = stride(from: 0, to: line.count, by: 10_000).map {
            Array(line[$0..<min($0 + 10_000, line.count)])
        }
        #expect(report(try await run(settings, answer)).reason?.code == "error-condition")
    }

    @Test("that a pattern cannot be looked for in is no success")
    func expensivePattern() async throws {
        let settings = Setting.map(["program": .text("x"), "errorWhen": .values(["stdoutPattern": "(a+)+[xy]$"])])
        let result = report(try await run(settings, .init(String(repeating: "a", count: 200))))
        #expect(result.reason?.code == "evaluation-failed")
    }

    @Test("must be of the kind that was declared")
    func wrongKind() async throws {
        let settings = Setting.map([
            "program": .text("x"), "outputs": .map(["pid": .values(["type": "integer", "pattern": "pid=(.*)"])]),
        ])
        let result = report(try await run(settings, .init("pid=none")))
        #expect(result.reason == Reason(.badOutput, "pid must be a whole number such as 42, not 'none'"))
    }
}
