// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

extension TransportChecks {
    static let endings: [Check] = [
        Check(description: "tells a signal as 128 and its number") { session in
            let (execution, _) = try await session.run(session.shell("kill -9 $$"))
            try expect(execution.exit == .code(137), "exit \(execution.exit)")
        },
        Check(description: "ends the whole process tree when the time limit has passed, also what made its own session")
        { session in
            let tag = freshTag()
            let command = session.shell("trap '' TERM; setsid sleep 300 & sleep 300 & wait")
            let end = try await session.execute(
                command, tag: tag, limit: TimeLimit(.milliseconds(300), grace: .seconds(1)), output: NoOutput())
            try expect(end.exit == .killed(completely: true), "exit \(end.exit)")
            let left = try await living(tag, session)
            try expect(left == 0, "\(left) processes still live")
        },
        Check(description: "ends what has cut itself off from what started it") { session in
            let seconds = String(UInt64.random(in: 1_000_000...9_000_000))
            let ways = [
                "perl -e '$0 = \"renamed\"; $SIG{TERM} = \"IGNORE\"; sleep $ARGV[0] while 1' \"$1\" & wait",
                "env -i setsid sleep \"$1\" & wait", "(env -i setsid sleep \"$1\" >/dev/null 2>&1 &); sleep \"$1\"",
                "trap '' TERM; (env -i setsid sh -c 'sleep $1; exit' sh \"$1\" &); setsid sleep \"$1\"",
                "su -s /bin/sh nobody -c \"nohup sleep $1 >/dev/null 2>&1 & sleep $1\"",
                "runuser -u nobody -- sh -c \"setsid sleep $1 >/dev/null 2>&1 & sleep $1\"",
            ]
            for way in ways {
                let end = try await session.execute(
                    session.shell(way, seconds), tag: freshTag(),
                    limit: TimeLimit(.milliseconds(500), grace: .seconds(1)), output: NoOutput())
                let (_, left) = try await session.run(
                    session.shell("pgrep -xf \"sleep $1|renamed\" && pkill -KILL -xf \"sleep $1|renamed\"", seconds))
                try expect(left.text.isEmpty, "\(way): still runs: \(left.text)")
                try expect(end.exit == .killed(completely: true), "\(way): \(end)")
            }
        },
        Check(description: "leaves a program running when the limit says so") { session in
            let tag = freshTag()
            let limit = TimeLimit(.milliseconds(300), leavesRunning: true)
            let end = try await session.execute(
                Command("/bin/sleep", ["600"]), tag: tag, limit: limit, output: NoOutput())
            try expect(end.exit == .leftRunning, "exit \(end.exit)")
            let left = try await living(tag, session)
            try expect(left == 1, "\(left) processes live on")
            try await endAll(tag, session)
        },
        Check(description: "ends the process tree when the waiting task is cancelled") { session in
            let tag = freshTag()
            let work = Task {
                try await session.execute(Command("/bin/sleep", ["300"]), tag: tag, limit: nil, output: NoOutput())
            }
            while try await living(tag, session) == 0 { await Task.yield() }
            work.cancel()
            let end = try await work.value
            try expect(end.exit == .killed(completely: true), "exit \(end.exit)")
            let left = try await living(tag, session)
            try expect(left == 0, "\(left) processes still live")
        },
        Check(description: "does not wait for a child that keeps the streams open") { session in
            let tag = freshTag()
            let script = Command.Script(text: Array("sleep 60 & echo done".utf8))
            let streams = BothStreams()
            let end = try await session.execute(
                Command(.script(script)), tag: tag, limit: TimeLimit(.seconds(120)), output: streams)
            let text = await streams.written.text
            try expect(end.exit == .code(0) && text == "done\n", "\(end.exit) \(text)")
            let left = try await living(tag, session)
            try expect(left >= 1, "it waited for the child")
            try await endAll(tag, session)
        },
        Check(description: "returns at once from a program in the background, which lives on") { session in
            let tag = freshTag()
            var command = Command("/bin/sleep", ["600"])
            command.isBackground = true
            let end = try await session.execute(command, tag: tag, limit: nil, output: NoOutput())
            try expect(end.exit == .code(0), "exit \(end.exit)")
            // It may be told to begin, and not have begun yet.
            var left = 0
            for _ in 0..<1000 where left == 0 { left = try await living(tag, session) }
            try expect(left >= 1, "\(left) processes live on")
            try await endAll(tag, session)
        },
    ]

    static let files: [Check] = [
        Check(description: "writes and reads a file, with its mode") { session in
            let path = "/tmp/" + freshTag()
            let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await session.upload(content, to: path, mode: 0o640, tag: freshTag())
            let back = try await session.download(path, limit: 200_000, tag: freshTag())
            try expect(back == content, "the file came back altered")
            let (_, streams) = try await session.run(session.shell("stat -c %a \"$1\"; rm -- \"$1\"", path))
            try expect(streams.text == "640\n", "mode \(streams.text)")
        },
        Check(description: "refuses to read a file that is larger than allowed, or missing") { session in
            for path in ["/etc/passwd", "/nowhere"] {
                do {
                    _ = try await session.download(path, limit: 10, tag: freshTag())
                    throw TransportViolation(description: "\(path) was read")
                } catch let failure as SessionFailure {
                    try expect(failure.message.contains(path), failure.message)
                }
            }
        },
        Check(description: "leaves no file behind") { session in
            let script = Command.Script(text: Array(#"dirname "$FIRSTLINE_OUTPUT"; exit 1"#.utf8))
            let (_, streams) = try await session.run(Command(.script(script)))
            let place = String(streams.text.dropLast())
            try expect(place.contains("firstline."), "it worked in \(place)")
            let (execution, _) = try await session.run(session.shell("test -e \"$1\"", place))
            try expect(execution.exit == .code(1), "\(place) is still there")
        }.ofCommandsOnly,
    ]

    static let refusals: [Check] = [
        Check(description: "names a program that does not exist") { session in
            try await refused(.programNotFound, Command("/no/such/program"), session)
        },
        Check(description: "names a working directory that does not exist") { session in
            var command = Command("/bin/true")
            command.directory = "/no/such/directory"
            try await refused(.badValue, command, session)
        },
        Check(description: "refuses a NUL, a bad variable name and an account that looks like an option") { session in
            try await refused(.badValue, Command("/bin/echo", ["a\u{0}b"]), session)
            var variable = Command("/bin/true")
            variable.environment = ["A-B": "x"]
            try await refused(.badValue, variable, session)
            var account = Command("/bin/true")
            account.account = "-u"
            try await refused(.badValue, account, session)
        },
        Check(description: "runs as another account, and tells of one that does not exist") { session in
            for become in Become.allCases {
                var command = Command("/usr/bin/id", ["-un"])
                command.account = "nobody"
                command.become = become
                let (_, streams) = try await session.run(command)
                try expect(streams.text == "nobody\n", "\(become): \(streams.text) \(streams.errorText)")
            }
            var stranger = Command("/bin/true")
            stranger.account = "nosuchaccount"
            try await refused(.accountNotAllowed, stranger, session)
        },
    ]

    private static func refused(_ code: ReasonCode, _ command: Command, _ session: any HostSession) async throws {
        do {
            let (execution, _) = try await session.run(command)
            throw TransportViolation(description: "it ran and ended with \(execution.exit)")
        } catch let failure as SessionFailure {
            try expect(failure.code == code && !failure.mayHaveStarted, "\(failure.code): \(failure.message)")
        }
    }

    /// Ends what a check has left running on purpose.
    private static func endAll(_ tag: String, _ session: any HostSession) async throws {
        let script = """
            for place in $(grep -ls "FIRSTLINE_ATTEMPT=$(cat)" /proc/[0-9]*/environ); do
                place=${place#/proc/}
                kill -9 "${place%/environ}"
            done
            """
        _ = try await session.run(session.shell(script).given(tag))
    }

    /// How many processes carry a tag.
    private static func living(_ tag: String, _ session: any HostSession) async throws -> Int {
        let (_, streams) = try await session.run(
            session.shell("grep -ls \"FIRSTLINE_ATTEMPT=$(cat)\" /proc/[0-9]*/environ | wc -l").given(tag))
        return Int(streams.text.filter(\.isNumber)) ?? -1
    }
}

extension Command {
    /// The same with something to read.
    fileprivate func given(_ text: String) -> Command {
        var command = self
        command.standardInput = Array(text.utf8)
        return command
    }
}

extension TransportChecks.Check {
    /// The same, but it need not hold of errands.
    fileprivate var ofCommandsOnly: Self {
        var check = self
        check.holdsOfErrands = false
        return check
    }
}
