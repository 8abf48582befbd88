// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import TaskKit
import Testing

@testable import Engine

@Suite("A run that waits for another")
struct WaitingRunTests {
    private let gate = Gate()
    private let store = MemoryStore()

    @Test("begins when the other has ended, and says for whom it waits")
    func waits() async throws {
        let engine = try makeEngine()
        let (first, second) = (try await begin(engine), try await begin(engine))
        try await until { try await saysItWaits(second.id) == "for run \(first.id) (test.a) on h" }
        #expect(await gate.begun == 1)
        await gate.open()
        #expect(try await first.work.value == .succeeded)
        #expect(try await second.work.value == .succeeded)
        #expect(await gate.begun == 2)
    }

    @Test("is cancelled without waiting any longer, and touches nothing")
    func cancelled() async throws {
        let engine = try makeEngine()
        let (first, second) = (try await begin(engine), try await begin(engine))
        try await until { try await saysItWaits(second.id) != nil }
        try await engine.cancel(second.id, by: "operator")
        #expect(try await second.work.value == .cancelled)
        #expect(await gate.begun == 1)
        await gate.open()
        #expect(try await first.work.value == .succeeded)
    }

    @Test("is not set right while it waits")
    func notSetRight() async throws {
        let engine = try makeEngine()
        let (first, second) = (try await begin(engine), try await begin(engine))
        try await until { try await saysItWaits(second.id) != nil }
        let all = Recovery.Selection(step: nil, lanes: nil)
        await #expect(throws: RunRefusal.stillMoves(second.id)) {
            try await engine.correct(second.id, .rework(all, onlyFailed: false), by: "operator")
        }
        await gate.open()
        _ = try await (first.work.value, second.work.value)
    }

    private func begin(_ engine: Engine) async throws -> (id: RunID, work: Task<RunState, any Error>) {
        let id = try await engine.accept(plan, by: "tester")
        let work = Task { try await engine.drive(id) }
        if await gate.begun == 0 { try await until { await gate.begun == 1 } }
        return (id, work)
    }

    private func saysItWaits(_ id: RunID) async throws -> String? {
        try await store.actions(on: id).first { $0.kind == .waits }?.reason
    }

    private func until(_ holds: () async throws -> Bool) async throws {
        for _ in 0..<10_000 {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        Issue.record("it did not come to that within ten seconds")
    }

    private func makeEngine() throws -> Engine {
        Engine(
            EngineParts(
                store: store, registry: try TaskTypeRegistry([GateTask(gate: gate)]),
                openSession: { _ throws(SessionFailure) in throw SessionFailure(.connectionLost, "there is no host") },
                secret: { _, _ throws(SessionFailure) in "" },
                plan: { _ throws(Problems) in throw Problems("no job is called here") }))
    }

    private var plan: Plan {
        let step = PlannedStep(
            path: "a", title: "a", type: "Gate", role: .task, laneSet: 1, parent: nil, links: [], join: .all,
            effect: .change, settings: Setting(.map([])), scope: 0)
        return Plan(
            job: "test.a", title: "a", lanes: [Target(host: "h")], hosts: [], targetCount: 1,
            scopes: [], laneSets: [[Plan.controllerLane], [0]], steps: [step], parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: true)
    }
}
