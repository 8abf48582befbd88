// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import TaskKit
import Testing

@testable import Engine

@Suite("The order of runs that change the same target")
struct RunOrderTests {
    private let gate = Gate()
    private let store = MemoryStore()
    private let now = Time()

    @Test("a run accepted after the clock was set back waits for the run that moves")
    func clockSetBack() async throws {
        let engine = try makeEngine()
        let first = try await engine.accept(plan, by: "kim")
        await engine.begin([first])
        try await until { await gate.begun == 1 }
        now.set(Instant(microseconds: 0))
        let second = try await engine.accept(plan, by: "kim")
        await engine.begin([second])
        try await until { try await waits(second) == "for run \(first) (test.a) on h" }
        #expect(await gate.most == 1)
        await gate.open()
        await engine.finish()
        #expect(await gate.most == 1)
        #expect(await gate.begun == 2)
    }

    @Test("a run that had ended and is reworked waits for those that were accepted meanwhile")
    func reworked() async throws {
        let engine = try makeEngine()
        await gate.open()
        let first = try await engine.accept(plan, by: "kim")
        #expect(try await engine.drive(first) == .succeeded)
        await gate.close()
        let second = try await engine.accept(plan, by: "kim")
        await engine.begin([second])
        try await until { await gate.begun == 2 }
        try await engine.correct(first, .rework(.init(step: "a"), onlyFailed: false), by: "kim")
        await engine.begin([first])
        try await until { try await waits(first) == "for run \(second) (test.a) on h" }
        #expect(await gate.begun == 2)
        await gate.open()
        await engine.finish()
        #expect(await gate.most == 1)
        #expect(await gate.begun == 3)
    }

    @Test("runs that are accepted at once change their target one after the other")
    func atOnce() async throws {
        let engine = try makeEngine()
        await gate.open()
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask { await engine.begin([try await engine.accept(plan, by: "kim")]) }
            }
            try await group.waitForAll()
        }
        await engine.finish()
        #expect(await gate.begun == 50)
        #expect(await gate.most == 1)
    }

    private func waits(_ id: RunID) async throws -> String? {
        try await store.actions(on: id).last { $0.kind == .waits }?.reason
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
                plan: { _ throws(Problems) in throw Problems("no job is called here") },
                clock: EngineClock(now: { [now] in now.now }, sleep: EngineClock.system.sleep)))
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
