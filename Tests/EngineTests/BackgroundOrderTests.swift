// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import TaskKit
import Testing

@testable import Engine

@Suite("A run that starts another in the background")
struct BackgroundOrderTests {
    private let gate = Gate()
    private let store = MemoryStore()

    @Test("lets a run that came between them go first, and all three end")
    func between() async throws {
        let engine = try makeEngine()
        let caller = try await engine.accept(plan("test.caller", "Gate", "Starter"), by: "kim")
        await engine.begin([caller])
        try await until { await gate.begun == 1 }
        let other = try await engine.accept(plan("test.other", "Gate"), by: "kim")
        await engine.begin([other])
        try await until { try await store.actions(on: other).contains { $0.kind == .waits } }
        await gate.open()
        try await until { await store.runs(RunFilter()).allSatisfy { $0.state == .succeeded } }
        #expect(await store.runs(RunFilter()).count == 3)
        #expect(await gate.most == 1)
        #expect(await gate.begun == 3)
    }

    private func makeEngine() throws -> Engine {
        Engine(
            EngineParts(
                store: store, registry: try TaskTypeRegistry([GateTask(gate: gate), StarterTask()]),
                openSession: { _ throws(SessionFailure) in throw SessionFailure(.connectionLost, "there is no host") },
                secret: { _, _ throws(SessionFailure) in "" },
                plan: { [self] _ throws(Problems) in plan("test.child", "Gate") }))
    }

    /// Steps of these types, one after the other, all on one host.
    private func plan(_ job: JobID, _ types: TaskTypeName...) -> Plan {
        let steps = types.enumerated().map { index, type in
            PlannedStep(
                path: StepPath("s\(index)"), title: "s", type: type, role: .task, laneSet: 1, parent: nil,
                links: index == 0 ? [] : [.init(from: index - 1, condition: .ok, requirement: .all)], join: .all,
                effect: .change, settings: Setting(.map([])), scope: 0)
        }
        return Plan(
            job: job, title: "a", lanes: [Target(host: "h")], hosts: [], targetCount: 1, scopes: [],
            laneSets: [[Plan.controllerLane], [0]], steps: steps, parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: true)
    }
}

/// A task that starts a run of another job.
private struct StarterTask: TaskType {
    let name: TaskTypeName = "Starter"
    let summary = Localized([.english: "Starts a run."])
    let parameters: [ParameterSpec] = []
    let example = ""

    func decode(_ values: ParameterValues) throws(ParameterError) {}

    func run(_ parameters: Void, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        .startJob(JobCall(job: "test.child"))
    }
}
