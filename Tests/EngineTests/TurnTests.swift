// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import Synchronization
import TaskKit
import Testing

@testable import Engine

@Suite("Work that waits for its turn on a host")
struct TurnTests {
    private let gate = Gate()
    private let store = MemoryStore()
    private let limits = RunningLimits()

    @Test("has the whole of its time limit from then on", arguments: [(hosts: 1, programs: 1000), (1000, 7)])
    func waits(hosts: Int, programs: Int) async throws {
        let engine = try makeEngine(OpenFilePlaces(hosts: hosts, programs: programs))
        let id = try await engine.accept(plan(hosts < 1000 ? .ssh : .local), by: "kim")
        async let end = engine.drive(id)
        try await until { await gate.begun == 1 && limits.started >= 2 && limits.running == 1 }
        await gate.open()
        #expect(try await end == .succeeded)
        #expect(await gate.begun == 2)
    }

    private func makeEngine(_ places: OpenFilePlaces) throws -> Engine {
        let gate = gate
        var parts = EngineParts(
            store: store, registry: try TaskTypeRegistry([OnHostTask()]),
            openSession: { _ throws(SessionFailure) in WithoutSpool(GateSession(gate: gate)) },
            secret: { _, _ throws(SessionFailure) in "" },
            plan: { _ throws(Problems) in throw Problems("no job is called here") },
            clock: EngineClock(now: EngineClock.system.now, sleep: { [limits] in await limits.sleep($0) }))
        parts.places = places
        return Engine(parts)
    }

    /// A check of two hosts.
    private func plan(_ transport: Connection.Transport) -> Plan {
        let hosts = ["h1", "h2"].map { name in
            var connection = Connection(address: name)
            connection.transport = transport
            return Host(name: HostName(name), connection: connection)
        }
        var step = PlannedStep(
            path: "s", title: "s", type: "OnHost", role: .task, laneSet: 1, parent: nil, links: [], join: .all,
            effect: .check, settings: Setting(.map([])), scope: 0)
        step.timeLimit = .seconds(20)
        return Plan(
            job: "test.a", title: "a", lanes: hosts.map { Target(host: $0.name) }, hosts: hosts, targetCount: 2,
            scopes: [], laneSets: [[Plan.controllerLane], [0, 1]], steps: [step], parallel: 2, stopAfter: nil,
            allowsConcurrentRuns: true)
    }
}

/// The time limits that run.
private final class RunningLimits: Sendable {
    private let state = Mutex((started: 0, running: 0))

    var started: Int { state.withLock { $0.started } }
    var running: Int { state.withLock { $0.running } }

    func sleep(_ duration: Duration) async {
        state.withLock { $0 = ($0.started + 1, $0.running + 1) }
        await EngineClock.system.sleep(duration)
        state.withLock { $0.running -= 1 }
    }
}

/// A session whose commands pass a gate.
private struct GateSession: HostSession {
    let gate: Gate

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        await gate.pass()
        return Execution(exit: .code(0))
    }

    func close() async {}
}

/// A task that runs a command on each host.
private struct OnHostTask: TaskType {
    let name: TaskTypeName = "OnHost"
    let summary = Localized([.english: "Runs a command."])
    let parameters: [ParameterSpec] = []
    let example = ""
    let defaultPlacement = Placement.each

    func decode(_ values: ParameterValues) throws(ParameterError) {}

    func run(_ parameters: Void, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        do throws(SessionFailure) {
            _ = try await context.session().execute(
                Command("/bin/true"), tag: "t", limit: context.limit, output: NoOutput())
        } catch {
            throw TaskFailure(.pluginFailed, error.message)
        }
        return .succeeded(Report())
    }
}
