// SPDX-License-Identifier: Apache-2.0

import Definitions
import ExternalTasks
import Model
import TaskKit
import TaskKitTesting
import Testing

/// A manifest with one line changed.
private func manifest(_ changes: KeyValuePairs<String, String> = [:], name: String = "Sample", more: String = "")
    -> String
{
    var lines = [
        "protocol": "1", "name": name, "summary": "A sample for tests.", "runs": "controller", "program": "run.sh",
        "effect": "change",
        "parameters":
            "{word: {type: text, default: none}, items: {type: list}, wait: {type: duration}, size: {type: size}, on: {type: bool}}",
        "outputs": "{word: {type: text, help: A word.}, count: {type: integer, help: A count.}}",
    ]
    for (key, value) in changes { lines[key] = value.isEmpty ? nil : value }
    return lines.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n") + "\n" + more
}

/// The task type of a folder with a manifest and a shell script.
private func sample(
    _ folder: TestFolder, _ script: String, _ changes: KeyValuePairs<String, String> = [:]
) throws -> any TaskType {
    try folder.write("Sample/task.yaml", manifest(changes))
    try folder.write("Sample/run.sh", "#!/bin/sh\n" + script, mode: 0o755)
    return try ExternalTaskTypes.read(folder: folder.path + "/Sample").type
}

/// What a program writes and its exit code, the reason, and a part of the message.
private let answers: [(String, Int, String?, String)] = [
    (#"{"outcome":"succeeded"}"#, 0, nil, ""),
    (#"{"log":"x"}\n\n{"outcome":"succeeded","values":{"count":5}}"#, 0, nil, ""),
    (#"{"outcome":"failed","message":"it is full","code":"disk-full"}"#, 0, "disk-full", "it is full"),
    (#"{"outcome":"failed"}"#, 0, "plugin-failed", "without a reason"),
    (#"{"outcome":"unknown","message":"no answer"}"#, 0, "plugin-failed", "no answer"),
    ("", 0, "plugin-failed", "exit code 0 and without an outcome"), ("", 3, "plugin-failed", "exit code 3 and without"),
    (#"{"outcome":"succeeded"}"#, 1, "plugin-failed", "gave an outcome and then ended with exit code 1"),
    ("hello", 0, "plugin-failed", "line 1 is neither"), ("[1]", 0, "plugin-failed", "line 1 is neither"),
    (#"{"outcome":"won"}"#, 0, "plugin-failed", "line 1 is neither"),
    (#"{"outcome":"succeeded"}\n{"log":"late"}"#, 0, "plugin-failed", "line 2 comes after"),
    (#"{"outcome":"succeeded","values":{"none":1}}"#, 0, "bad-output", "'none' is not declared"),
    (#"{"outcome":"succeeded","values":{"count":"many"}}"#, 0, "bad-output", "count must be a whole number"),
    (#"{"outcome":"succeeded","values":{"count":1e300}}"#, 0, "bad-output", "count must be a whole number"),
    (
        #"{"outcome":"succeeded","values":{"count":9223372036854775808}}"#, 0, "bad-output",
        "a whole number from -9223372036854775808 to 9223372036854775807, not '9223372036854775808'"
    ),
    (
        #"{"outcome":"succeeded","findings":[{"level":"error","code":"A-1","values":{"n":18446744073709551615}}]}"#, 0,
        "finding", "A-1 n=18446744073709551615"
    ),
    (#"{"outcome":"succeeded","values":{"word":["a"]}}"#, 0, "bad-output", "word must be text"),
    (#"{"outcome":"succeeded","findings":[{"level":"error","code":"A-1","values":{"n":2}}]}"#, 0, "finding", "A-1 n=2"),
    (#"{"outcome":"succeeded","findings":[{"level":"ok","code":"A-1"}]}"#, 0, "bad-output", "cannot be a finding"),
    (#"{"outcome":"succeeded","findings":[{"level":"error","code":"A 1"}]}"#, 0, "bad-output", "cannot be a finding"),
    (#"{"outcome":"succeeded","artifacts":["../x"]}"#, 0, "bad-output", "absolute path"),
    (#"{"outcome":"succeeded","extra":1}"#, 0, nil, ""),
    (
        #"{"outcome":"succeeded","outcome":"failed"}"#, 0, "plugin-failed",
        "line 1 has the key 'outcome' twice in one object"
    ),
    (#"{"log":"x","log":"y"}"#, 0, "plugin-failed", "line 1 has the key 'log' twice in one object"),
    (#"{"log":"x","outcome":"succeeded"}"#, 0, "plugin-failed", "line 1 is neither"),
    (
        #"{"outcome":"succeeded","values":{"word":\#(String(repeating: "[", count: 200))\#(String(repeating: "]", count: 200))}}"#,
        0, "plugin-failed", "line 1 is nested deeper than 100 levels"
    ),
]

@Suite("An external task type")
struct ExternalTaskTests {
    @Test("answers in one JSON object a line, and nothing else", arguments: answers)
    func answer(words: String, code: Int, reason: String?, message: String) async throws {
        let folder = try TestFolder()
        let lines = words.split(separator: "\\n", omittingEmptySubsequences: false).map { "printf '%s\\n' '\($0)'" }
            .joined(separator: "\n")
        let type = try sample(folder, (words.isEmpty ? "" : lines) + "\nexit \(code)\n")
        let result = parts(try await runHere(type, Setting(.map([])), effect: .change))
        #expect(result.reason?.code == reason, "\(result.reason?.message ?? "none")")
        #expect(
            message.isEmpty || result.reason?.message.contains(message) == true, "\(result.reason?.message ?? "none")")
    }

    @Test("is told what it works on, and its values with their kinds")
    func input() async throws {
        let folder = try TestFolder()
        let script = """
            read -r line
            printf '%s\\n' "$line" >&2
            printf '{"outcome":"branch","taken":true,"changed":false,"values":{"word":"x","count":7},"summary":{"id":"s","values":{"a":1.5}}}\\n'
            """
        let type = try sample(folder, script)
        let errors = KeptBytes(.standardError, limit: 10_000)
        let settings = Setting.map([
            "word": .text("'; rm -rf / \"$(id)"), "items": .list("a", "b c"), "wait": .text("1500ms"),
            "size": .text("1kB"), "on": .text("true"),
        ])
        let outcome = try await runHere(type, settings, effect: .change, output: errors)
        let report = Report(
            changed: false, exitCode: 0, summary: Message("s", ["a": .text("1.5")]),
            outputs: ["word": .text("x"), "count": .integer(7)])
        #expect(outcome == .branch(true, report))
        let said = String(decoding: await errors.bytes, as: UTF8.self)
        for part in [
            #""protocol":1"#, #""effect":"change""#, #""items":["a","b c"]"#, #""wait":1.5"#, #""size":1000"#,
            #""on":true"#,
            #""word":"'; rm -rf \/ \"$(id)""#, #""name":"web1""#, #""run":"r1""#,
        ] { #expect(said.contains(part), "\(part) in \(said)") }
    }

    @Test("sees no environment but what its manifest keeps")
    func environment() async throws {
        let folder = try TestFolder()
        let type = try sample(
            folder, #"printf '{"outcome":"failed","message":"%s"}\n' "$(env | cut -d= -f1 | sort | tr '\n' ' ')""#,
            ["environment": "[HOME, NOT_SET_HERE]"])
        let names = parts(try await runHere(type, Setting(.map([])))).reason?.message
        #expect(names == "FIRSTLINE_ATTEMPT HOME PATH PWD ")
    }

    @Test("that runs on hosts is sent there, unchanged, and takes its values from standard input")
    func onHost() async throws {
        let folder = try TestFolder()
        let script =
            "read -r line; case $0 in \(folder.path)*) exit 9;; esac\nprintf '{\"outcome\":\"succeeded\"}\\n'\n"
        let type = try sample(folder, script, ["runs": "host"])
        #expect(type.defaultPlacement == .each)
        #expect(parts(try await runHere(type, Setting(.map([])))).reason == nil)
        let task = try PreparedTask(type, ParameterValues(.values(["word": "${params.w}"])))
        #expect(task.preview.map(\.text) == ["/bin/sh run.sh < Sample 'word=${params.w}'"])
        #expect(task.preview.first?.scriptBytes == Array(("#!/bin/sh\n" + script).utf8))
    }

    @Test("keeps its log, and stays small when it writes for ever", .timeLimit(.minutes(15)))
    func log() async throws {
        let folder = try TestFolder()
        let kept = KeptBytes(limit: 100)
        let chatty = try sample(folder, #"printf '{"log":"one"}\n{"log":"two"}\n{"outcome":"succeeded"}\n'"#)
        #expect(parts(try await runHere(chatty, Setting(.map([])), output: kept)).reason == nil)
        #expect(await kept.bytes == Array("one\ntwo\n".utf8))
        let endless = try sample(folder, "head -c 30000000 /dev/zero")
        #expect(
            parts(try await runHere(endless, Setting(.map([])))).reason?.message.contains("longer than 1 MiB") == true)
    }

    @Test("is judged by the task's thresholds, and ended at its limit")
    func thresholdsAndLimit() async throws {
        let folder = try TestFolder()
        let counts = try sample(folder, #"printf '{"outcome":"succeeded","values":{"count":7}}\n'"#)
        let thresholds = Setting(.list([.values(["value": "count", "warning": "> 5", "code": "S-1"])]))
        let judged = parts(try await runHere(counts, .map(["thresholds": thresholds])))
        #expect(judged.report.level == .warning)
        let slow = try sample(folder, "sleep 60")
        let ended = try await runHere(slow, Setting(.map([])), limit: TimeLimit(.milliseconds(300), grace: .seconds(1)))
        #expect(parts(ended).reason?.code == "time-limit")
    }

    @Test("is not run when its program was changed after it was checked")
    func changed() async throws {
        let folder = try TestFolder()
        let type = try sample(folder, #"printf '{"outcome":"succeeded"}\n'"#)
        try folder.write("Sample/run.sh", "#!/bin/sh\ntouch /tmp/firstline-pwned\n", mode: 0o755)
        await #expect {
            try await runHere(type, Setting(.map([])))
        } throws: { error in
            (error as? TaskFailure)?.reason.code == "plugin-failed"
        }
    }

    @Test("passes the checks that shipped task types pass")
    func passesChecks() throws {
        let folder = try TestFolder()
        let type = try sample(
            folder, "",
            [
                "example":
                    "{word: \"it's \\\"x\\\"\", items: [a, 'b: c'], wait: 5s, size: 1MB, on: true, thresholds: [{value: count, error: '> 5', code: A}]}"
            ])
        let document = YAMLReader().read(Array(type.example.utf8), file: "Example.yaml")
        #expect(document.problems.all.isEmpty)
        let with = try #require(document.document?["tasks"]?["example"]?["with"])
        #expect(with["word"]?.text == "it's \"x\"")
        try TaskTypeChecks(type).refusesUnknownKeys(with)
        try TaskTypeChecks(type).decodes(with)
    }
}
