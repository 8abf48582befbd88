// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Scheduling
import Storage
import StorageTesting
import Synchronization
import TaskKit
import Testing

@testable import Engine

@Suite("The clockwork")
struct ClockworkTests {
    private let world = ScheduledWorld()

    @Test("begins each start once, when its time has come, and plans ahead")
    func begins() async throws {
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        #expect(await world.slots().count == 48)
        try await world.pass(minutes: 59, clockwork)
        #expect(await world.states() == [])
        try await world.pass(minutes: 1, clockwork)
        #expect(await world.states() == ["1:00 started"])
        try await world.pass(minutes: 180, clockwork, steps: 180)
        #expect(await world.states() == ["1:00 started", "2:00 started", "3:00 started", "4:00 started"])
        #expect(await world.runs() == 4)
        #expect(await world.slots().count == 51)
    }

    @Test(
        "of very many that were missed the last ten thousand are told one by one, what lies further back in a sentence")
    func manyMissed() async throws {
        world.rules.missed = .skip
        let clockwork = try await world.controller(["minutely": "cron * * * * *"])
        try await world.pass(minutes: 8 * 24 * 60, clockwork)
        let past = await world.slots().filter { $0.startsAt <= world.clock.now() }
        // Those that were planned ahead before are kept, too.
        #expect((10_000...10_200).contains(past.count), "\(past.count)")
        #expect(past.count { $0.state == .skipped } >= 9_999, "\(past.count { $0.state == .skipped })")
        #expect(past.allSatisfy { $0.state.isFinal })
        #expect(world.events.count { $0.hasPrefix("warning starts-unlisted: starts from 1970-01-") } == 1)
    }

    @Test("tells with a start which hosts are left out of it")
    func leftOut() async throws {
        world.rules.warnings.warn("a.b works on instances of nginx; 1 without one is left out: db01", path: "targets")
        world.rules.warnings.warn("something else", path: "tasks/a")
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        try await world.pass(minutes: 60, clockwork)
        let told = try #require(world.events.last { $0.contains(" is run ") })
        #expect(told.hasSuffix("; a.b works on instances of nginx; 1 without one is left out: db01"), "\(told)")
    }

    @Test("tells a look that fails once, as long as looks fail in the same way")
    func failingLooks() async throws {
        let looks = Mutex(0)
        let told = Mutex<[Event]>([])
        let store = ShakyStore(.slotHasChanged("s", now: nil)) { _ in
            [1, 2, 3, 5, 6].contains(looks.withLock { $0 }) ? .failsBefore : .works
        }
        let clock = EngineClock(
            now: { Instant(seconds: 0) },
            sleep: { _ in
                let look = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                if look == 7 { withUnsafeCurrentTask { $0?.cancel() } }
            })
        let clockwork = Clockwork(
            Clockwork.Parts(
                store: store, clock: clock, engine: try world.engine(),
                plan: { _, _, _ throws(Problems) in throw Problems("there is no job") },
                say: { event in told.withLock { $0.append(event) } }), book: world.book([:]))
        let task = Task { try await clockwork.run() }
        try await task.value
        let said = told.withLock { $0 }.map { "\($0.level.rawValue) \($0.kind.rawValue): \($0.text)" }
        let text = "error look-failed: what is due is looked at again: there is no planned start s"
        #expect(said == [text, text])
    }

    @Test("begins nothing twice, whatever the clock does")
    func clockJumps() async throws {
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        try await world.pass(minutes: 60, clockwork)
        try await world.pass(minutes: -60, clockwork)
        try await world.pass(minutes: 60, clockwork)
        try await world.pass(minutes: 24 * 60, clockwork)
        try await world.pass(minutes: -24 * 60, clockwork)
        try await world.pass(minutes: 60, clockwork)
        let states = await world.states()
        #expect(await world.runs() == states.count { $0.contains("started") })
        #expect(states.first == "1:00 started" && states.count == 25)
        // The day that was jumped over was missed; of it the last start was run.
        #expect(states.count { $0.contains("skipped: missed by") } == 23)
    }

    @Test("finds after its death what was missed, and says so of each")
    func death() async throws {
        _ = try await world.controller(["hourly": "cron 0 * * * *"])
        world.advance(minutes: 5 * 60 + 30)
        let next = try await world.controller(["hourly": "cron 0 * * * *"])
        try await next.tick()
        #expect(
            await world.states() == [
                "1:00 skipped: missed by 270m00s: more than 1h", "2:00 skipped: missed by 210m00s: more than 1h",
                "3:00 skipped: missed by 150m00s: more than 1h", "4:00 skipped: missed by 90m00s: more than 1h",
                "5:00 started",
            ])
    }

    @Test("also after so long that nothing had been planned")
    func longDeath() async throws {
        _ = try await world.controller(["hourly": "cron 0 * * * *"])
        world.advance(minutes: 5 * 24 * 60 + 30)
        let next = try await world.controller(["hourly": "cron 0 * * * *"])
        try await next.tick()
        let states = await world.states()
        #expect(states.count == 120 && states.count { $0.contains("skipped") } == 119 && states.last == "0:00 started")
    }

    @Test("a schedule that is new has missed nothing")
    func newSchedule() async throws {
        _ = try await world.controller(["hourly": "cron 0 * * * *"])
        world.advance(minutes: 150)
        let next = try await world.controller(["new": "cron 0 * * * *"])
        try await next.tick()
        #expect(await world.slots().filter { $0.schedule == "new" }.first?.startsAt == Instant(seconds: 3 * 3600))
        // The one that is gone keeps what was due, and is told to be no longer in use.
        #expect(
            await world.states() == [
                "1:00 skipped: the schedule is no longer in use", "2:00 skipped: the schedule is no longer in use",
            ])
    }

    @Test("plans anew when rules change, and leaves alone what a person did")
    func changed() async throws {
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        let slots = await world.slots()
        var held = slots[0]
        held.state = .held
        try await world.store.change(held, from: slots[0])
        var moved = slots[1]
        moved.startsAt = Instant(seconds: 2 * 3600 + 600)
        try await world.store.change(moved, from: slots[1])
        try await clockwork.take(world.book(["hourly": "cron 30 */12 * * *"]))
        #expect(
            await world.slots().map { world.text($0.startsAt) + " " + $0.state.rawValue } == [
                "0:30 planned", "1:00 held", "2:10 planned", "12:30 planned", "0:30 planned", "12:30 planned",
            ])
    }

    @Test("does not begin a start beside a run that has not ended, unless it may")
    func overlap() async throws {
        await world.gate.close()
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        try await world.pass(minutes: 120, clockwork, steps: 2)
        #expect(await world.states() == ["1:00 started", "2:00 skipped: the run before it had not ended"])
        await world.gate.open()
        await clockwork.finish()
        try await world.pass(minutes: 60, clockwork)
        #expect(await world.states().last == "3:00 started")
    }

    @Test("a start that another schedule excludes is skipped, and takes no other start's place")
    func excluded() async throws {
        world.rules.exclusive = ["hourly": ["noon"]]
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *", "noon": "cron 0 12 * * *"])
        try await world.pass(minutes: 60, clockwork)
        #expect(await world.states() == ["1:00 skipped: noon has a start on 1970-01-01 by its rules, and excludes it"])
        try await world.pass(minutes: 11 * 60, clockwork, steps: 11)
        #expect(await world.states().filter { $0.contains("started") } == ["12:00 started"])
    }

    @Test("a start that cannot be planned is skipped with the reason")
    func impossible() async throws {
        world.rules.isBroken = true
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        try await world.pass(minutes: 60, clockwork)
        #expect(await world.states() == ["1:00 skipped: it cannot be run: the job is gone"])
    }
}

@Suite("The clockwork in a world of chance")
struct ClockworkChanceTests {
    @Test(
        "begins nothing twice, misses nothing against its policies, and gives each skipped start a reason",
        arguments: 1...60)
    func chance(seed: UInt64) async throws {
        var dice = Dice(seed: seed)
        let world = ScheduledWorld()
        let rules: [ScheduleName: String] = [
            "hourly": "cron 0 * * * *", "often": "cron */20 * * * *", "daily": "cron 30 */12 * * *",
        ]
        world.rules.missed = [.skip, .usual, .runAll(limit: 3)][dice.below(3)]
        world.rules.overlap = [.skip, .queueOne, .allow, .stopOld][dice.below(4)]
        var clockwork = try await world.controller(rules)
        var latest = world.minute
        for _ in 0..<60 {
            switch dice.below(10) {
            // It dies, and another comes to life after a while; what the old one had begun goes on.
            case 0:
                world.advance(minutes: dice.below(400))
                clockwork = try await world.controller(rules)
            // The clock is set, though never to before the beginning.
            case 1: world.advance(minutes: max([-1440, -60, 60, 1440][dice.below(4)], -world.minute))
            // Two of them at once, as when one was thought to be dead.
            case 2:
                let (one, other) = (clockwork, try await world.controller(rules))
                async let first: Void = one.tick()
                async let second: Void = other.tick()
                _ = try await (first, second)
            default: world.advance(minutes: dice.below(25))
            }
            latest = max(latest, world.minute)
            try await clockwork.tick()
            if dice.below(3) > 0 { await clockwork.finish() }
        }
        world.advance(minutes: max(0, latest - world.minute))
        // Those that wait for each other come one after another.
        repeat {
            try await clockwork.tick()
            await clockwork.finish()
        } while await !world.store.dueSlots(at: world.clock.now(), held: true, limit: 9).isEmpty
        try await judge(world, rules, through: latest, seed)
    }

    private func judge(
        _ world: ScheduledWorld, _ rules: [ScheduleName: String], through latest: Int, _ seed: UInt64
    ) async throws {
        let end = Instant(seconds: Int64(latest) * 60)
        let slots = await world.slots().filter { $0.startsAt <= end }
        for slot in slots {
            #expect(slot.state == .started || slot.state == .skipped, "seed \(seed): \(slot)")
            #expect((slot.state == .skipped) == (slot.reason != nil), "seed \(seed): \(slot)")
            #expect((slot.state == .started) == (slot.run != nil), "seed \(seed): \(slot)")
        }
        // A run for each start that began, and no other.
        let runs = slots.compactMap(\.run)
        #expect(Set(runs).count == runs.count, "seed \(seed)")
        #expect(await world.runs() == runs.count, "seed \(seed)")
        for schedule in world.book(rules).all {
            let wanted = schedule.timetable.occurrences(from: Instant(seconds: 1), through: end).map(\.instant)
            let found = slots.filter { $0.schedule == schedule.name }.map(\.startsAt)
            let (lost, strange) = (Set(wanted).subtracting(found), Set(found).subtracting(wanted))
            #expect(lost.isEmpty && strange.isEmpty && found.count == wanted.count, "seed \(seed)")
        }
    }
}

/// The same numbers for the same seed.
private struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(limit))
    }
}
