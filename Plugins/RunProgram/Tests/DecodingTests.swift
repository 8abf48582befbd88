// SPDX-License-Identifier: Apache-2.0

import Model
import RunProgramTask
import TaskKit
import TaskKitTesting
import Testing

private let output = Setting.map(["x": .values(["type": "number"])])

private func withOutput(_ pairs: KeyValuePairs<String, String>) -> Setting {
    .map(["program": .text("x"), "outputs": .map(["v": .values(pairs)])])
}

private func withThreshold(_ pairs: KeyValuePairs<String, String>) -> Setting {
    .map(["program": .text("x"), "outputs": output, "thresholds": Setting(.list([.values(pairs)]))])
}

private func withCondition(_ pairs: KeyValuePairs<String, String>) -> Setting {
    .map(["program": .text("x"), "errorWhen": .values(pairs)])
}

/// What a task wrote, and the path of the error.
private let mistakes: [(Setting, String)] = [
    (.values([:]), "program"), (.map(["program": .text("x"), "script": .values(["text": "y"])]), "script"),
    (.values(["script": "echo"]), "script"), (.map(["script": .values(["text": "y", "path": "z"])]), "script/path"),
    (.map(["script": .values(["file": "x.sh"])]), "script/text"), (.values(["program": "-rf"]), "program"),
    (.values(["program": ""]), "program"), (.map(["program": .text("x"), "interpreter": .list("sh")]), "interpreter"),
    (.map(["program": .text("x"), "environment": .values(["1A": "b"])]), "environment/1A"),
    (.map(["program": .text("x"), "environment": .values(["FIRSTLINE_OUTPUT": "b"])]), "environment/FIRSTLINE_OUTPUT"),
    (.values(["program": "x", "directory": "relative"]), "directory"),
    (.values(["program": "x", "background": "maybe"]), "background"),
    (.values(["program": "x", "background": "true", "stdin": "y"]), "stdin"),
    (.map(["program": .text("x"), "background": .text("true"), "outputs": output]), "outputs"),
    (.values(["program": "x", "errorWhen": "1"]), "errorWhen"),
    (withCondition(["exitCode": "1"]), "errorWhen/exitCode"),
    (withCondition(["exitCodes": "a"]), "errorWhen/exitCodes"), (withCondition(["stdout": ""]), "errorWhen/stdout"),
    (withCondition(["stdoutPattern": "("]), "errorWhen/stdoutPattern"),
    (withOutput(["type": "secret"]), "outputs/v/type"),
    (withOutput([:]), "outputs/v/type"),
    (withOutput(["type": "text", "from": "file", "pattern": "a"]), "outputs/v/pattern"),
    (withOutput(["type": "text", "from": "stdout"]), "outputs/v/pattern"),
    (withOutput(["type": "text", "from": "tty"]), "outputs/v/from"),
    (withOutput(["type": "text", "pattern": "("]), "outputs/v/pattern"),
    (withOutput(["type": "text", "unit": "ms"]), "outputs/v/unit"),
    (.map(["program": .text("x"), "outputs": .map(["state": .values(["type": "text"])])]), "outputs/state"),
    (.map(["program": .text("x"), "outputs": .map(["a.b": .values(["type": "text"])])]), "outputs/a.b"),
    (withThreshold(["value": "y", "error": "> 1", "code": "A"]), "thresholds/0/value"),
    (withThreshold(["value": "x", "error": "> high", "code": "A"]), "thresholds/0/error"),
    (withThreshold(["value": "x", "error": "> 1"]), "thresholds/0/code"),
    (.values(["program": "x", "thresholds": "y"]), "thresholds"),
    (.map(["script": .values(["text": "if true\r\nthen :; fi"])]), "script"),
    (.map(["script": .values(["text": "a\r\n"]), "interpreter": .list("/usr/bin/bash", "-e")]), "script"),
    (.map(["program": .text("x"), "arguments": .list("a", longWord)]), "arguments"),
    (.map(["program": .text("x"), "environment": .values(["V": longWord])]), "environment"),
]

private let longWord = String(repeating: "x", count: 131_072)

@Suite("RunProgram while planning")
struct DecodingTests {
    private func message(_ settings: Setting) -> String? {
        do throws(ParameterError) {
            _ = try RunProgram().decode(ParameterValues(settings))
            return nil
        } catch {
            return error.message
        }
    }

    @Test("refuses a script for a shell whose lines end as Windows writes them, and takes it for what can read it")
    func carriageReturns() {
        let text = "echo one\necho two\r\n"
        #expect(
            message(.map(["script": .values(["text": text])]))
                == "line 2 ends with CR LF, as Windows writes it, and a shell takes the CR for part of the line; save it with "
                + "LF alone (dos2unix)")
        #expect(message(.map(["script": .values(["text": text]), "interpreter": .list("/usr/bin/python3")])) == nil)
        #expect(message(.map(["script": .values(["text": text, "file": "check.ps1"])])) == nil)
        #expect(message(.map(["script": .values(["text": "printf 'a\\r\\n'; x='\ry'\n"])])) == nil)
    }

    @Test("refuses an argument or variable that Linux starts no program with, and says what to do instead")
    func longWords() {
        #expect(
            message(.map(["program": .text("x"), "arguments": .list("a", longWord)]))
                == "holds a value of 131072 bytes, and Linux starts no program with more than 131071 in one; give it as `stdin`"
        )
        let most = String(longWord.dropFirst())
        #expect(message(.map(["program": .text("x"), "arguments": .list(most)])) == nil)
        #expect(
            message(.map(["program": .text("x"), "environment": .values(["V": String(most.dropFirst(2))])])) == nil)
        #expect(message(.map(["program": .text("x"), "environment": .values(["V": String(most.dropFirst())])])) != nil)
        #expect(message(.values(["program": "x", "stdin": longWord])) == nil)
    }

    @Test("refuses what is written wrong, with its path", arguments: mistakes)
    func refuses(settings: Setting, path: String) {
        #expect {
            _ = try PreparedTask(RunProgram(), ParameterValues(settings))
        } throws: { error in
            (error as? ParameterError)?.path == path
        }
    }

    @Test("takes values that are still to come")
    func pending() throws {
        let settings = Setting.map([
            "program": .text("${params.tool}"), "directory": .text("${params.home}"),
            "background": .text("${params.back}"),
            "arguments": .list("${params.a}"),
            "errorWhen": .values(["exitCodes": "${params.codes}", "stdoutPattern": "${params.p}"]),
            "outputs": .map([
                "x": .values(["type": "number"]), "y": .values(["type": "text", "pattern": "${params.p}"]),
            ]),
            "thresholds": Setting(.list([.values(["value": "x", "error": "> ${params.limit}", "code": "A"])])),
        ])
        let task = try PreparedTask(RunProgram(), ParameterValues(settings))
        #expect(task.outputs.map(\.name) == ["x", "y"])
        #expect(throws: ParameterError.self) {
            try PreparedTask(RunProgram(), ParameterValues(settings, isFilled: true))
        }
    }

    @Test("never takes a value that came from a host for one that is still to come")
    func filledValues() {
        let settings = Setting.values(["program": "x", "background": "${evil}"])
        #expect(throws: ParameterError.self) {
            try PreparedTask(RunProgram(), ParameterValues(settings, isFilled: true))
        }
    }

    @Test("shows what would be run as one line that cannot pretend to be another")
    func lines() throws {
        func line(_ arguments: [String]) throws -> String? {
            let list = Setting(.list(arguments.map { Setting(.scalar($0, quoted: true)) }))
            return try PreparedTask(
                RunProgram(), ParameterValues(.map(["program": .text("/bin/x"), "arguments": list]))
            ).preview.first?.text
        }
        #expect(
            try line(["it's", "a;b", "한글", "a\nb\t\u{1B}[0m", "\u{202E}x"])
                == #"/bin/x 'it'\''s' 'a;b' 한글 $'a\nb\t\u001b[0m' $'\u202ex'"#)
    }
}
