// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Scheduling
import Storage
import Synchronization
import TaskKit
import Testing

@testable import Engine

/// A store, a clock that is set by hand, and controllers that come and go.
final class ScheduledWorld: Sendable {
    /// How schedules and runs are in this world.
    struct Rules: Sendable {
        /// What planning warns of.
        var warnings = Problems()
        /// Whether runs cannot be planned.
        var isBroken = false
        var missed = ScheduleDefinition.Missed.usual
        var overlap = ScheduleDefinition.Overlap.skip
        /// Which schedules keep which from running.
        var exclusive: [ScheduleName: [ScheduleName]] = [:]
        var watch = TimeWatch()
        var windows: [WindowDefinition] = []
        /// Whether runs change their target.
        var changes = false
        var allowsConcurrentRuns = true
    }

    let store = MemoryStore()
    let gate = Gate(isOpen: true)
    private let now = Mutex(Instant(seconds: 0))
    private let kept = Mutex(Rules())
    private let told = Mutex<[Event]>([])

    var rules: Rules {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }

    /// What controllers told, in order.
    var events: [String] {
        told.withLock { $0 }.map { "\($0.level.rawValue) \($0.kind.rawValue): \($0.text)" }
    }

    /// Minutes since the beginning.
    var minute: Int { now.withLock { Int($0.microseconds / 60_000_000) } }

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
            if await gate.isOpen { await clockwork.finish() }
        }
    }

    /// Waits until so many steps stand at the gate or have passed it.
    func untilBegun(_ count: Int) async throws { try await until { await gate.begun >= count } }

    func book(_ schedules: [ScheduleName: String]) -> ScheduleBook {
        let rules = rules
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
            var schedule = ScheduleDefinition(
                name, job: "test.a", zone: "UTC", rules: [ScheduleRule(number: 1, .pattern(pattern))],
                missed: rules.missed, overlap: rules.overlap, exclusive: rules.exclusive[name] ?? [])
            schedule.watch = rules.watch
            return schedule
        }
        return ScheduleBook(definitions, windows: rules.windows, calendars: CalendarLibrary()) { _ in .utc }
    }

    /// A controller's engine; its runs get these ids in this order, where some are given, and the last one again and again.
    func engine(ids: [RunID] = []) throws -> Engine {
        var parts = EngineParts(
            store: store, registry: try TaskTypeRegistry([GateTask(gate: gate)]),
            openSession: { _ throws(SessionFailure) in throw SessionFailure(.connectionLost, "there is no host") },
            secret: { _, _ throws(SessionFailure) in "" },
            plan: { _ throws(Problems) in throw Problems("no job is called here") }, clock: clock)
        parts.gate = { ChangeGate(self.book([:]).windows) }
        if !ids.isEmpty {
            let left = Mutex(ids[...])
            parts.newID = { _ in left.withLock { $0.count > 1 ? $0.removeFirst() : $0[$0.startIndex] } }
        }
        return Engine(parts)
    }

    /// A controller that has just come to life.
    func controller(_ schedules: [ScheduleName: String], engine given: Engine? = nil) async throws -> Clockwork {
        let clockwork = Clockwork(
            Clockwork.Parts(
                store: store, clock: clock, engine: try given ?? engine(),
                plan: { _, _, _ throws(Problems) in
                    guard !self.rules.isBroken else { throw Problems("the job is gone") }
                    return (self.plan, self.rules.warnings)
                }, say: { event in self.told.withLock { $0.append(event) } }), book: book(schedules))
        try await clockwork.take(book(schedules))
        return clockwork
    }

    /// What persons change the plan of the day with.
    var planOfDay: PlanOfDay {
        PlanOfDay(store: store, clock: clock) { (job, _) throws(Problems) in
            if job != "test.a" { throw Problems("there is no job '\(job)'") }
        }
    }

    func slots() async -> [Slot] {
        await store.slots(from: Instant(seconds: 0), through: Instant(seconds: 1_000_000_000), limit: .max)
    }

    func runs() async -> Int { await store.runs(RunFilter(limit: 100_000)).count }

    /// What has become of those that are no longer planned.
    func states() async -> [String] {
        await slots().filter { $0.state != .planned }.map { slot in
            "\(text(slot.startsAt)) \(slot.state.rawValue)" + (slot.reason.map { ": \($0)" } ?? "")
        }
    }

    func text(_ instant: Instant) -> String {
        let minutes = instant.microseconds / 60_000_000 % 1440
        return "\(minutes / 60):\(pad(minutes % 60, 2))"
    }

    var plan: Plan {
        let rules = rules
        let step = PlannedStep(
            path: "a", title: "a", type: "Gate", role: .task, laneSet: rules.changes ? 1 : 0, parent: nil, links: [],
            join: .all, effect: rules.changes ? .change : .check, settings: Setting(.map([])), scope: 0)
        let host = Host(name: "h", connection: Connection(address: "192.0.2.1"))
        return Plan(
            job: "test.a", title: "a", lanes: [Target(host: "h")], hosts: [host], targetCount: 1, scopes: [],
            laneSets: [[Plan.controllerLane], [0]], steps: [step], parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: rules.allowsConcurrentRuns)
    }
}
