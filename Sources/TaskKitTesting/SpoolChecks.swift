// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Model
package import TaskKit

/// What every transport must do whose hosts can keep what they run.
///
/// The host must be this machine, so that a check sees what a command did, and the spool must be possible there.
package struct SpoolChecks: Sendable {
    /// A check by its name, for a parameterised test.
    package struct Check: Sendable, CustomStringConvertible {
        /// What must hold, as a sentence.
        package let description: String
        /// Opens as many sessions to the host as it likes; throws a `TransportViolation` when it does not hold.
        package let run: @Sendable (_ open: () async throws -> any SpoolingSession) async throws -> Void
    }

    /// All checks.
    package static let all: [Check] = once + following + calledOff + ended
}

/// A host's session that runs every command as an errand of its own: so all of `TransportChecks` hold of errands too.
package struct EveryCommandSpooled: HostSession {
    private let session: any SpoolingSession

    /// Makes one of a session.
    package init(_ session: any SpoolingSession) { self.session = session }

    /// Runs the command as an errand.
    package func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        let ground = try await session.ground(for: command.account, become: command.become)
        guard let spool = ground.spool else {
            throw SessionFailure(.noShell, "there is no spool for \(command.account ?? "us")")
        }
        let errand = Errand(path: "\(spool)/20260101-\(freshTag())", boot: ground.boot)
        return try await session.execute(command, as: errand, tag: tag, limit: limit, output: output)
    }

    /// Closes the session.
    package func close() async { await session.close() }
}

/// A file that counts how often an errand was begun, and one that lets it go on; removed with the value.
final class Ledger: Sendable {
    let path = "/tmp/" + freshTag()
    var go: String { path + ".go" }

    deinit { for file in [path, go] { try? FileManager.default.removeItem(atPath: file) } }
}

/// A name in the spool, a file that counts how often it was begun, and what is needed to use both.
struct ErrandCase: Sendable {
    let session: any SpoolingSession
    var errand: Errand
    let ledger = Ledger()
    let tag = freshTag()

    init(_ session: any SpoolingSession) async throws {
        self.session = session
        let ground = try await session.ground(for: nil, become: .sudo)
        try expect(!ground.boot.isEmpty && ground.boot != "none", "no boot id: \(ground)")
        guard let spool = ground.spool else { throw TransportViolation(description: "no spool: \(ground)") }
        errand = Errand(path: "\(spool)/20260101-\(freshTag())", boot: ground.boot)
    }

    /// A command that takes note of each time it is begun, then does as told.
    func command(_ script: String) -> Command {
        session.shell("echo begun >>\"$1\"; \(script)", ledger.path)
    }

    func run(
        _ script: String, over other: (any SpoolingSession)? = nil, limit: TimeLimit? = TimeLimit(.seconds(30))
    ) async throws -> (Execution, Written) {
        let streams = BothStreams()
        let end = try await (other ?? session).execute(
            command(script), as: errand, tag: tag, limit: limit, output: streams)
        return (end, await streams.written)
    }

    var timesBegun: Int {
        (try? String(contentsOfFile: ledger.path, encoding: .utf8))?.split(separator: "\n").count ?? 0
    }

    /// Waits until it has begun, with somebody else's help.
    func untilBegun() async throws {
        for _ in 0..<1000 where timesBegun == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try expect(timesBegun == 1, "it was begun \(timesBegun) times")
    }

    /// How it fails.
    func failure(_ script: String) async -> SessionFailure? {
        do {
            _ = try await run(script)
            return nil
        } catch {
            return error as? SessionFailure
        }
    }
}

extension SpoolChecks {
    static let once: [Check] = [
        Check(description: "begins an errand once, and tells its end to all who ask") { open in
            let it = try await ErrandCase(try await open())
            let script = "echo out; echo err >&2; echo v=1 >\"$FIRSTLINE_OUTPUT\"; exit 7"
            for round in 1...3 {
                let (end, streams) = try await it.run(script)
                try expect(end.exit == .code(7), "round \(round): \(end.exit)")
                try expect(
                    streams.text == "out\n" && streams.errorText == "err\n", "\(streams.text) \(streams.errorText)")
                try expect(end.outputFile == Array("v=1\n".utf8), "\(end.outputFile)")
            }
            try expect(it.timesBegun == 1, "it was begun \(it.timesBegun) times")
        },
        Check(description: "begins an errand once of many who try at the same time") { open in
            let it = try await ErrandCase(try await open())
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        let (end, streams) = try await it.run("echo done")
                        try expect(end.exit == .code(0) && streams.text == "done\n", "\(end.exit) \(streams.text)")
                    }
                }
                try await group.waitForAll()
            }
            try expect(it.timesBegun == 1, "it was begun \(it.timesBegun) times")
        },
        Check(description: "sends only what is not known yet") { open in
            var it = try await ErrandCase(try await open())
            _ = try await it.run("printf 0123456789; printf abcdef >&2")
            (it.errand.outputOffset, it.errand.errorOffset) = (4, 6)
            let (_, streams) = try await it.run("")
            try expect(streams.text == "456789" && streams.errorText.isEmpty, "\(streams)")
        },
        Check(description: "does not begin an errand after the machine was started anew") { open in
            var it = try await ErrandCase(try await open())
            it.errand.boot = "00000000-0000-4000-8000-000000000000"
            for _ in 0..<2 {
                let failure = await it.failure("true")
                try expect(failure?.code == .hostRebooted && failure?.mayHaveStarted == true, "\(failure as Any)")
            }
            try expect(it.timesBegun == 0, "it was begun")
        },
        Check(description: "does not begin what cannot be begun, and says why, as often as one asks") { open in
            let session = try await open()
            let it = try await ErrandCase(session)
            for _ in 0..<2 {
                do {
                    _ = try await session.execute(
                        Command("/no/such/program"), as: it.errand, tag: it.tag, limit: nil, output: NoOutput())
                    throw TransportViolation(description: "it ran")
                } catch let failure as SessionFailure {
                    try expect(failure.code == .programNotFound && !failure.mayHaveStarted, "\(failure)")
                }
            }
        },
    ]

    static let following: [Check] = [
        Check(description: "sends what is written while it is written") { open in
            let it = try await ErrandCase(try await open())
            let seen = FirstBytes()
            let work = Task {
                try await it.session.execute(
                    it.command("echo first; while [ ! -e \(it.ledger.go) ]; do sleep 0.05; done; echo second"),
                    as: it.errand, tag: it.tag, limit: TimeLimit(.seconds(30)), output: seen)
            }
            await seen.untilSome()
            _ = FileManager.default.createFile(atPath: it.ledger.go, contents: nil)
            let end = try await work.value
            let text = await seen.text
            try expect(end.exit == .code(0) && text == "first\nsecond\n", "\(end.exit) \(text)")
        },
        Check(description: "goes on when the session ends, and is followed to its end over another") { open in
            let it = try await ErrandCase(try await open())
            let script = "i=0; while [ $i -lt 10 ]; do echo $i; i=$((i+1)); sleep 0.05; done; exit 3"
            let work = Task { try await it.run(script) }
            try await it.untilBegun()
            await it.session.close()
            work.cancel()
            let other = try await open()
            let (end, streams) = try await it.run(script, over: other)
            try expect(end.exit == .code(3) || end.exit == .killed(completely: true), "\(end.exit)")
            if end.exit == .code(3) {
                try expect(streams.text == (0..<10).map { "\($0)\n" }.joined(), streams.text)
            }
            try expect(it.timesBegun == 1, "it was begun \(it.timesBegun) times")
            _ = try? await work.value
        },
        Check(description: "counts a time limit from the program's own start, whoever follows it") { open in
            let it = try await ErrandCase(try await open())
            let first = try await it.run("sleep 60", limit: TimeLimit(.milliseconds(200), leavesRunning: true))
            try expect(first.0.exit == .leftRunning, "\(first.0.exit)")
            try await Task.sleep(for: .seconds(2))
            let began = ContinuousClock.now
            let (end, _) = try await it.run("", over: try await open(), limit: TimeLimit(.seconds(1)))
            try expect(end.exit == .killed(completely: true), "\(end.exit)")
            try expect(.now - began < .seconds(20), "it took \(.now - began)")
        },
    ]

    static let calledOff: [Check] = [
        Check(description: "does not begin an errand that was revoked") { open in
            let it = try await ErrandCase(try await open())
            for _ in 0..<2 {
                let state = try await it.session.revoke(it.errand, account: nil, become: .sudo)
                try expect(state == .revoked, "\(state)")
            }
            let failure = await it.failure("true")
            try expect(failure?.code == .notBegun && it.timesBegun == 0, "\(failure as Any)")
        },
        Check(description: "tells of an errand that is too late to revoke") { open in
            let it = try await ErrandCase(try await open())
            _ = try await it.run("sleep 60", limit: TimeLimit(.milliseconds(200), leavesRunning: true))
            let running = try await it.session.revoke(it.errand, account: nil, become: .sudo)
            guard case .running = running else { throw TransportViolation(description: "\(running)") }
            let (end, _) = try await it.run("", limit: TimeLimit(.zero, grace: .seconds(1)))
            try expect(end.exit == .killed(completely: true), "\(end.exit)")
            let done = try await ErrandCase(it.session)
            _ = try await done.run("exit 9")
            let state = try await done.session.revoke(done.errand, account: nil, become: .sudo)
            try expect(state == .ended(code: 9, isWhole: true), "\(state)")
        },
        Check(description: "ends the whole tree of an errand, also over another session, and remembers that it did") {
            open in
            let it = try await ErrandCase(try await open())
            let script =
                "trap '' TERM; setsid sleep 300 & (setsid sh -c 'trap \"\" TERM; sleep 300') & sleep 300 & wait"
            _ = try await it.run(script, limit: TimeLimit(.milliseconds(300), leavesRunning: true))
            await it.session.close()
            let other = try await open()
            let (end, _) = try await it.run("", over: other, limit: TimeLimit(.zero, grace: .seconds(1)))
            try expect(end.exit == .killed(completely: true), "\(end.exit)")
            let tagged = other.shell("grep -ls \"FIRSTLINE_ATTEMPT=$1\" /proc/[0-9]*/environ | wc -l", it.tag)
            let (_, streams) = try await other.run(tagged)
            try expect(Int(streams.text.filter(\.isNumber)) == 0, "still alive: \(streams.text)")
            let (again, _) = try await it.run("", over: other)
            try expect(again.exit == .killed(completely: true), "\(again.exit)")
        },
    ]

    static let ended: [Check] = [
        Check(description: "says that it cannot know when the supervisor was ended from outside") { open in
            let it = try await ErrandCase(try await open())
            let failure = await it.failure("kill -9 $PPID; sleep 1")
            try expect(failure?.code == .launcherEnded && failure?.mayHaveStarted == true, "\(failure as Any)")
            try expect(it.timesBegun == 1, "it was begun \(it.timesBegun) times")
        },
        Check(description: "forgets what an errand wrote and never that it was begun") { open in
            let it = try await ErrandCase(try await open())
            _ = try await it.run("echo long; exit 4")
            let spool = URL(fileURLWithPath: it.errand.path)
            let name = spool.lastPathComponent
            let directory = spool.deletingLastPathComponent().path
            try await it.session.forget(
                [name], in: directory, keepingFrom: "20250101", account: nil, become: .sudo)
            let left = try FileManager.default.contentsOfDirectory(atPath: directory).filter { file in
                file.hasPrefix(name) && FileManager.default.contents(atPath: "\(directory)/\(file)") != Data()
            }
            try expect(left == [name], "\(left)")
            let (end, streams) = try await it.run("echo again")
            try expect(end.exit == .code(4) && streams.text.isEmpty && it.timesBegun == 1, "\(end) \(streams.text)")
        },
        Check(description: "forgets wholly what ended long ago, and nothing else") { open in
            let it = try await ErrandCase(try await open())
            _ = try await it.run("echo long; exit 4")
            let old = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -40 * 86_400)]
            try FileManager.default.setAttributes(old, ofItemAtPath: it.errand.path)
            let young = try await ErrandCase(it.session)
            _ = try await young.run("exit 4")
            let directory = URL(fileURLWithPath: it.errand.path).deletingLastPathComponent().path
            for day in ["20251231", "20260102"] {
                try await it.session.forget([], in: directory, keepingFrom: day, account: nil, become: .sudo)
                for file in [it.errand.path, it.errand.path + ".out"] {
                    let isThere = FileManager.default.fileExists(atPath: file)
                    try expect(isThere == (day < "20260101"), "kept from \(day): \(file) is there: \(isThere)")
                }
            }
            try expect(FileManager.default.fileExists(atPath: young.errand.path), "the young one is gone")
        },
    ]
}

/// Tells when the first bytes have come.
private actor FirstBytes: OutputSink {
    private(set) var text = ""
    private var waiting: CheckedContinuation<Void, Never>?

    func write(_ bytes: [UInt8], to stream: OutputStream) {
        text += String(decoding: bytes, as: UTF8.self)
        waiting?.resume()
        waiting = nil
    }

    func untilSome() async {
        if text.isEmpty { await withCheckedContinuation { waiting = $0 } }
    }
}
