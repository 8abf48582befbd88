// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let forgettingPromises = [
        StorePromise(
            "runs that ended long ago are forgotten with all that they left; those that go on, or ended later, stay whole"
        ) {
            store in
            try await store.keepRun("open", .running, end: nil)
            try await store.keepRun("late", .failed, end: 20)
            try await store.keepRun("old", .succeeded, end: 10)
            try await store.keepRun("older", .unknown, end: 5)
            #expect(try await store.forgetAll(.runs, before: Sample.time(20)) == 2)
            #expect(try await store.runs(RunFilter()).map(\.id).sorted() == ["late", "open"])
            #expect(try await store.runCounts() == [.failed: 1, .running: 1])
            for run in ["old", "older"] as [RunID] {
                #expect(try await store.run(run) == nil)
                await #expect(throws: StoreError.notFound(run)) { try await store.plan(of: run) }
                await #expect(throws: StoreError.notFound(run)) { try await store.steps(of: run, after: 0) }
                await #expect(throws: StoreError.notFound(run)) { try await store.actions(on: run) }
                await #expect(throws: StoreError.notFound(run)) {
                    try await store.blocks(of: Sample.attempt(run), from: 0, limit: 9)
                }
            }
            for run in ["open", "late"] as [RunID] { try await store.expectWhole(run) }
        },
        StorePromise("a run that was forgotten in part is not found, and a new run has nothing of it") { store in
            try await store.keepRun("old", .succeeded, end: 10, blocks: 30)
            let first = try await store.forget(.runs, before: Sample.time(20), below: nil, limit: 1)
            #expect(first.count == 1)
            #expect(try await store.run("old") == nil)
            // The same name, also: whoever restores a copy may bring it.
            try await store.create(Sample.run("old"), plan: Sample.plan())
            #expect(try await store.steps(of: "old", after: 0).records == [])
            #expect(try await store.blocks(of: Sample.attempt("old"), from: 0, limit: 99) == [])
            #expect(try await store.actions(on: "old") == [])
            #expect(try await store.forgetAll(.runs, before: Sample.time(20)) == 0)
            #expect(try await store.plan(of: "old") == Sample.plan())
        },
        StorePromise("the oldest runs are forgotten first, a piece at a time") { store in
            for number in 1...5 { try await store.keepRun(RunID("r\(number)"), .succeeded, end: 10 - number) }
            let piece = try await store.forget(.runs, before: Sample.time(99), below: nil, limit: 2)
            #expect(piece == Forgotten(count: 2, isMore: true))
            #expect(try await store.runs(RunFilter()).map(\.id).sorted() == ["r1", "r2", "r3"])
        },
        StorePromise("a run or an event that follows a young one is young, whatever its time says") { store in
            for (id, created) in [("old", 1), ("young", 50), ("set-back", 2)] {
                var run = Sample.run(RunID(id))
                run.createdAt = Sample.time(created)
                try await store.create(run, plan: Sample.plan(), actions: [])
                let end = RunUpdate(state: .failed, endedAt: Sample.time(created + 1))
                try await store.record([], of: run.id, now: end)
                #expect(try await store.note(event(created)))
            }
            for past in [Past.runs, .events] {
                let first = try await store.first(of: past, from: Sample.time(40), through: Sample.time(99))
                #expect(try await store.forgetAll(past, before: Sample.time(40), below: first) == 1)
                // A time that has not come yet is no proof.
                let none = try await store.first(of: past, from: Sample.time(30), through: Sample.time(45))
                #expect(none == nil)
            }
            #expect(try await store.first(of: .starts, from: Sample.time(0), through: Sample.time(99)) == nil)
            #expect(try await store.runs(RunFilter()).map(\.id).sorted() == ["set-back", "young"])
            #expect(try await store.events(after: 0, limit: 99).events == [event(50), event(2)])
        },
        StorePromise("a run that goes on again after its end is not forgotten") { store in
            try await store.keepRun("again", .failed, end: 5)
            try await store.record([], of: "again", now: RunUpdate(state: .running, reopens: true))
            #expect(try await store.forgetAll(.runs, before: Sample.time(99)) == 0)
            try await store.expectWhole("again")
        },
        StorePromise("the start of a run that goes on is not forgotten, nor what is told of either once only") {
            store in
            for (id, run) in [("going", "r1"), ("gone", "r2")] as [(SlotID, RunID)] {
                let slot = slot(id.rawValue, 1, .planned)
                try await store.plan([slot])
                try await store.begin(slot, as: Sample.run(run), plan: Sample.plan())
                #expect(try await store.note(once(.longRun, slot: id, run: run)))
                #expect(try await store.note(once(.startDelay, slot: id, run: nil)))
            }
            try await store.plan([slot("late", 1, .waiting)])
            #expect(try await store.note(once(.startDelay, slot: "late", run: nil)))
            try await store.record([], of: "r2", now: RunUpdate(state: .succeeded, endedAt: Sample.time(99)))
            #expect(try await store.forgetAll(.events, before: Sample.time(50)) == 3)
            #expect(try await store.forgetAll(.starts, before: Sample.time(50)) == 1)
            #expect(try await store.slot("going") != nil)
            #expect(try await store.slot("gone") == nil)
            #expect(try await !store.note(once(.longRun, slot: "going", run: "r1")))
            #expect(try await !store.note(once(.startDelay, slot: "late", run: nil)))
        },
        StorePromise("planned starts that are over are forgotten when they are old, those that may still start never") {
            store in
            let states = Slot.State.allCases
            var slots = states.enumerated().map { slot("old-\($0.element)", $0.offset, $0.element) }
            slots += states.map { slot("new-\($0)", 50, $0) }
            try await store.plan(slots)
            #expect(try await store.forgetAll(.starts, before: Sample.time(50)) == 3)
            let left = try await store.slots(from: Sample.time(0), through: Sample.time(99)).map(\.id.rawValue)
            #expect(
                left == ["old-planned", "old-waiting", "old-held"] + states.map { "new-\($0)" }.sorted())
        },
        StorePromise("events are forgotten by their age, and positions stay what they were") { store in
            for second in [1, 9, 2, 8, 3] { #expect(try await store.note(event(second))) }
            let position = try await store.events(after: 0, limit: 99).position
            #expect(try await store.forgetAll(.events, before: Sample.time(8)) == 3)
            #expect(try await store.events(after: 0, limit: 99).events == [event(9), event(8)])
            #expect(try await store.events(after: -1, limit: 99).events == [event(8)])
            #expect(try await store.events(after: position, limit: 99).events == [])
            #expect(try await store.forgetAll(.events, before: Sample.time(99)) == 2)
            #expect(try await store.note(event(4)))
            #expect(try await store.events(after: position, limit: 99).events == [event(4)])
        },
        StorePromise(
            "what was forgotten stays so when the store is opened again",
            reopening: { store, reopen in
                try await store.keepRun("old", .succeeded, end: 10, blocks: 30)
                try await store.keepRun("late", .succeeded, end: 30)
                _ = try await store.forget(.runs, before: Sample.time(20), below: nil, limit: 3)
                let store = try await reopen()
                #expect(try await store.runs(RunFilter()).map(\.id) == ["late"])
                _ = try await store.forgetAll(.runs, before: Sample.time(20))
                try await store.expectWhole("late")
            }),
    ]

    private static func slot(_ id: String, _ second: Int, _ state: Slot.State) -> Slot {
        var slot = Slot(
            id: SlotID(id), schedule: "nightly", job: "a.b", day: Day(number: 20_000), startsAt: Sample.time(second),
            origin: Sentence(verbatim: ""))
        slot.state = state
        return slot
    }

    private static func once(_ kind: Event.Kind, slot: SlotID, run: RunID?) -> Event {
        Event(
            at: Sample.time(1), level: .warning, kind: kind, schedule: "nightly", slot: slot, job: "a", run: run,
            Sentence(verbatim: "late"))
    }

    private static func event(_ second: Int) -> Event {
        Event(
            at: Sample.time(second), level: .warning, kind: .skipped, schedule: "nightly", slot: nil, job: "a",
            run: nil, Sentence(verbatim: "at \(second)"))
    }
}

extension RunStore {
    /// Keeps a run with something of everything.
    fileprivate func keepRun(_ id: RunID, _ state: RunState, end: Int?, blocks: Int = 2) async throws {
        let action = RunAction(run: id, kind: .started, by: "kim", at: Sample.time(0))
        try await create(Sample.run(id), plan: Sample.plan(), actions: [action])
        try await record(
            [Sample.record(.running), Sample.record(.running, lane: 1)], of: id, now: RunUpdate(state: .running))
        for index in 0..<blocks {
            try await put(OutputBlock(index: index, bytes: [UInt8(index), 7]), of: Sample.attempt(id))
        }
        guard let end else { return }
        try await record([Sample.record(.succeeded)], of: id, now: RunUpdate(state: state, endedAt: Sample.time(end)))
    }

    /// Forgets all there is, in small pieces; how much that was.
    fileprivate func forgetAll(_ past: Past, before: Instant, below first: Int? = nil) async throws -> Int {
        var count = 0
        while true {
            let piece = try await forget(past, before: before, below: first, limit: 2)
            count += piece.count
            guard piece.isMore else { return count }
        }
    }

    /// Expects that nothing is missing of what `keepRun` kept.
    fileprivate func expectWhole(_ id: RunID) async throws {
        #expect(try await plan(of: id) == Sample.plan())
        #expect(try await steps(of: id, after: 0).records.count == 2)
        #expect(try await blocks(of: Sample.attempt(id), from: 0, limit: 9).count == 2)
        #expect(try await actions(on: id).count == 1)
    }
}
