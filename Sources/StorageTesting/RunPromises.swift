// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let runPromises = [
        StorePromise("a run is found by its id as it was created") { store in
            var run = Sample.run("r1")
            (run.startedAt, run.caller, run.origin) = (Sample.time(3), "r0", Sample.sentence)
            run.arrival = try await store.create(run, plan: Sample.plan())
            #expect(try await store.run("r1") == run)
        },
        StorePromise("a run that was never created is not found") { store in
            let run = try await store.run("r1")
            #expect(run == nil)
        },
        StorePromise("an id is taken once; what is there stays as it is") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan(lanes: 2))
            await #expect(throws: StoreError.alreadyExists("r1")) {
                try await store.create(Sample.run("r1", .waiting), plan: Sample.plan(lanes: 3))
            }
            #expect(try await store.run("r1")?.state == .running)
            #expect(try await store.plan(of: "r1") == Sample.plan(lanes: 2))
        },
        StorePromise("a run takes its new state; a time that is not given leaves the known one") { store in
            try await store.create(Sample.run("r1", .waiting), plan: Sample.plan())
            try await store.record(
                [], of: "r1", now: RunUpdate(state: .running, startedAt: Sample.time(1)))
            try await store.record(
                [], of: "r1", now: RunUpdate(state: .succeeded, endedAt: Sample.time(2)))
            let run = try #require(try await store.run("r1"))
            #expect(run.state == .succeeded)
            #expect((run.startedAt, run.endedAt) == (Sample.time(1), Sample.time(2)))
        },
        StorePromise("a run that has ended is neither held nor moved any more, unless it is reopened") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            let end = RunUpdate(state: .succeeded, endedAt: Sample.time(2))
            try await store.record([], of: "r1", now: end)
            for state in [RunState.waiting, .held, .running] {
                try await store.record([], of: "r1", now: RunUpdate(state: state))
            }
            let run = try #require(try await store.run("r1"))
            #expect((run.state, run.endedAt) == (.succeeded, Sample.time(2)))
            #expect(try await store.runCounts().filter { $0.value > 0 } == [.succeeded: 1])
            try await store.record([], of: "r1", now: RunUpdate(state: .running, reopens: true))
            #expect(try await store.run("r1")?.state == .running)
            #expect(try await store.runCounts().filter { $0.value > 0 } == [.running: 1])
        },
        StorePromise("a run has the level it ended with, until it is reopened") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            #expect(try await store.run("r1")?.level == nil)
            let end = RunUpdate(state: .succeeded, endedAt: Sample.time(2), level: .unknown)
            try await store.record([], of: "r1", now: end)
            #expect(try await store.run("r1")?.isNotChecked == true)
            #expect(try await store.runs(RunFilter()).map(\.level) == [.unknown])
            try await store.record([], of: "r1", now: RunUpdate(state: .running, reopens: true))
            #expect(try await store.runs(RunFilter()).map(\.level) == [nil])
        },
        StorePromise("each run gets a higher arrival number than all before it, also one made of a start") { store in
            try await store.plan([Sample.slot])
            let first = try await store.create(Sample.run("r1", at: 9), plan: Sample.plan())
            let second = try await store.begin(Sample.slot, as: Sample.run("r2", at: 1), plan: Sample.plan())
            let third = try await store.create(Sample.run("r3", at: 5), plan: Sample.plan())
            #expect(0 < first && first < second && second < third)
            #expect(try await store.runs(RunFilter()).map(\.arrival) == [third, second, first])
        },
        StorePromise("a run that is reopened comes after all others; one that is only moved keeps its place") { store in
            for id in ["r1", "r2"] as [RunID] { try await store.create(Sample.run(id), plan: Sample.plan()) }
            let second = try #require(try await store.run("r2")).arrival
            try await store.record([], of: "r1", now: RunUpdate(state: .failed, endedAt: Sample.time(1)))
            try await store.record([], of: "r1", now: RunUpdate(state: .running, reopens: true))
            try await store.record([], of: "r2", now: RunUpdate(state: .held))
            let reopened = try #require(try await store.run("r1")).arrival
            #expect(try await store.run("r2")?.arrival == second && second < reopened)
            #expect(try await store.create(Sample.run("r3"), plan: Sample.plan()) > reopened)
            #expect(try await store.runs(RunFilter()).map(\.id) == ["r3", "r2", "r1"])
        },
        StorePromise("a number that is given after the newest run was forgotten is still the highest") { store in
            for id in ["r1", "r2"] as [RunID] { try await store.create(Sample.run(id), plan: Sample.plan()) }
            try await store.record([], of: "r2", now: RunUpdate(state: .failed, endedAt: Sample.time(1)))
            while try await store.forget(.runs, before: Sample.time(9), below: nil, limit: 10).isMore {}
            let first = try #require(try await store.run("r1")).arrival
            #expect(try await store.create(Sample.run("r3"), plan: Sample.plan()) > first)
        },
        StorePromise("runs come newest first, in the order in which they came, whatever their clocks said") { store in
            for (id, second) in [("r1", 5), ("r2", 9), ("r3", 5), ("r4", 1)] {
                try await store.create(Sample.run(RunID(id), at: second), plan: Sample.plan())
            }
            #expect(try await store.runs(RunFilter()).map(\.id) == ["r4", "r3", "r2", "r1"])
        },
        StorePromise("runs are counted by state") { store in
            try await createMixedRuns(in: store)
            let counts = try await store.runCounts()
            var expected: [RunState: Int] = [:]
            for run in try await store.runs(RunFilter()) { expected[run.state, default: 0] += 1 }
            #expect(counts.filter { $0.value > 0 } == expected && expected.count > 1)
        },
        StorePromise("runs can be asked for by state, by job and by number") { store in
            try await createMixedRuns(in: store)
            #expect(try await runs(store, RunFilter(states: [.running, .held])) == ["r5", "r3", "r1"])
            #expect(try await runs(store, RunFilter(job: "b")) == ["r4", "r3"])
            #expect(try await runs(store, RunFilter(states: [.running], job: "b")) == ["r3"])
            #expect(try await runs(store, RunFilter(limit: 2)) == ["r5", "r4"])
            #expect(try await runs(store, RunFilter(states: [.running, .held], limit: 2)) == ["r5", "r3"])
            #expect(try await runs(store, RunFilter(limit: 0)) == [])
            #expect(try await runs(store, RunFilter(states: [.cancelled])) == [])
        },
        StorePromise("a call about a run that is not kept says so") { store in
            await #expect(throws: StoreError.notFound("r9")) { try await store.plan(of: "r9") }
            await #expect(throws: StoreError.notFound("r9")) {
                try await store.record([], of: "r9", now: RunUpdate(state: .running))
            }
            await #expect(throws: StoreError.notFound("r9")) { try await store.steps(of: "r9", after: 0) }
            await #expect(throws: StoreError.notFound("r9")) { try await store.actions(on: "r9") }
            await #expect(throws: StoreError.notFound("r9")) {
                try await store.put(OutputBlock(index: 0, bytes: [1]), of: Sample.attempt("r9"))
            }
            await #expect(throws: StoreError.notFound("r9")) {
                try await store.drop(block: 0, of: Sample.attempt("r9"))
            }
            await #expect(throws: StoreError.notFound("r9")) {
                try await store.blocks(of: Sample.attempt("r9"), from: 0, limit: 1)
            }
        },
        StorePromise(
            "everything is there after reopening, and can be gone on with",
            reopening: { store, reopen in
                try await store.create(Sample.run("r1"), plan: Sample.plan())
                try await store.record([Sample.record(.running)], of: "r1", now: RunUpdate(state: .held))
                try await store.put(OutputBlock(index: 0, bytes: [1, 2, 3]), of: Sample.attempt())
                let store = try await reopen()
                #expect(try await store.run("r1")?.state == .held)
                #expect(try await store.plan(of: "r1") == Sample.plan())
                let page = try await store.steps(of: "r1", after: 0)
                #expect(page.records == [Sample.record(.running)])
                #expect(try await store.blocks(of: Sample.attempt(), from: 0, limit: 9).map(\.bytes) == [[1, 2, 3]])
                try await store.keep([Sample.record(.succeeded)])
                #expect(try await store.steps(of: "r1", after: page.position).records == [Sample.record(.succeeded)])
            }),
    ]

    static let planPromises = [
        StorePromise("a plan is read as it was created") { store in
            var plan = Sample.plan(lanes: 500)
            plan.digest = "d1"
            try await store.create(Sample.run("r1"), plan: plan)
            #expect(try await store.plan(of: "r1") == plan)
        }
    ]

    private static func createMixedRuns(in store: any RunStore) async throws {
        let runs: [(RunID, JobID, RunState)] = [
            ("r1", "a", .running), ("r2", "a", .succeeded), ("r3", "b", .running), ("r4", "b", .failed),
            ("r5", "a", .held),
        ]
        for (second, (id, job, state)) in runs.enumerated() {
            try await store.create(Sample.run(id, job: job, state, at: second), plan: Sample.plan())
        }
    }

    private static func runs(_ store: any RunStore, _ filter: RunFilter) async throws -> [RunID] {
        try await store.runs(filter).map(\.id)
    }
}
