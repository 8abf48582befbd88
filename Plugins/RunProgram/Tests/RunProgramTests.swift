// SPDX-License-Identifier: Apache-2.0

import Model
import RunProgramTask
import TaskKit
import TaskKitTesting
import Testing

/// Runs a task on a scripted host that answers once.
func run(
    _ settings: Setting, effect: Effect = .change, _ answer: ScriptedSession.Answer
) async throws -> TaskOutcome {
    let task = try PreparedTask(RunProgram(), ParameterValues(settings, isFilled: true))
    let line = task.preview[0].text
    return try await task.run(.testing(session: ScriptedSession([line: answer]), effect: effect))
}

let program = Setting.values(["program": "/bin/check"])

/// A task with outputs of every kind and a threshold.
let script = Setting.map([
    "script": .values(["text": "exit 0"]),
    "outputs": .map([
        "used": .values(["type": "number"]), "host": .values(["type": "text"]), "wait": .values(["type": "duration"]),
        "names": .values(["type": "list"]), "version": .values(["type": "text", "pattern": "version ([0-9.]+)"]),
        "port": .values(["type": "integer", "from": "stderr", "pattern": "port=(\\S+)"]),
    ]),
    "thresholds": Setting(
        .list([.values(["value": "used", "warning": "> 80", "error": "> 90", "code": "OS-FS-010"])])),
    "summary": .text("fs-summary"),
])

func report(_ outcome: TaskOutcome) -> (reason: Reason?, report: Report) {
    switch outcome {
    case .succeeded(let report), .leftRunning(let report), .branch(_, let report): (nil, report)
    case .failed(let reason, let report), .unknown(let reason, let report): (reason, report)
    case .waitForPerson, .startJob: (nil, Report())
    }
}

@Suite("RunProgram")
struct RunProgramTests {
    @Test("sends the program and its words as they are")
    func command() async throws {
        let settings = Setting.map([
            "program": .text("/bin/echo"), "arguments": .list("a b", "$(id)", "-rf", ""), "directory": .text("/srv"),
            "environment": .values(["NAME": "'x'\n;"]), "stdin": .text("input"),
        ])
        let task = try PreparedTask(RunProgram(), ParameterValues(settings))
        #expect(
            task.preview == [
                PlannedAction(
                    "cd /srv && /bin/echo 'a b' '$(id)' -rf '' < (5 bytes)",
                    environment: [PlannedVariable("NAME", "'x'\n;")])
            ])
        let session = ScriptedSession([task.preview[0].text: .init()])
        _ = try await task.run(.testing(session: session))
        var wanted = Command("/bin/echo", ["a b", "$(id)", "-rf", ""])
        wanted.directory = "/srv"
        wanted.environment = ["NAME": "'x'\n;"]
        wanted.standardInput = Array("input".utf8)
        #expect(await session.commands == [wanted])
    }

    @Test("sends a script unchanged and shows its digest's bytes")
    func scriptBytes() throws {
        let text = "echo ${HOME} $${x}\n"
        let settings = Setting.map(["script": .values(["text": text, "file": "check.sh"]), "arguments": .list("--")])
        let task = try PreparedTask(RunProgram(), ParameterValues(settings))
        #expect(task.preview == [PlannedAction("/bin/sh check.sh --", scriptBytes: Array(text.utf8))])
    }

    @Test("succeeds on exit code 0, and says whether the host was changed")
    func success() async throws {
        #expect(try await run(program, .init("hello")) == .succeeded(Report(changed: true, exitCode: 0)))
        #expect(try await run(program, effect: .check, .init()) == .succeeded(Report(changed: false, exitCode: 0)))
        let same = try await run(script, .init(file: "changed no\nvalue used=1\n"))
        #expect(report(same).report.changed == false)
    }

    @Test(
        "judges the exit code",
        arguments: [
            ("1-255", 1, "exit-code"), ("1-255", 0, nil), ("2-255", 1, nil), ("0", 0, "exit-code"), ("none", 7, nil),
            ("3,5", 5, "exit-code"), ("3,5", 4, nil), ("1-255", 137, "signal"), ("1-255", 143, "signal"),
            ("1-255", 200, "exit-code"),
        ] as [(String, Int, String?)])
    func exitCodes(codes: String, code: Int, reason: String?) async throws {
        let settings = Setting.map(["program": .text("x"), "errorWhen": .values(["exitCodes": codes])])
        let result = report(try await run(settings, .init(exit: .code(code))))
        #expect(result.reason?.code == reason)
        #expect(result.report.exitCode == code)
    }

    @Test("tells which signal ended the program")
    func signal() async throws {
        let result = report(try await run(program, .init(exit: .code(137))))
        #expect(result.reason == Reason(.signal, "it ended with exit code 137, as after signal KILL"))
    }

    @Test(
        "fails on what must not be written, and shows the line",
        arguments: [
            (["stdout": "ORA-"], "ok\nx ORA-01017: denied\nlast", "", "stdout holds 'ORA-': x ORA-01017: denied"),
            (["stderr": "fatal"], "fatal", "so fatal\u{1B}[31m", "stderr holds 'fatal': so fatal\u{FFFD}[31m"),
            (["stdoutPattern": "^ERR \\d+$"], "no ERR 5\r\nERR 57\r\n", "", "stdout matches '^ERR \\d+$': ERR 57"),
            (["stderrPattern": "(?i)warn"], "WARN", "", nil), (["stdout": "ORA-"], "OR\nA-", "", nil),
        ] as [(KeyValuePairs<String, String>, String, String, String?)])
    func marks(condition: KeyValuePairs<String, String>, out: String, error: String, message: String?) async throws {
        let settings = Setting.map(["program": .text("x"), "errorWhen": .values(condition)])
        let result = report(try await run(settings, .init(out, error: error)))
        #expect(result.reason == message.map { Reason(.errorCondition, $0) })
    }

    @Test("keeps what was logged when it looks for something")
    func log() async throws {
        let settings = Setting.map(["program": .text("x"), "errorWhen": .values(["stdout": "no"])])
        let task = try PreparedTask(RunProgram(), ParameterValues(settings))
        let log = KeptBytes(limit: 100)
        _ = try await task.run(.testing(session: ScriptedSession(["x": .init("all of it")]), output: log))
        #expect(await log.bytes == Array("all of it".utf8))
    }

    @Test("hands over values from the file and from what is written")
    func values() async throws {
        let file = """
            value used=42.5
            value host= web 1 \("")
            value wait=90s
            value names<<END
            one
            two words
            END

            """
        let outcome = try await run(script, .init("my version 1.2.3\nversion 9", error: "port=8080", file: file))
        #expect(
            report(outcome).report.outputs == [
                "used": .number(42.5), "host": .text(" web 1 "), "wait": .duration(.seconds(90)),
                "names": .list([.text("one"), .text("two words")]), "version": .text("1.2.3"), "port": .integer(8080),
            ])
    }

    @Test("makes the summary from its own words or from the task's")
    func summary() async throws {
        let own = report(try await run(script, .init(file: "summary up pid=12 note=\"two words\"\nvalue used=1")))
        #expect(own.report.summary == Message("up", ["pid": .text("12"), "note": .text("two words")]))
        let given = report(try await run(script, .init(file: "value used=1\n")))
        #expect(given.report.summary == Message("fs-summary", ["used": .number(1), "exitCode": .integer(0)]))
    }

    @Test("has the level of its worst finding")
    func levels() async throws {
        let info = report(try await run(script, .init(file: "value used=1\nfinding info A-1 key=v\n")))
        #expect(info.report.level == .info)
        #expect(info.report.findings == [Finding(.info, "A-1", ["key": .text("v")])])
        let warning = report(try await run(script, .init(file: "value used=81\nfinding info A-1\n")))
        #expect(warning.report.level == .warning)
        #expect(warning.reason == nil)
        let error = report(try await run(script, .init(file: "value used=91\n")))
        #expect(error.report.level == .error)
        #expect(error.reason == Reason(.finding, "OS-FS-010 limit=> 90 used=91 value=91"))
    }

    @Test("that could not look is never shown as OK")
    func unknown() async throws {
        let said = report(try await run(script, .init(file: "finding unknown OS-FS-001 tool=df\n")))
        #expect(said.report.level == .unknown)
        #expect(said.report.findings.count == 1)
        let silent = report(try await run(script, .init(file: "")))
        #expect(silent.report.level == .unknown)
        #expect(silent.report.findings.map(\.code) == ["VALUE-MISSING"])
    }

    @Test("that fails by its exit code keeps what it found")
    func findingsOfFailure() async throws {
        let outcome = try await run(script, .init(exit: .code(2), file: "value used=95\nfinding error DB-1 sid=X\n"))
        let result = report(outcome)
        #expect(result.reason == Reason(.exitCode, "it ended with exit code 2; it reports DB-1 sid=X"))
        #expect(result.report.outputs == ["used": .number(95)])
        #expect(result.report.level == .error)
    }

    @Test("tells how its time limit ended it")
    func timeLimit() async throws {
        let killed = try await run(program, .init(exit: .killed(completely: true)))
        #expect(
            report(killed).reason == Reason(.timeLimit, "the time limit passed; it was ended with all it started"))
        #expect(report(killed).report.changed)
        #expect(try await run(program, .init(exit: .leftRunning)) == .leftRunning(Report(changed: true)))
        guard case .unknown(let reason, _) = try await run(program, .init(exit: .killed(completely: false))) else {
            Issue.record("a change that may still be at work is unknown")
            return
        }
        #expect(
            reason == Reason(.timeLimit, "it was to be ended, and something it started may still run; look at the host")
        )
        let left = Execution(exit: .killed(completely: false), remains: "4711 (sleep)")
        #expect(
            left.incompleteEnd
                == "it was to be ended, and something it started may still run: 4711 (sleep); look at the host")
        let check = try await run(program, effect: .check, .init(exit: .killed(completely: false)))
        #expect(report(check).reason?.code == "time-limit")
    }

    @Test("passes on why the host could not be worked on")
    func unreachable() async throws {
        let failure = SessionFailure(.connectionLost, "gone", mayHaveStarted: true)
        await #expect(throws: TaskFailure(failure)) { try await run(program, .init(failure: failure)) }
    }

    @Test("in the background returns once it was started")
    func background() async throws {
        let settings = Setting.values(["program": "/usr/sbin/daemon", "background": "true"])
        let task = try PreparedTask(RunProgram(), ParameterValues(settings))
        #expect(task.preview[0].text == "/usr/sbin/daemon &")
        let session = ScriptedSession(["/usr/sbin/daemon &": .init()])
        #expect(try await task.run(.testing(session: session)) == .succeeded(Report(changed: true, exitCode: 0)))
        #expect(await session.commands.first?.isBackground == true)
    }
}
