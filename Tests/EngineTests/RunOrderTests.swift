// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Engine

@Suite("The order of runs that change the same target")
struct RunOrderTests {
    private let runs = GatedRuns()
    private let now = Time()

    @Test("a run accepted after the clock was set back waits for the run that moves")
    func clockSetBack() async throws {
        let engine = try runs.engine { [now] in now.now }
        let first = try await engine.accept(runs.plan, by: "kim")
        await engine.begin([first])
        try await until { await runs.gate.begun == 1 }
        now.set(Instant(microseconds: 0))
        let second = try await engine.accept(runs.plan, by: "kim")
        await engine.begin([second])
        try await until { try await runs.waits(second) == "for run \(first) (test.a) on h" }
        #expect(await runs.gate.most == 1)
        await runs.gate.open()
        await engine.finish()
        #expect(await runs.gate.most == 1)
        #expect(await runs.gate.begun == 2)
    }

    @Test("a run that had ended and is reworked waits for those that were accepted meanwhile")
    func reworked() async throws {
        let engine = try runs.engine { [now] in now.now }
        await runs.gate.open()
        let first = try await engine.accept(runs.plan, by: "kim")
        #expect(try await engine.drive(first) == .succeeded)
        await runs.gate.close()
        let second = try await engine.accept(runs.plan, by: "kim")
        await engine.begin([second])
        try await until { await runs.gate.begun == 2 }
        try await engine.correct(first, .rework(.init(step: "a"), onlyFailed: false), by: "kim")
        await engine.begin([first])
        try await until { try await runs.waits(first) == "for run \(second) (test.a) on h" }
        #expect(await runs.gate.begun == 2)
        await runs.gate.open()
        await engine.finish()
        #expect(await runs.gate.most == 1)
        #expect(await runs.gate.begun == 3)
    }

    @Test("runs that are accepted at once change their target one after the other")
    func atOnce() async throws {
        let engine = try runs.engine { [now] in now.now }
        await runs.gate.open()
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask { await engine.begin([try await engine.accept(runs.plan, by: "kim")]) }
            }
            try await group.waitForAll()
        }
        await engine.finish()
        #expect(await runs.gate.begun == 50)
        #expect(await runs.gate.most == 1)
    }
}
