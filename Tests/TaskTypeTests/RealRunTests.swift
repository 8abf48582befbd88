// SPDX-License-Identifier: Apache-2.0

import Model
import RunProgramTask
import TaskKit
import TaskKitTesting
import Testing

@Suite("RunProgram on a real machine")
struct RealRunTests {
    private func script(_ text: String, _ more: KeyValuePairs<String, Setting> = [:]) -> Setting {
        Setting(.map([.init("script", .values(["text": text]))] + more.map { .init($0.key, $0.value) }))
    }

    @Test(
        "gives every value to a script byte for byte, and runs nothing else",
        arguments: [
            "plain", "two words", "'; touch /tmp/firstline-pwned; '", "$(touch /tmp/firstline-pwned)", "`id`", "a\nb\n",
            "-rf", "${x}", "\"", "\\", "한글 €", "*", "~", "",
        ])
    func values(value: String) async throws {
        let text = """
            {
                echo "value count=$#"
                printf 'value arg<<END_OF_IT\\n%s\\nEND_OF_IT\\n' "$2"
                printf 'value var<<END_OF_IT\\n%s\\nEND_OF_IT\\n' "$VALUE"
            } >>"$FIRSTLINE_OUTPUT"
            """
        let settings = script(
            text,
            [
                "arguments": Setting(.list([.text("--"), Setting(.scalar(value, quoted: true))])),
                "environment": .map(["VALUE": Setting(.scalar(value, quoted: true))]),
                "outputs": .map([
                    "count": .values(["type": "integer"]), "arg": .values(["type": "text"]),
                    "var": .values(["type": "text"]),
                ]),
            ])
        let result = parts(try await runHere(RunProgram(), settings))
        #expect(result.reason == nil)
        #expect(result.report.outputs == ["count": .integer(2), "arg": .text(value), "var": .text(value)])
    }

    @Test("gives thousands of random values byte for byte", arguments: 0..<5)
    func randomValues(round: UInt64) async throws {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "'", "\"", "\\", "`", "$(", ")", "${", "}", ";", "|", "&", ">", "<", "\n", "\r", "\t", " ", "*", "?", "~",
            "#", "!", "-", "--", "=",
            "+", "A", "E", "G", "\u{1E}FIRSTLINE ", "\u{1B}[2J", "é", "한", "\u{202E}", "%s",
            "touch /tmp/firstline-pwned", "\u{FEFF}",
        ]
        let values = (0..<1000).map { _ in
            (0..<Int.random(in: 0...12, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
        }
        let kept = KeptBytes(limit: 1_000_000)
        let settings = script(
            "printf '%s\\0' \"$@\"", ["arguments": Setting(.list(values.map { Setting(.scalar($0, quoted: true)) }))])
        #expect(parts(try await runHere(RunProgram(), settings, output: kept)).reason == nil)
        let echoed = await kept.bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
        #expect(echoed == values.map { Array($0.utf8) } + [[]])
    }

    @Test("hands over outputs, findings and the summary of a script")
    func handsOver() async throws {
        let text = """
            echo "value used=91.5" >>"$FIRSTLINE_OUTPUT"
            echo "finding info OS-X-1 path=/var note=\\"two words\\"" >>"$FIRSTLINE_OUTPUT"
            echo "summary done used=91.5" >>"$FIRSTLINE_OUTPUT"
            echo "changed no" >>"$FIRSTLINE_OUTPUT"
            echo "tool version 1.2.3"
            """
        let settings = script(
            text,
            [
                "outputs": .map([
                    "used": .values(["type": "number"]),
                    "version": .values(["type": "text", "pattern": "version (\\S+)"]),
                ]),
                "thresholds": Setting(.list([.values(["value": "used", "warning": ">= 90", "code": "OS-X-2"])])),
            ])
        let log = KeptBytes(limit: 1000)
        let outcome = try await runHere(RunProgram(), settings, effect: .change, output: log)
        let findings = [
            Finding(.info, "OS-X-1", ["path": .text("/var"), "note": .text("two words")]),
            Finding(.warning, "OS-X-2", ["used": .number(91.5), "value": .number(91.5), "limit": .text(">= 90")]),
        ]
        let report = Report(
            level: .warning, changed: false, exitCode: 0, summary: Message("done", ["used": .text("91.5")]),
            outputs: ["used": .number(91.5), "version": .text("1.2.3")], findings: findings)
        #expect(outcome == .succeeded(report))
        #expect(await log.bytes == Array("tool version 1.2.3\n".utf8))
    }

    @Test("reads standard input, sets the working directory and uses the interpreter it is told")
    func surroundings() async throws {
        let settings = script(
            "import sys, os\nopen(os.environ['FIRSTLINE_OUTPUT'], 'w').write(f'value in={sys.stdin.read()} {os.getcwd()}\\n')",
            [
                "interpreter": .list("python3", "-B"), "stdin": .text("hello"), "directory": .text("/usr"),
                "outputs": .map(["in": .values(["type": "text"])]),
            ])
        #expect(parts(try await runHere(RunProgram(), settings)).report.outputs == ["in": .text("hello /usr")])
    }

    @Test("searches a flood without keeping it", .timeLimit(.minutes(15)))
    func flood() async throws {
        let settings = script(
            "head -c 20000000 /dev/zero | tr '\\0' x; echo; yes 'a line' | head -n 300000; echo last",
            [
                "errorWhen": .values(["stdoutPattern": "^never$", "stdout": "nowhere"]),
                "outputs": .map(["end": .values(["type": "text", "pattern": "^(last)$"])]),
            ])
        let result = parts(try await runHere(RunProgram(), settings))
        #expect(result.reason == nil)
        #expect(result.report.outputs == ["end": .text("last")])
    }

    @Test("is ended with its children when its time is over, and says so")
    func timeLimit() async throws {
        // That its children are gone, too, is a check of every transport; without it this would take an hour.
        let outcome = try await runHere(
            RunProgram(), script("sleep 3600 & sleep 3600"), limit: TimeLimit(.milliseconds(500), grace: .seconds(1)))
        #expect(parts(outcome).reason?.code == "time-limit")
    }
}
