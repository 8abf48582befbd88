// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Scheduling
import Storage
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
        var held = try #require(await world.slots().first)
        held.state = .held
        try await world.store.change(held, from: .planned)
        var moved = await world.slots()[1]
        moved.startsAt = Instant(seconds: 2 * 3600 + 600)
        try await world.store.change(moved, from: .planned)
        try await clockwork.take(try world.book(["hourly": "cron 30 */12 * * *"]))
        #expect(
            await world.slots().map { world.text($0.startsAt) + " " + $0.state.rawValue } == [
                "0:30 planned", "1:00 held", "2:10 planned", "12:30 planned", "0:30 planned", "12:30 planned",
            ])
    }

    @Test("does not begin a start beside a run that has not ended, unless it may")
    func overlap() async throws {
        world.blocks = true
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        try await world.pass(minutes: 120, clockwork, steps: 2)
        #expect(await world.states() == ["1:00 started", "2:00 skipped: the run before it had not ended"])
        await world.gate.open()
        await clockwork.finish()
        try await world.pass(minutes: 60, clockwork)
        #expect(await world.states().last == "3:00 started")
    }

    @Test("a start that cannot be planned is skipped with the reason")
    func impossible() async throws {
        world.isBroken = true
        let clockwork = try await world.controller(["hourly": "cron 0 * * * *"])
        try await world.pass(minutes: 60, clockwork)
        #expect(await world.states() == ["1:00 skipped: it cannot be run: error: the job is gone"])
    }
}

/// A store, a clock that is set by hand, and controllers that come and go.
private final class ScheduledWorld: Sendable {
    let store = MemoryStore()
    let gate = RunGate()
    private let now = Mutex(Instant(seconds: 0))
    private let flags = Mutex((blocks: false, isBroken: false))

    /// Whether runs wait at the gate.
    var blocks: Bool {
        get { flags.withLock(\.blocks) }
        set { flags.withLock { $0.blocks = newValue } }
    }
    /// Whether runs cannot be planned.
    var isBroken: Bool {
        get { flags.withLock(\.isBroken) }
        set { flags.withLock { $0.isBroken = newValue } }
    }

    var clock: EngineClock {
        EngineClock(now: { self.now.withLock { $0 } }, sleep: { _ in await Task.yield() })
    }

    func advance(minutes: Int) {
        now.withLock { $0 = Instant(microseconds: $0.microseconds + Int64(minutes) * 60_000_000) }
    }

    /// Lets time pass in steps, and the clockwork look at each; what it began has then ended, unless it waits at the gate.
    func pass(minutes: Int, _ clockwork: Clockwork, steps: Int = 1) async throws {
        for _ in 0..<steps {
            advance(minutes: minutes / steps)
            try await clockwork.tick()
            if !blocks { await clockwork.finish() }
        }
    }

    func book(_ schedules: [ScheduleName: String]) throws -> ScheduleBook {
        let definitions = schedules.map { name, text in
            let fields = text.split(separator: " ").dropFirst()
            func numbers(_ field: Substring, _ range: Range<Int>) -> [Int] {
                if field == "*" { return Array(range) }
                if field.hasPrefix("*/"), let step = Int(field.dropFirst(2)) {
                    return Array(stride(from: 0, to: range.upperBound, by: step))
                }
                return Int(field).map { [$0] } ?? []
            }
            let pattern = ClockPattern(
                text, hours: numbers(fields[2], 0..<24), minutes: numbers(fields[1], 0..<60))
            return ScheduleDefinition(
                name, job: "test.a", zone: "UTC", rules: [ScheduleRule(number: 1, .pattern(pattern))])
        }
        return try ScheduleBook(definitions, calendars: CalendarLibrary()) { _ in .utc }
    }

    /// A controller that has just come to life.
    func controller(_ schedules: [ScheduleName: String]) async throws -> Clockwork {
        let engine = Engine(
            EngineParts(
                store: store, registry: try TaskTypeRegistry([PassingTask(world: self)]),
                openSession: { _ throws(SessionFailure) in throw SessionFailure(.connectionLost, "there is no host") },
                secret: { _, _ throws(SessionFailure) in "" },
                plan: { _ throws(Problems) in throw Problems("no job is called here") }, clock: clock))
        let clockwork = Clockwork(
            Clockwork.Parts(
                store: store, clock: clock, engine: engine,
                plan: { _, _ throws(Problems) in
                    guard !self.isBroken else { throw Problems("the job is gone") }
                    return self.plan
                }, say: { _ in }), book: try book(schedules))
        try await clockwork.take(try book(schedules))
        return clockwork
    }

    func slots() async -> [Slot] {
        await store.slots(from: Instant(seconds: 0), through: Instant(seconds: 1_000_000_000))
    }

    func runs() async -> Int { await store.runs(RunFilter(limit: 1000)).count }

    /// What has become of those that are no longer planned.
    func states() async -> [String] {
        await slots().filter { $0.state != .planned }.map { slot in
            "\(text(slot.startsAt)) \(slot.state.rawValue)" + (slot.reason.isEmpty ? "" : ": \(slot.reason)")
        }
    }

    func text(_ instant: Instant) -> String {
        let minutes = instant.microseconds / 60_000_000 % 1440
        return "\(minutes / 60):\(pad(minutes % 60, 2))"
    }

    private var plan: Plan {
        let step = PlannedStep(
            path: "a", title: "a", type: "Pass", role: .task, laneSet: 0, parent: nil, links: [], join: .all,
            effect: .check, settings: Setting(.map([])), scope: 0)
        return Plan(
            job: "test.a", title: "a", lanes: [], hosts: [], targetCount: 0, scopes: [],
            laneSets: [[Plan.controllerLane]], steps: [step], parallel: 1, stopAfter: nil, allowsConcurrentRuns: true)
    }
}

private actor RunGate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for one in waiting { one.resume() }
        waiting = []
    }
}

private struct PassingTask: TaskType {
    let world: ScheduledWorld
    let name: TaskTypeName = "Pass"
    let summary = Localized([.english: "Does nothing."])
    let parameters: [ParameterSpec] = []
    let example = ""

    func decode(_ values: ParameterValues) throws(ParameterError) {}

    func run(_ parameters: Void, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        if world.blocks { await world.gate.pass() }
        return .succeeded(Report())
    }
}
