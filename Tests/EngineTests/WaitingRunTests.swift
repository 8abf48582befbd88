// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Engine

@Suite("A run that waits for another")
struct WaitingRunTests {
    private let runs = GatedRuns()

    @Test("begins when the other has ended, and says for whom it waits")
    func waits() async throws {
        let engine = try runs.engine()
        let (first, second) = (try await begin(engine), try await begin(engine))
        try await until { try await runs.waits(second.id) == "for run \(first.id) (test.a) on h" }
        #expect(await runs.gate.begun == 1)
        await runs.gate.open()
        #expect(try await first.work.value == .succeeded)
        #expect(try await second.work.value == .succeeded)
        #expect(await runs.gate.begun == 2)
    }

    @Test("is cancelled without waiting any longer, and touches nothing")
    func cancelled() async throws {
        let engine = try runs.engine()
        let (first, second) = (try await begin(engine), try await begin(engine))
        try await until { try await runs.waits(second.id) != nil }
        try await engine.cancel(second.id, by: "operator")
        #expect(try await second.work.value == .cancelled)
        #expect(await runs.gate.begun == 1)
        await runs.gate.open()
        #expect(try await first.work.value == .succeeded)
    }

    @Test("is not set right while it waits")
    func notSetRight() async throws {
        let engine = try runs.engine()
        let (first, second) = (try await begin(engine), try await begin(engine))
        try await until { try await runs.waits(second.id) != nil }
        let all = Recovery.Selection(step: nil, lanes: nil)
        await #expect(throws: RunRefusal.stillMoves(second.id)) {
            try await engine.correct(second.id, .rework(all, onlyFailed: false), by: "operator")
        }
        await runs.gate.open()
        _ = try await (first.work.value, second.work.value)
    }

    private func begin(_ engine: Engine) async throws -> (id: RunID, work: Task<RunState, any Error>) {
        let id = try await engine.accept(runs.plan, by: "tester")
        let work = Task { try await engine.drive(id) }
        if await runs.gate.begun == 0 { try await until { await runs.gate.begun == 1 } }
        return (id, work)
    }
}
