// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let slotPromises = [
        StorePromise("a planned start is kept once under its name; one that is planned again stays as it is") { store in
            try await store.plan([slot("a", 5), slot("b", 3)])
            var moved = slot("a", 5)
            moved.startsAt = Sample.time(9)
            try await store.change(moved, from: slot("a", 5))
            try await store.plan([slot("a", 5), slot("c", 7)])
            #expect(try await store.slot("a") == moved)
            #expect(try await store.slot("d") == nil)
        },
        StorePromise("planned starts come in the order they start, those of a period only") { store in
            try await store.plan([slot("a", 5), slot("b", 3), slot("c", 5), slot("d", 9)])
            let all = try await store.slots(from: Sample.time(0), through: Sample.time(99))
            #expect(all.map(\.id) == ["b", "a", "c", "d"])
            let some = try await store.slots(from: Sample.time(4), through: Sample.time(5))
            #expect(some == [slot("a", 5), slot("c", 5)])
            let first = try await store.slots(from: Sample.time(0), through: Sample.time(99), limit: 2)
            #expect(first.map(\.id) == ["b", "a"])
        },
        StorePromise("planned starts that are not over are found by the beginning of their names") { store in
            try await store.plan([slot("web@2", 5), slot("web@1", 3), slot("web", 4), slot("wea", 1), slot("webz", 9)])
            try await store.change(skipped(slot("web@2", 5)), from: slot("web@2", 5))
            #expect(try await store.openSlots(named: "web", limit: 9).map(\.id) == ["web", "web@1", "webz"])
            #expect(try await store.openSlots(named: "web", limit: 2).map(\.id) == ["web", "web@1"])
            #expect(try await store.openSlots(named: "web@", limit: 9).map(\.id) == ["web@1"])
            #expect(try await store.openSlots(named: "z", limit: 9).isEmpty)
        },
        StorePromise("planned starts of one schedule come in order, whatever has become of them") { store in
            let other = Slot(
                id: "b", schedule: "other", job: "a.b", day: Day(number: 20_000), startsAt: Sample.time(6),
                origin: Sentence(verbatim: ""))
            try await store.plan([rule(7), rule(5), other, rule(9)])
            var held = rule(7)
            held.state = .held
            try await store.change(held, from: rule(7))
            let found = try await store.slots(of: "nightly", from: Sample.time(5), through: Sample.time(8))
            #expect(found == [rule(5), held])
        },
        StorePromise("a planned start changes only from the state it is thought to be in") { store in
            try await store.plan([slot("a", 5)])
            var held = slot("a", 5)
            (held.state, held.reason) = (.held, Sentence(verbatim: "문자 'quoted'"))
            try await store.change(held, from: slot("a", 5))
            await #expect(throws: StoreError.slotHasChanged("a", now: .held)) {
                try await store.change(slot("a", 6), from: slot("a", 5))
            }
            await #expect(throws: StoreError.slotHasChanged("b", now: nil)) {
                try await store.change(slot("b", 6), from: slot("b", 5))
            }
            #expect(try await store.slot("a") == held)
        },
        StorePromise("a planned start that a person has changed meanwhile is neither changed nor begun as it was") {
            store in
            let agreed = { (slot: Slot) in
                var slot = slot
                slot.agreed = Sample.sentence
                return slot
            }
            let edited = { (slot: Slot) in
                var slot = slot
                slot.work = SlotWork(
                    on: "web", values: ["b": Setting(.scalar("1", quoted: false)), "a": Setting(.empty)])
                return slot
            }
            let moved = { (slot: Slot) in
                var slot = slot
                slot.startsAt = Sample.time(99)
                return slot
            }
            for (name, change) in [("a", agreed), ("b", edited), ("c", moved)] as [(SlotID, (Slot) -> Slot)] {
                let old = slot(name, 5)
                try await store.plan([old])
                try await store.change(change(old), from: old)
                var skipped = old
                (skipped.state, skipped.reason) = (.skipped, Sentence("missed"))
                let refusal = StoreError.slotHasChanged(name, now: .planned)
                await #expect(throws: refusal) { try await store.change(skipped, from: old) }
                await #expect(throws: refusal) {
                    try await store.begin(old, as: Sample.run("r1"), plan: Sample.plan())
                }
                #expect(try await store.change([skipped]) == [])
                #expect(try await store.slot(name) == change(old))
                try await store.begin(change(old), as: Sample.run(RunID("run-\(name)")), plan: Sample.plan())
            }
            #expect(try await store.run("r1") == nil)
        },
        StorePromise("a run is kept with what persons did to begin it") { store in
            let actions = [RunAction.Kind.started, .agreed].map {
                RunAction(run: "r1", kind: $0, by: "kim", at: Sample.time(5), reason: Sample.sentence)
            }
            try await store.plan([slot("a", 5)])
            try await store.begin(slot("a", 5), as: Sample.run("r1"), plan: Sample.plan(), actions: actions)
            #expect(try await store.actions(on: "r1") == actions)
            let other = RunAction(run: "r2", kind: .started, by: "lee", at: Sample.time(5))
            try await store.create(Sample.run("r2"), plan: Sample.plan(), actions: [other])
            #expect(try await store.actions(on: "r2") == [other])
        },
        StorePromise("of many planned starts those are changed that are still planned or wait") { store in
            try await store.plan([slot("a", 5), slot("b", 5), slot("c", 5), slot("d", 5)])
            try await store.begin(slot("b", 5), as: Sample.run("r1"), plan: Sample.plan())
            var held = slot("c", 5)
            held.state = .held
            try await store.change(held, from: slot("c", 5))
            var waiting = slot("d", 5)
            waiting.state = .waiting
            try await store.change(waiting, from: slot("d", 5))
            let skipped = ["a", "b", "c", "d", "e"].map { (name: SlotID) in
                var skipped = slot(name, 5)
                (skipped.state, skipped.reason) = (.skipped, Sentence("missed"))
                return skipped
            }
            #expect(try await store.change(skipped) == ["a", "d"])
            #expect(try await store.slot("a") == skipped[0])
            #expect(try await store.slot("b")?.state == .started)
            #expect(try await store.slot("c") == held)
            #expect(try await store.slot("d") == skipped[3])
            #expect(try await store.slot("e") == nil)
        },
        StorePromise("a planned start becomes one run, with its plan, whoever tries again") { store in
            try await store.plan([slot("a", 5)])
            var run = Sample.run("r1")
            run.arrival = try await store.begin(slot("a", 5), as: run, plan: Sample.plan())
            await #expect(throws: StoreError.slotHasChanged("a", now: .started)) {
                try await store.begin(slot("a", 5), as: Sample.run("r2"), plan: Sample.plan())
            }
            let kept = try await store.slot("a")
            #expect(kept?.state == .started && kept?.run == "r1")
            #expect(try await store.run("r1") == run)
            #expect(try await store.plan(of: "r1") == Sample.plan())
            #expect(try await store.run("r2") == nil)
        },
        StorePromise("a planned start whose run cannot be made stays planned") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            try await store.plan([slot("a", 5)])
            await #expect(throws: StoreError.alreadyExists("r1")) {
                try await store.begin(slot("a", 5), as: Sample.run("r1"), plan: Sample.plan())
            }
            #expect(try await store.slot("a") == slot("a", 5))
        },
        StorePromise("those whose time has come are told in order, until something has become of them") { store in
            try await store.plan([slot("a", 5), slot("b", 3), slot("c", 9), slot("d", 4)])
            var held = slot("d", 4)
            held.state = .held
            try await store.change(held, from: slot("d", 4))
            var waiting = slot("b", 3)
            (waiting.state, waiting.reason) = (.waiting, Sample.sentence)
            try await store.change(waiting, from: slot("b", 3))
            #expect(try await store.dueSlots(at: Sample.time(5), held: true, limit: 9).map(\.id) == ["b", "d", "a"])
            #expect(try await store.dueSlots(at: Sample.time(5), held: false, limit: 9).map(\.id) == ["b", "a"])
            #expect(try await store.dueSlots(at: Sample.time(5), held: true, limit: 2).map(\.id) == ["b", "d"])
            try await store.begin(waiting, as: Sample.run("r1"), plan: Sample.plan())
            #expect(try await store.dueSlots(at: Sample.time(5), held: true, limit: 9).map(\.id) == ["d", "a"])
            #expect(try await store.slot("b")?.reason == nil)
        },
        StorePromise("how far a schedule is planned is kept with its starts; new rules replace what is still to come") {
            store in
            let first = ScheduleMark(schedule: "nightly", through: Sample.time(9))
            try await store.plan([rule(5), rule(7), rule(8)], mark: first, withdrawn: nil)
            #expect(try await store.scheduleMarks() == [first])
            var moved = rule(7)
            moved.startsAt = Sample.time(6)
            try await store.change(moved, from: rule(7))
            var edited = rule(8)
            edited.work = SlotWork(on: "web")
            try await store.change(edited, from: rule(8))
            let second = ScheduleMark(schedule: "nightly", through: Sample.time(20))
            try await store.plan([rule(12)], mark: second, withdrawn: Sample.time(5))
            let left = try await store.slots(from: Sample.time(0), through: Sample.time(99))
            #expect(left == [rule(5), moved, edited, rule(12)])
            #expect(try await store.scheduleMarks() == [second])
            try await store.unplan("nightly", after: Sample.time(5))
            #expect(try await store.slots(from: Sample.time(0), through: Sample.time(99)) == [rule(5), moved, edited])
            #expect(try await store.scheduleMarks() == [])
        },
        StorePromise("of many who begin a planned start at once, one does") { store in
            try await store.plan([slot("a", 5)])
            let begun = await withTaskGroup { group in
                for number in 0..<16 {
                    group.addTask {
                        (try? await store.begin(slot("a", 5), as: Sample.run(RunID("r\(number)")), plan: Sample.plan()))
                            != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(begun == 1)
            #expect(try await store.runs(RunFilter()).count == 1)
        },
    ]

    /// The start that a rule of the schedule gave.
    private static func skipped(_ slot: Slot) -> Slot {
        var slot = slot
        (slot.state, slot.reason) = (.skipped, Sentence("missed"))
        return slot
    }

    private static func rule(_ second: Int) -> Slot { slot(SlotID("nightly", Sample.time(second)), second) }

    private static func slot(_ id: SlotID, _ second: Int) -> Slot {
        Slot(
            id: id, schedule: "nightly", job: "a.b", day: Day(number: 20_000), startsAt: Sample.time(second),
            origin: Sample.sentence)
    }
}
