// SPDX-License-Identifier: Apache-2.0

import Model
import RunProgramTask
import TaskKit
import TaskKitTesting
import Testing

@Suite("A script of RunProgram")
struct ScriptTests {
    private func review(_ script: String, outputs: [String] = [], _ interpreter: String = "/bin/sh") throws
        -> TaskReview
    {
        let outputs = Setting(.map(outputs.map { .init($0, .values(["type": "text"])) }))
        let settings = Setting.map([
            "script": .values(["text": script]), "outputs": outputs, "interpreter": .list(interpreter),
        ])
        return try PreparedTask(RunProgram(), ParameterValues(settings)).review()
    }

    private func refusal(_ script: String, _ interpreter: String = "/bin/sh") -> String? {
        do throws(ParameterError) {
            let settings = Setting.map(["script": .values(["text": script]), "interpreter": .list(interpreter)])
            _ = try RunProgram().decode(ParameterValues(settings))
            return nil
        } catch {
            return error.message
        }
    }

    @Test("that hands over a value which is not declared is warned of")
    func undeclared() throws {
        let head = "exec 3>>\"$FIRSTLINE_OUTPUT\"\n"
        for line in [
            "echo \"value pid=$$\"", "echo 'value pid=1' >&3", "printf 'value pid=%s\\n' 1", "say value pid=1",
            "printf 'x\\nvalue pid=%d\\n' 1", "cat >&3 <<END\nvalue pid<<EOF\na\nEOF\nEND", "value pid=\"$x\"",
            "awk '{ print \"value pid=\" $1 }' >&3", "f.write(f\"value pid={n}\\n\")",
        ] {
            #expect(
                try review(head + line).warnings.map(\.message) == [
                    "hands over 'pid', which is not declared under outputs: the step would do its work and then fail with "
                        + "bad-output; add pid: {type: text} there"
                ], "\(line)")
            #expect(try review(head + line, outputs: ["pid"]).warnings == [], "\(line)")
        }
        #expect(
            try review(head + "say \"value ofset=1\"", outputs: ["offset"]).warnings.first?.message
                .hasSuffix("fail with bad-output; did you mean 'offset'?") == true)
    }

    @Test(
        "is not warned of where nothing is certain",
        arguments: [
            "# echo \"value pid=1\"", "echo \"the value pid=1 is new\"", "echo \"value $name=1\"",
            "sed -n 's/^value pid=//p'",
            "value() { printf '%s\\n' \"$1\"; }", "print \"value \" key \"=\" v[key]", "value = 1",
            "echo \"some-value pid=1\"",
        ])
    func uncertain(line: String) throws {
        #expect(try review("exec 3>>\"$FIRSTLINE_OUTPUT\"\n" + line).warnings == [])
    }

    @Test("that never hands over a declared value is warned of, where all that it hands over can be seen")
    func unwritten() throws {
        let head = "exec 3>>\"$FIRSTLINE_OUTPUT\"\nsay \"value pid=1\"\n"
        let warning = try #require(try review(head, outputs: ["pid", "port"]).warnings.first)
        #expect(warning.path == "outputs/port")
        #expect(
            warning.message
                == "the script never hands it over: what uses it gets empty text, and a threshold VALUE-MISSING; "
                + "delete it, or write the line value port=… in the script")
        for more in ["say \"value $name=1\"", "awk '{ print \"value \" $1 }'", "x=port", "printf 'value %s=%s\\n' a b"]
        {
            #expect(try review(head + more, outputs: ["pid", "port"]).warnings == [], "\(more)")
        }
        #expect(try review("/opt/check >>\"$FIRSTLINE_OUTPUT\"", outputs: ["port"]).warnings == [])
    }

    @Test("that never writes to the file hands over nothing")
    func silent() throws {
        #expect(try review("echo \"value pid=1\"\necho \"finding error A-1\"").warnings == [])
        #expect(try review("echo \"finding error A-1\"").texts == [])
    }

    @Test("must not hold names of ours in ${…}: a shell would stop at them or take nothing for them")
    func marks() {
        #expect(
            refusal("echo one\necho \"${params.name}\"\n")
                == "'${params.name}' is not filled in here: a script gets its values through arguments or environment; write "
                + "environment: {NAME: \"${params.name}\"} beside the script, and $NAME in it")
        #expect(refusal("echo ${steps.check.offset_ms}") != nil)
        #expect(refusal("Write-Output ${params.name}", "pwsh")?.hasSuffix("and $env:NAME in it") == true)
        for script in [
            "echo ${params}", "echo ${x} ${FIRSTLINE_OUTPUT} ${target} ${x:-params.y} ${x%.z}", "# ${params.name}",
            "echo \"\\${params.name}\"", "echo '${host.name}'", "echo $params.name",
        ] {
            #expect(refusal(script) == nil, "\(script)")
        }
        for interpreter in ["/usr/bin/python3", "/usr/bin/node"] {
            #expect(refusal("${params.name}", interpreter) == nil)
        }
    }

    @Test("is warned of names in ${…} that may be meant for another program")
    func otherMarks() throws {
        #expect(try review("echo ${host.address} ${run.id}").warnings.count == 2)
        #expect(try review("print('${params.name}')", "/usr/bin/python3").warnings.count == 1)
        #expect(try review("console.log(`${params.name}`)", "/usr/bin/node").warnings == [])
    }

    @Test("for a shell does not begin with a byte order mark; other interpreters take it")
    func byteOrderMark() {
        #expect(
            refusal("\u{FEFF}#!/bin/sh\necho one\n")
                == "begins with a byte order mark (U+FEFF), which a shell takes for part of its first word; save it as UTF-8 "
                + "without one")
        #expect(refusal("\u{FEFF}print(1)\n", "/usr/bin/python3") == nil)
        #expect(refusal("echo '\u{FEFF}'\n") == nil)
    }

    @Test("names the line of what is wrong, in its own file or in the playbook")
    func places() throws {
        let at = Place(file: "a/b.yaml", line: 7, column: 13)
        func place(_ name: String?) throws -> String? {
            let text = Setting(.scalar("exec >>\"$FIRSTLINE_OUTPUT\"\n  echo 'value pid=1'\n", quoted: true), at: at)
            let file = name.map { [Setting.Entry("file", .text($0))] } ?? []
            let script = Setting(.map([.init("text", text)] + file), at: at)
            let task = try PreparedTask(RunProgram(), ParameterValues(.map(["script": script])))
            return task.review().warnings.first?.place?.description
        }
        #expect(try place("look.sh") == "a/look.sh:2:15")
        #expect(try place(nil) == "a/b.yaml:9:1")
    }
}
