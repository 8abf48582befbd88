// SPDX-License-Identifier: Apache-2.0

import APIContract
import Model
import Planning
import Storage
import TaskKit
import Testing

@testable import Engine

/// What persons ask of a run at the moments at which it begins and ends: nothing of it is lost, and nothing is done twice.
@Suite("What a person asks of a run", .serialized)
struct TimelyWishTests {
    private let gate = Gate()
    private let store = MemoryStore()
    /// How many turns others have before the person asks.
    static let moments = Array(0..<60)

    @Test("to end it counts, also while it is being taken up", arguments: moments)
    func cancelled(after turns: Int) async throws {
        let engine = try makeEngine()
        let id = try await engine.accept(plan, by: "tester")
        await engine.begin([id])
        await pass(turns)
        try await engine.cancel(id, by: "kim")
        await gate.open()
        #expect(try await engine.drive(id) == .cancelled)
    }

    @Test("to let it go on counts, also while it is being taken up", arguments: moments)
    func released(after turns: Int) async throws {
        await gate.open()
        let engine = try makeEngine()
        let id = try await engine.accept(plan, by: "tester")
        try await engine.hold(id, by: "kim", reason: "wait")
        await engine.begin([id])
        await pass(turns)
        try await engine.letGo(id, by: "kim", reason: "go")
        #expect(try await engine.drive(id) == .succeeded)
    }

    @Test("to hold it does not take its end from it", arguments: moments)
    func held(after turns: Int) async throws {
        await gate.open()
        let engine = try makeEngine()
        let id = try await engine.accept(plan, by: "tester")
        await engine.begin([id])
        await pass(turns)
        do {
            try await engine.hold(id, by: "kim", reason: "wait")
            try await engine.letGo(id, by: "kim", reason: "go")
        } catch RunRefusal.over {
            // The person came too late, and was told so.
        }
        #expect(try await engine.drive(id) == .succeeded)
        #expect(await store.run(id)?.state == .succeeded)
    }

    @Test("to set it right is done for one of two who ask at once; the other is told that it moves", arguments: moments)
    func setRight(after turns: Int) async throws {
        await gate.open()
        let engine = try makeEngine()
        let id = try await engine.accept(failing, by: "tester")
        #expect(try await engine.drive(id) == .failed)
        let all = Recovery.Selection(step: nil, lanes: nil)
        async let one = isDone { try await engine.act(request(id, .rework)) }
        await pass(turns)
        let other = await isDone { try await engine.correct(id, .setOK(all, reason: "seen"), by: "lee") }
        // The second may come when the first is over and has failed again: then it is the second's turn.
        let done = await [one, other].filter { $0 }.count
        #expect(done >= 1)
        let end = try await engine.drive(id)
        #expect(end == (other ? .succeeded : .failed))
        let kept = try await store.actions(on: id).filter { [.reworked, .setOK].contains($0.kind) }
        #expect(kept.count == done)
    }

    private func request(_ id: RunID, _ action: RunRequest.Action) -> RunRequest {
        RunRequest(run: id, action: action, by: "kim")
    }

    /// Whether a thing was done, or refused because the run moves.
    private func isDone(_ work: () async throws -> some Sendable) async -> Bool {
        do {
            _ = try await work()
            return true
        } catch {
            guard case RunRefusal.stillMoves = error else {
                Issue.record("\(error)")
                return false
            }
            return false
        }
    }

    private func pass(_ turns: Int) async {
        for _ in 0..<turns { await Task.yield() }
    }

    private func makeEngine() throws -> Engine {
        Engine(
            EngineParts(
                store: store, registry: try TaskTypeRegistry([GateTask(gate: gate), FailingTask()]),
                openSession: { _ throws(SessionFailure) in throw SessionFailure(.connectionLost, "there is no host") },
                secret: { _, _ throws(SessionFailure) in "" },
                plan: { _ throws(Problems) in throw Problems("no job is called here") }))
    }

    private var plan: Plan { plan(of: "Gate") }
    private var failing: Plan { plan(of: "Failing") }

    private func plan(of type: TaskTypeName) -> Plan {
        let step = PlannedStep(
            path: "a", title: "a", type: type, role: .task, laneSet: 1, parent: nil, links: [], join: .all,
            effect: .change, settings: Setting(.map([])), scope: 0)
        return Plan(
            job: "test.a", title: "a", lanes: [Target(host: "h")], hosts: [], targetCount: 1,
            scopes: [], laneSets: [[Plan.controllerLane], [0]], steps: [step], parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: true)
    }
}

/// A task that fails.
struct FailingTask: TaskType {
    let name: TaskTypeName = "Failing"
    let summary = Localized([.english: "Fails."])
    let parameters: [ParameterSpec] = []
    let example = ""

    func decode(_ values: ParameterValues) throws(ParameterError) {}

    func run(_ parameters: Void, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        .failed(Reason(.exitCode, "as it should"), Report())
    }
}
