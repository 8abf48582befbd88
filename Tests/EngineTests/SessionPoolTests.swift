// SPDX-License-Identifier: Apache-2.0

import Model
import Synchronization
import TaskKit
import Testing

@testable import Engine

/// Hosts that answer as they are told to; connections to them are counted.
private final class Hosts: Sendable {
    struct State {
        var opened: [HostName] = []
        var closed = 0
        /// What the sessions of a host do with their commands, one after another; then they succeed.
        var failures: [HostName: [SessionFailure]] = [:]
        var unreachable: Set<HostName> = []
    }

    let state = Mutex(State())

    func open(_ host: Host) throws(SessionFailure) -> any SpoolingSession {
        let isDown = state.withLock { state in
            state.opened.append(host.name)
            return state.unreachable.contains(host.name)
        }
        if isDown { throw SessionFailure(.refused, "\(host.name) refused") }
        return WithoutSpool(Session(hosts: self, host: host.name))
    }

    struct Session: HostSession {
        let hosts: Hosts
        let host: HostName

        func execute(
            _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
        ) async throws(SessionFailure) -> Execution {
            let failure = hosts.state.withLock { state -> SessionFailure? in
                guard state.failures[host]?.isEmpty == false else { return nil }
                return state.failures[host]?.removeFirst()
            }
            if let failure { throw failure }
            return Execution(exit: .code(0))
        }

        func close() async { hosts.state.withLock { $0.closed += 1 } }
    }
}

@Suite("The sessions of a run")
struct SessionPoolTests {
    private let hosts = Hosts()
    private let web1 = Host(name: "web1", connection: Connection(address: "192.0.2.1"))

    private func pool(
        steps: Int = 9, places: OpenFilePlaces = OpenFilePlaces(hosts: 1000, programs: 1000)
    ) -> SessionPool {
        let hosts = hosts
        return SessionPool(
            open: { host throws(SessionFailure) in try hosts.open(host) }, stepsLeft: ["web1": steps, "web2": steps],
            places: places)
    }

    private func run(_ session: any HostSession) async throws(SessionFailure) -> Execution {
        try await session.execute(Command("/bin/true"), tag: "t", limit: nil, output: NoOutput())
    }

    @Test("one is opened for all steps of a host, and closed after the last")
    func shared() async throws {
        let pool = pool(steps: 3)
        for _ in 0..<3 {
            _ = try await run(pool.session(to: web1))
            await pool.stepEnded(on: "web1")
        }
        #expect(hosts.state.withLock { $0.opened } == ["web1"])
        #expect(hosts.state.withLock { $0.closed } == 1)
    }

    @Test("one that broke while nobody used it is replaced, and the step does not notice")
    func replaced() async throws {
        let pool = pool()
        _ = try await run(pool.session(to: web1))
        hosts.state.withLock { $0.failures["web1"] = [SessionFailure(.connectionLost, "a firewall forgot it")] }
        #expect(try await run(pool.session(to: web1)).exit == .code(0))
        #expect(hosts.state.withLock { $0.opened } == ["web1", "web1"])
        #expect(hosts.state.withLock { $0.closed } == 1)
    }

    @Test("a command that may have begun is never sent again, nor one on a connection that was new")
    func notRepeated() async throws {
        let pool = pool()
        hosts.state.withLock { $0.failures["web1"] = [SessionFailure(.connectionLost, "it broke at once")] }
        await #expect(throws: SessionFailure.self) { try await run(pool.session(to: web1)) }
        #expect(hosts.state.withLock { $0.opened } == ["web1"])
        _ = try await run(pool.session(to: web1))
        let begun = SessionFailure(.connectionLost, "it broke on the way", mayHaveStarted: true)
        hosts.state.withLock { $0.failures["web1"] = [begun] }
        await #expect(throws: begun) { try await run(pool.session(to: web1)) }
        #expect(hosts.state.withLock { $0.opened } == ["web1", "web1"])
    }

    @Test("the way to a host that waits for its turn is opened ahead; one that is down is known to be by then")
    func ahead() async throws {
        let pool = pool()
        hosts.state.withLock { $0.unreachable = ["web1"] }
        await pool.prepare(web1)
        await pool.prepare(web1)
        await #expect(throws: SessionFailure(.refused, "web1 refused")) { try await run(pool.session(to: web1)) }
        #expect(hosts.state.withLock { $0.opened } == ["web1"])
        hosts.state.withLock { $0.unreachable = [] }
        #expect(try await run(pool.session(to: web1)).exit == .code(0))
        await pool.closeAll()
        #expect(hosts.state.withLock { $0.closed } == 1)
    }

    @Test("with room for one session, each host has its turn: an idle session is closed for another and opened again")
    func makesRoom() async throws {
        let pool = pool(places: OpenFilePlaces(hosts: SessionPlaces(limit: 2, patience: .milliseconds(1))))
        let web2 = Host(name: "web2", connection: Connection(address: "192.0.2.2"))
        _ = try await run(pool.session(to: web1))
        _ = try await run(pool.session(to: web2))
        _ = try await run(pool.session(to: web1))
        #expect(hosts.state.withLock { $0.opened } == ["web1", "web2", "web1"])
        #expect(hosts.state.withLock { $0.closed } == 2)
    }

    @Test("no session is opened ahead where there is no room for it, and one that failed gives its room back")
    func aheadInRoom() async throws {
        let places = SessionPlaces(limit: 16, patience: .milliseconds(1))
        let pool = pool(places: OpenFilePlaces(hosts: places))
        hosts.state.withLock { $0.unreachable = ["web1"] }
        for number in 1...20 {
            await pool.prepare(Host(name: HostName("ahead\(number)"), connection: Connection(address: "192.0.2.3")))
        }
        await #expect(throws: SessionFailure(.refused, "web1 refused")) { try await run(pool.session(to: web1)) }
        #expect(hosts.state.withLock { $0.opened.filter { $0 != "web1" } }.count <= 2)
        await pool.closeAll()
        #expect(places.takeFree(16), "all are back")
    }
}

@Suite("Open files that sessions share")
struct SessionPlacesTests {
    @Test("places are had in the order in which they are asked for, and a cancelled wait takes none")
    func order() async {
        let places = SessionPlaces(limit: 3, patience: .seconds(60))
        #expect(places.takeFree(2))
        let big = Task { await places.take(3) }
        while places.takeFree(1) {
            // Not waiting yet.
            places.give(1)
            await Task.yield()
        }
        let small = Task { await places.take(1) }
        big.cancel()
        #expect(await big.value == false)
        #expect(await small.value)
        places.give(1)
        places.give(2)
        #expect(places.takeFree(3), "all are back")
    }

    @Test("who gives up while many wait makes way for those behind, in their order", .timeLimit(.minutes(15)))
    func manyGiveUp() async {
        let places = SessionPlaces(limit: 1, patience: .seconds(60))
        #expect(places.takeFree(1))
        var waiting: [Task<Bool, Never>] = []
        for number in 0..<200 {
            waiting.append(Task { await places.take(1) })
            while places.waitingCount <= number { await Task.yield() }
        }
        for (number, task) in waiting.enumerated() where number % 3 != 0 { task.cancel() }
        for (number, task) in waiting.enumerated() where number % 3 != 0 { #expect(await !task.value) }
        for (number, task) in waiting.enumerated() where number % 3 == 0 {
            places.give(1)
            #expect(await task.value, "\(number)")
            #expect(places.waitingCount == (0..<200).count { $0 % 3 == 0 && $0 > number })
        }
        places.give(1)
        #expect(places.takeFree(1) && places.waitingCount == 0)
    }

    @Test("who wants more places than exist gets all of them")
    func tooMany() async {
        let places = SessionPlaces(limit: 2)
        #expect(await places.take(5))
        #expect(!places.takeFree(1))
        places.give(5)
        #expect(places.takeFree(2))
    }
}
