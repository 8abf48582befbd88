// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import Synchronization
import TaskKit
import Testing

@testable import Engine

@Suite("A run's id")
struct RunIDTests {
    @Test("is another one where the first belongs to a run of the same second")
    func taken() async throws {
        let engine = try ScheduledWorld().engine(ids: ["r1", "r1", "r2"])
        let plan = ScheduledWorld().plan
        #expect(try await engine.accept(plan, by: "kim") == "r1")
        #expect(try await engine.accept(plan, by: "kim") == "r2")
    }

    @Test("is another one where the first belongs to a run that is in the store and over")
    func takenInStore() async throws {
        let world = ScheduledWorld()
        let first = try await world.engine(ids: ["r1"]).accept(world.plan, by: "kim")
        try await world.store.record([], of: first, now: RunUpdate(state: .succeeded))
        #expect(try await world.engine(ids: ["r1", "r1", "r2"]).accept(world.plan, by: "kim") == "r2")
    }

    @Test("is given to one of two runs that are accepted at once")
    func atOnce() async throws {
        let world = ScheduledWorld()
        let engine = try world.engine(ids: ["r1", "r1", "r1", "r2"])
        let ids = try await withThrowingTaskGroup { group in
            for _ in 0..<2 { group.addTask { try await engine.accept(world.plan, by: "kim") } }
            return try await group.reduce(into: Set<RunID>()) { $0.insert($1) }
        }
        #expect(ids == ["r1", "r2"])
    }

    @Test("is not sought for ever: the run is refused, and says why")
    func noneFree() async throws {
        let engine = try ScheduledWorld().engine(ids: ["r1"])
        let plan = ScheduledWorld().plan
        _ = try await engine.accept(plan, by: "kim")
        let refusal = await #expect(throws: RunRefusal.noFreeID(tries: 10)) {
            try await engine.accept(plan, by: "kim")
        }
        #expect(refusal?.description == "no id was free for the run in 10 tries; try again")
    }

    @Test("that is taken ends no clockwork: the next start becomes a run under another one")
    func clockwork() async throws {
        let world = ScheduledWorld()
        let engine = try world.engine(ids: ["r1", "r1", "r2", "r2", "r2", "r3"])
        let clockwork = try await world.controller(["nightly": "cron * * * * *"], engine: engine)
        try await world.pass(minutes: 3, clockwork, steps: 3)
        #expect(await world.store.runs(RunFilter()).map(\.id) == ["r3", "r2", "r1"])
    }
}
