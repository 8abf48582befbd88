// SPDX-License-Identifier: Apache-2.0

import APIContract
import Model
import Scheduling
import Storage
import Synchronization
import Testing

@testable import Engine

@Suite("The plan of the day")
struct PlanOfDayTests {
    private let world = ScheduledWorld()
    private let hourly: [ScheduleName: String] = ["hourly": "cron 0 * * * *"]
    private let one: SlotID = "hourly@19700101T010000Z"

    private func change(_ action: ChangeSlot.Action, _ slot: SlotID? = nil, why: String = "") async throws -> Slot {
        try await world.planOfDay.change(ChangeSlot(slot: slot ?? one, action: action, by: "kim", reason: why))
    }

    private func add(at minutes: Int...) async throws -> [Slot] {
        let instants = minutes.map { Instant(seconds: Int64($0) * 60) }
        return try await world.planOfDay.add(
            AddSlots(
                job: "test.a", work: SlotWork(on: "h"),
                starts: instants.map { AddSlots.Start(day: Day(number: 0), instant: $0) }, by: "kim"))
    }

    @Test("two starts of one job and instant are both added, also where chance gives them one name")
    func sameName() async throws {
        let names = Mutex(["a", "a", "b"] as [SlotID])
        let plan = PlanOfDay(
            store: world.store, clock: world.clock, newID: { _, _ in names.withLock { $0.removeFirst() } },
            check: { _, _ throws(Problems) in })
        for person in ["kim", "lee"] {
            _ = try await plan.add(
                AddSlots(
                    job: "test.a", work: SlotWork(on: "h"),
                    starts: [AddSlots.Start(day: Day(number: 0), instant: Instant(seconds: 60))], by: person))
        }
        #expect(await world.slots().map { "\($0.id) \($0.origin)" } == ["a added by kim", "b added by lee"])
        #expect(await world.store.events(after: 0, limit: 9).events.count == 2)
    }

    @Test("a start that is held waits, and starts when it is let go, however late that is")
    func held() async throws {
        let clockwork = try await world.controller(hourly)
        _ = try await change(.hold, why: "not yet")
        try await world.pass(minutes: 240, clockwork, steps: 4)
        #expect(await world.states().first == "1:00 held: held by kim: not yet")
        _ = try await change(.release)
        try await clockwork.tick()
        #expect(await world.store.slot(one)?.state == .started)
    }

    @Test("a reason that is longer than its bound is refused, and nothing is changed")
    func longReason() async throws {
        _ = try await world.controller(hourly)
        await #expect(throws: SlotRefusal.longReason(1001)) {
            _ = try await change(.hold, why: String(repeating: "x", count: 1001))
        }
        #expect(
            SlotRefusal.longReason(1001).description
                == "the reason has 1001 bytes, and the most is 1000; say it shorter")
        #expect(await world.store.slot(one)?.state == .planned)
        _ = try await change(.hold, why: String(repeating: "x", count: 1000))
    }

    @Test("a start that was moved begins at its new time and not at its old one, also where the schedule is read anew")
    func moved() async throws {
        let clockwork = try await world.controller(hourly)
        _ = try await change(.move(Instant(seconds: 90 * 60)))
        try await clockwork.take(world.book(hourly))
        try await world.pass(minutes: 89, clockwork, steps: 89)
        #expect(await world.states() == [])
        try await world.pass(minutes: 1, clockwork)
        #expect(await world.states() == ["1:30 started"])
    }

    @Test("moved to a time that has passed, a start begins at once")
    func movedBack() async throws {
        let clockwork = try await world.controller(hourly)
        world.advance(minutes: 30)
        _ = try await change(.move(Instant(seconds: 0)))
        try await clockwork.tick()
        #expect(await world.states() == ["0:30 started"])
    }

    @Test("a start that was removed stays so, and the others start")
    func removed() async throws {
        let clockwork = try await world.controller(hourly)
        _ = try await change(.remove, why: "holiday")
        try await clockwork.take(world.book(hourly))
        try await world.pass(minutes: 120, clockwork, steps: 2)
        #expect(await world.states() == ["1:00 removed: removed by kim: holiday", "2:00 started"])
    }

    @Test("starts that a person adds are begun once, and those that were missed by long are not")
    func added() async throws {
        var clockwork = try await world.controller([:])
        _ = try await add(at: 10, 20, 20, 200)
        try await world.pass(minutes: 20, clockwork, steps: 20)
        try await world.pass(minutes: -20, clockwork)
        try await world.pass(minutes: 20, clockwork)
        #expect(await world.states() == ["0:10 started", "0:20 started"])
        #expect(await world.runs() == 2)
        world.advance(minutes: 300)
        clockwork = try await world.controller([:])
        try await clockwork.tick()
        #expect(await world.states().last == "3:20 skipped: missed by 120m00s: more than 1h")
    }

    @Test("a start that a person adds waits for the run of its job that goes on")
    func waits() async throws {
        world.rules.allowsConcurrentRuns = false
        await world.gate.close()
        let clockwork = try await world.controller([:])
        _ = try await add(at: 1, 2)
        try await world.pass(minutes: 2, clockwork, steps: 2)
        let states = await world.states()
        #expect(states.count == 2 && states[0] == "0:01 started")
        #expect(states[1].hasPrefix("0:02 waiting: test.a allows one run at a time, and run"), "\(states)")
        await world.gate.open()
        await clockwork.finish()
        try await clockwork.tick()
        #expect(await world.states() == ["0:01 started", "0:02 started"])
    }

    @Test("what was edited, or released before its time, stays so when schedules are read anew")
    func stays() async throws {
        let clockwork = try await world.controller(hourly)
        _ = try await change(.edit(SlotWork(on: "web")))
        let two: SlotID = "hourly@19700101T020000Z"
        _ = try await change(.hold, two)
        _ = try await change(.release, two, why: "fine")
        try await clockwork.take(world.book(hourly))
        _ = try await world.controller(hourly)
        #expect(await world.store.slot(one)?.work?.on == "web")
        let released = try #require(await world.store.slot(two))
        #expect(released.reason?.description == "released by kim: fine")
        // Nothing was due: nobody has agreed to anything.
        #expect(released.agreed == nil)
    }

    @Test("what cannot be done is refused in words")
    func refused() async throws {
        let clockwork = try await world.controller(hourly)
        await #expect(throws: SlotRefusal.unknown("none")) { try await change(.hold, "none") }
        await #expect(throws: SlotRefusal.notHeld(one)) { try await change(.release) }
        _ = try await change(.hold)
        await #expect(throws: SlotRefusal.heldAlready(one)) { try await change(.hold) }
        _ = try await change(.release)
        try await world.pass(minutes: 60, clockwork)
        await #expect(throws: SlotRefusal.over(one, .started)) { try await change(.remove) }
        await #expect(throws: SlotRefusal.past(Instant(seconds: 0))) { try await add(at: 0) }
        let texts: [SlotRefusal] = [.unknown("a"), .over("a", .started), .heldAlready("a"), .notHeld("a")]
        #expect(
            texts.map(\.description) == [
                "there is no planned start a; 'firstline plan-of-day list' shows those there are",
                "the planned start a is started and cannot be changed any more", "the planned start a is held already",
                "the planned start a is not held",
            ])
        await #expect(throws: Problems.self) {
            try await world.planOfDay.add(
                AddSlots(job: "none", work: SlotWork(on: "h"), starts: [], by: "kim"))
        }
    }

    @Test("every change is an event that says who")
    func events() async throws {
        _ = try await world.controller(hourly)
        _ = try await change(.hold, why: "look first")
        _ = try await change(.edit(SlotWork(on: "web", values: ["a": Setting(.scalar("1", quoted: false))])))
        let texts = await world.store.events(after: 0, limit: 9).events.map(\.text.description)
        #expect(texts.count == 2 && texts[0].hasSuffix("of test.a was held by kim: look first"))
        #expect(texts[1].hasSuffix("was edited (on web with a) by kim"))
        #expect(await world.store.slot(one)?.work?.on == "web")
    }
}

@Suite("Runs that are accepted at once")
struct AcceptanceTests {
    private let world = ScheduledWorld()

    @Test("of a job that allows one run at a time one is accepted, and the others say which")
    func one() async throws {
        world.rules.allowsConcurrentRuns = false
        let engine = try world.engine()
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<32 {
                group.addTask { (try? await engine.accept(world.plan, by: "kim")) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 1)
        #expect(await world.runs() == 1)
    }

    @Test("of those that change the same host each is accepted, and they follow each other")
    func follow() async throws {
        world.rules.changes = true
        let engine = try world.engine()
        let runs = try await withThrowingTaskGroup(of: RunID.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    let run = try await engine.accept(world.plan, by: "kim")
                    await engine.begin([run])
                    return run
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        await engine.finish()
        for id in runs { #expect(await world.store.run(id)?.state == .succeeded) }
        #expect(Set(runs).count == 32)
        let (begun, most) = await (world.gate.begun, world.gate.most)
        #expect(begun == 32 && most == 1)
    }

    @Test("those that only check go on beside each other")
    func beside() async throws {
        let engine = try world.engine()
        await world.gate.close()
        for _ in 0..<8 { await engine.begin([try await engine.accept(world.plan, by: "kim")]) }
        try await world.untilBegun(8)
        #expect(await world.gate.most == 8)
        await world.gate.open()
        await engine.finish()
    }

    @Test("a run that is over is neither held nor cancelled; one at rest is cancelled without being touched")
    func over() async throws {
        let engine = try world.engine()
        let run = try await engine.accept(world.plan, by: "kim")
        _ = try await engine.drive(run)
        await #expect(throws: RunRefusal.over(run, .succeeded)) {
            try await engine.hold(run, by: "kim", reason: "")
        }
        await #expect(throws: RunRefusal.over(run, .succeeded)) { try await engine.cancel(run, by: "kim") }
        let left = try await engine.accept(world.plan, by: "kim")
        let next = try world.engine()
        _ = try await next.act(RunRequest(run: left, action: .cancel, by: "lee"))
        await next.finish()
        #expect(await world.store.run(left)?.state == .cancelled)
        #expect(await world.gate.begun == 1)
    }
}

@Suite("Schedules that watch their times")
struct TimeWatchTests {
    private let world = ScheduledWorld()

    private func controller() async throws -> Clockwork { try await world.controller(["hourly": "cron 0 * * * *"]) }

    private var alarms: [String] { world.events.filter { !$0.contains(" start: ") } }

    @Test("tell of a start that has not become a run in time, once, also after the controller's death")
    func startDelay() async throws {
        world.rules.watch.start = .init(.after(.seconds(600)), level: .error)
        world.rules.watch.end = .init(.clock(75))
        let clockwork = try await controller()
        let planned = try #require(await world.slots().first)
        var slot = planned
        (slot.state, slot.reason) = (.held, Sentence(verbatim: "held by kim"))
        try await world.store.change(slot, from: planned)
        try await world.pass(minutes: 69, clockwork, steps: 69)
        #expect(alarms == [])
        try await world.pass(minutes: 10, clockwork, steps: 10)
        let next = try await controller()
        try await next.tick()
        #expect(alarms.count == 2)
        #expect(alarms[1].hasPrefix("warning end-delay: the start of 1970-01-01T01:00:00.000Z"), "\(alarms)")
        #expect(alarms[1].hasSuffix("ended by 1970-01-01T01:15:00.000Z, and is held: held by kim"), "\(alarms)")
        #expect(alarms[0].hasPrefix("error start-delay: the start of 1970-01-01T01:00:00.000Z"), "\(alarms)")
        #expect(alarms[0].hasSuffix("a run by 1970-01-01T01:10:00.000Z, and is held: held by kim"), "\(alarms)")
    }

    @Test("tell of a run that has not ended by a time of its business day, and of one that takes too long, once each")
    func endDelay() async throws {
        world.rules.watch.end = .init(.clock(65))
        world.rules.watch.takes = .init(.fixed(.seconds(20 * 60)))
        world.rules.overlap = .skip
        await world.gate.close()
        var clockwork = try await controller()
        try await world.pass(minutes: 60, clockwork, steps: 60)
        try await world.untilBegun(1)
        try await world.pass(minutes: 4, clockwork, steps: 4)
        #expect(alarms == [])
        // Another controller finds the run, and what of it is watched.
        clockwork = try await controller()
        try await world.pass(minutes: 1, clockwork)
        #expect(alarms.count == 1 && alarms[0].hasPrefix("warning end-delay: run "), "\(alarms)")
        try await world.pass(minutes: 40, clockwork, steps: 40)
        #expect(alarms.count == 2 && alarms[1].hasSuffix(" takes longer than 20m"), "\(alarms)")
        await world.gate.open()
    }

    @Test("a run that ends in time is no event")
    func inTime() async throws {
        world.rules.watch.start = .init(.after(.seconds(60)))
        world.rules.watch.end = .init(.after(.seconds(60)))
        world.rules.watch.takes = .init(.fixed(.seconds(60)))
        let clockwork = try await controller()
        try await world.pass(minutes: 300, clockwork, steps: 300)
        #expect(alarms == [])
    }

    @Test("know what is usual from runs that ended well, once there are enough")
    func usual() async throws {
        world.rules.watch.takes = .init(.usual(percent: 150))
        for (index, minutes) in [4, 2, 30].enumerated() {
            let id = RunID("r\(index)")
            let run = Run(
                id: id, job: "test.a", planDigest: "", state: .succeeded, operatorName: "kim",
                createdAt: Instant(seconds: 0), startedAt: Instant(seconds: 0),
                endedAt: Instant(seconds: Int64(minutes) * 60))
            try await world.store.create(run, plan: world.plan)
        }
        await world.gate.close()
        let clockwork = try await controller()
        try await world.pass(minutes: 60, clockwork, steps: 60)
        try await world.untilBegun(1)
        try await world.pass(minutes: 5, clockwork, steps: 5)
        #expect(alarms == [])
        try await world.pass(minutes: 1, clockwork)
        #expect(alarms.count == 1 && alarms[0].hasSuffix(" takes longer than 6m"), "\(alarms)")
        await world.gate.open()
    }

    @Test("a clock that stands years later plans no more of what was missed than a month, and says so")
    func years() async throws {
        _ = try await controller()
        world.advance(minutes: 3 * 365 * 1440)
        let next = try await controller()
        try await next.tick()
        #expect(await world.slots().count < 31 * 24 + 48 + 110)
        #expect(alarms.count == 2 && alarms[0].hasPrefix("warning starts-unlisted: starts from 1970-01-0"), "\(alarms)")
        #expect(alarms[1].contains(" starts from ") && alarms[1].contains(" are not run; the last was missed by"))
    }
}

@Suite("The gate before every change")
struct ChangeGateTests {
    private let world = ScheduledWorld()

    private func freeze(_ policy: WindowDefinition.Policy, on: String? = nil) -> WindowDefinition {
        let zero = Day(number: 0)
        var freeze = WindowDefinition(
            "closing", .freeze, zone: "UTC",
            .once(from: .init(zero, minutes: 0), until: .init(zero + 1, minutes: 0)), policy: policy)
        freeze.on = on
        return freeze
    }

    @Test("a freeze that blocks makes a start skipped, one that asks makes it wait for a person")
    func starts() async throws {
        world.rules.changes = true
        world.rules.windows = [freeze(.block)]
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        try await world.pass(minutes: 60, clockwork)
        #expect(
            await world.states() == ["1:00 skipped: the freeze 'closing' lasts until 1970-01-02 00:00 (UTC)"])
        world.rules.windows = [freeze(.ask)]
        try await world.pass(minutes: 60, clockwork)
        let asked: SlotID = "hourly@19700101T020000Z"
        #expect(await world.store.slot(asked)?.state == .held)
        #expect(world.events.last?.hasPrefix("warning start-asks: ") == true)
        _ = try await world.planOfDay.change(ChangeSlot(slot: asked, action: .release, by: "kim", reason: "CHG-7"))
        try await clockwork.tick()
        let slot = try #require(await world.store.slot(asked))
        #expect(slot.state == .started)
        let actions = try await world.store.actions(on: try #require(slot.run))
        #expect(
            actions.contains {
                $0.kind == .agreed && $0.reason?.description.hasPrefix("released by kim: CHG-7 (the freeze") == true
            })
    }

    @Test(
        "a freeze counts for a run on some of the hosts it names, also where the run knows nothing of the others",
        arguments: ["h,db01", "h or web[01-20]", "web[01-02] h", "not db01", "all"])
    func someHosts(on: String) async throws {
        world.rules.changes = true
        var freeze = freeze(.block, on: on.replacing("web[01-02] h", with: "web[01-02],h"))
        freeze.except = "db02"
        world.rules.windows = [freeze]
        let engine = try world.engine()
        await #expect(throws: RunRefusal.self) { try await engine.accept(world.plan, by: "kim") }
        freeze.except = "h"
        world.rules.windows = [freeze]
        _ = try await engine.accept(world.plan, by: "kim")
    }

    @Test("a run that had to wait for another and comes into a freeze waits for a person, and has touched nothing")
    func waitedInto() async throws {
        world.rules.changes = true
        await world.gate.close()
        let engine = try world.engine()
        let first = try await engine.accept(world.plan, by: "kim")
        world.advance(minutes: 1)
        let second = try await engine.accept(world.plan, by: "lee")
        await engine.begin([first, second])
        try await world.untilBegun(1)
        world.rules.windows = [freeze(.ask)]
        await world.gate.open()
        try await until { await world.store.run(second)?.state == .held }
        #expect(await world.gate.begun == 1)
        world.rules.windows = []
        _ = try await engine.act(RunRequest(run: second, action: .release, by: "kim"))
        await engine.finish()
        #expect(await world.store.run(second)?.state == .succeeded)
    }

    @Test("what only checks, and what is elsewhere, passes")
    func passes() async throws {
        world.rules.windows = [freeze(.block)]
        let engine = try world.engine()
        _ = try await engine.accept(world.plan, by: "kim")
        world.rules.changes = true
        world.rules.windows = [freeze(.block, on: "elsewhere"), freeze(.block, on: "group=none")]
        _ = try await engine.accept(world.plan, by: "kim")
        world.rules.windows = [freeze(.block, on: "h")]
        await #expect(throws: RunRefusal.self) { try await engine.accept(world.plan, by: "kim") }
    }

    @Test("no agreement helps against a freeze that blocks; what a run starts passes with it")
    func agreement() async throws {
        world.rules.changes = true
        world.rules.windows = [freeze(.block)]
        let engine = try world.engine()
        await #expect(throws: RunRefusal.self) {
            try await engine.accept(world.plan, by: "kim", agreed: Sentence(verbatim: "I want to"))
        }
        world.rules.windows = [freeze(.ask)]
        await #expect(throws: RunRefusal.self) { try await engine.accept(world.plan, by: "kim") }
        let run = try await engine.accept(world.plan, by: "kim", agreed: Sentence(verbatim: "CHG-7"))
        _ = try await engine.accept(world.plan, by: "kim", caller: run)
    }
}
