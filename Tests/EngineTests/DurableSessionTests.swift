// SPDX-License-Identifier: Apache-2.0

import Model
import Synchronization
import TaskKit
import Testing

@testable import Engine

@Suite("A change whose link to its host froze")
struct DurableSessionTests {
    private let errand = Host(name: "web01", connection: Connection(address: "192.0.2.1"))

    private func run(_ host: Host, over link: FrozenLink) async throws(SessionFailure) -> Execution {
        let shared = SharedTime()
        let clock = EngineClock(now: { shared.now }, sleep: { shared.pass($0) })
        let pool = SessionPool(
            open: { _ in link }, stepsLeft: [host.name: 1], places: OpenFilePlaces(hosts: 9, programs: 9), clock: clock)
        let dispatch = Dispatch("20260101-1", startedAt: shared.now) { _ in }
        let session = DurableSession(pool: pool, host: host, dispatch: dispatch, patience: .init(), clock: clock)
        return try await session.execute(
            TaskKit.Command("/bin/true"), tag: "t", limit: TimeLimit(.seconds(8)), output: NoOutput())
    }

    @Test("is not told as ended by its limit when nobody could ask whether it had ended by itself")
    func unknown() async throws {
        let failure = await #expect(throws: SessionFailure.self) {
            try await run(errand, over: FrozenLink(ground: Ground(boot: "b", spool: "/s"), silentFor: .max))
        }
        #expect(failure?.mayHaveStarted == true && failure?.code == .connectionLost)
        #expect(failure?.message.contains("it was sought for 2m") == true, "\(String(describing: failure))")
    }

    @Test("is told as it ended once the host can be asked")
    func told() async throws {
        let end = try await run(errand, over: FrozenLink(ground: Ground(boot: "b", spool: "/s"), silentFor: 12))
        #expect(end.exit == .code(0))
    }

    @Test("is not begun where the directory the inventory names cannot be a spool, and it is said why")
    func refused() async throws {
        var host = errand
        host.connection.spool = "/srv/open"
        let ground = Ground(boot: "b", spool: nil, refusal: "others may write in /srv/open")
        let failure = await #expect(throws: SessionFailure.self) {
            try await run(host, over: FrozenLink(ground: ground, silentFor: 0))
        }
        #expect(failure?.mayHaveStarted == false)
        #expect(
            failure?.message
                == "web01 cannot keep what is run in its spool /srv/open, so nothing was run: others may write in /srv/open"
        )
    }
}

@Suite("What a host keeps of changes that are done")
struct ForgettingOnHostsTests {
    private let web01 = Host(name: "web01", connection: Connection(address: "192.0.2.1"))

    /// The names that the host is asked to forget after one command on 2026-01-01; nil = it is not asked.
    private func asked(
        _ command: TaskKit.Command, writes: String = "", swept: String? = "20251202"
    ) async throws -> [String]? {
        let host = KeepingHost(writes: writes, swept: swept)
        let clock = EngineClock(now: { Instant(microseconds: 1_767_225_600_000_000) }, sleep: { _ in })
        let pool = SessionPool(
            open: { _ in host }, stepsLeft: [web01.name: 1], places: OpenFilePlaces(hosts: 9, programs: 9), clock: clock
        )
        _ = try await pool.ground(of: web01, for: nil, .sudo)
        let errand = Errand(path: "/s/20260101-1", boot: "b")
        _ = try await pool.execute(command, as: errand, on: web01, tag: "t", limit: nil, output: NoOutput())
        await pool.settle([errand.path], on: web01.name)
        await pool.stepEnded(on: web01.name)
        return await host.forgotten
    }

    @Test("is forgotten at the end of the session, be it output or a script")
    func forgotten() async throws {
        #expect(try await asked(Command("/bin/true"), writes: "done\n") == ["20260101-1"])
        #expect(try await asked(Command(.script(.init(text: Array("true".utf8))))) == ["20260101-1"])
    }

    @Test("is not asked about where nothing was written and what is old is forgotten for today")
    func nothing() async throws {
        #expect(try await asked(Command("/bin/true")) == nil)
        #expect(try await asked(Command("/bin/true"), swept: "20251201") == ["20260101-1"])
        #expect(try await asked(Command("/bin/true"), swept: nil) == ["20260101-1"])
    }
}

/// A host with a spool, whose programs write the same each.
private actor KeepingHost: SpoolingSession {
    private let text: String
    private let swept: String?
    private(set) var forgotten: [String]?

    init(writes text: String, swept: String?) { (self.text, self.swept) = (text, swept) }

    func ground(for account: String?, become: Become) -> Ground { Ground(boot: "b", spool: "/s", swept: swept) }

    func execute(
        _ command: TaskKit.Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution { Execution(exit: .code(0)) }

    func execute(
        _ command: TaskKit.Command, as errand: Errand, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        if !text.isEmpty { await output.write(Array(text.utf8), to: .standardOutput) }
        return Execution(exit: .code(0))
    }

    func revoke(_ errand: Errand, account: String?, become: Become) -> ErrandState { .revoked }
    func forget(_ names: [String], in directory: String, keepingFrom day: String, account: String?, become: Become) {
        forgotten = names
    }
    func close() {}
}

/// The time, which passes only when somebody sleeps.
private final class SharedTime: Sendable {
    private let passed = Mutex(Int64(1_700_000_000_000_000))
    var now: Instant { Instant(microseconds: passed.withLock { $0 }) }
    func pass(_ duration: Duration) { passed.withLock { $0 += duration.microseconds } }
}

/// A session that ended the command over another connection, and after which so many questions get no answer.
private actor FrozenLink: SpoolingSession {
    private let offer: Ground
    private var silentFor: Int
    private var wasEnded = false

    init(ground: Ground, silentFor: Int) {
        offer = ground
        self.silentFor = silentFor
    }

    func ground(for account: String?, become: Become) -> Ground { offer }

    func execute(
        _ command: TaskKit.Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution { Execution(exit: .code(0)) }

    func execute(
        _ command: TaskKit.Command, as errand: Errand, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        guard wasEnded else {
            wasEnded = true
            return Execution(exit: .killed(completely: true))
        }
        guard silentFor <= 0 else {
            silentFor -= 1
            throw SessionFailure(.connectionLost, "web01 has been silent for 45s", mayHaveStarted: true)
        }
        return Execution(exit: .code(0))
    }

    func revoke(_ errand: Errand, account: String?, become: Become) -> ErrandState { .running(pid: 1) }
    func forget(_ names: [String], in directory: String, keepingFrom day: String, account: String?, become: Become) {}
    func close() {}
}
