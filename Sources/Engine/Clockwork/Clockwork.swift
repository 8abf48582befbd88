// SPDX-License-Identifier: Apache-2.0

package import Model
package import Scheduling
package import Storage

/// Plans the starts of schedules ahead, and begins each once when its time has come.
///
/// All it knows is in the store: a start has one name for ever, and it becomes a run in one transaction. So nothing is begun
/// twice when clocks jump or a controller dies, and whatever was not begun is found again, judged by its schedule's policies, and
/// told with its reason.
package actor Clockwork {
    /// What it works with.
    package struct Parts: Sendable {
        package var store: any RunStore
        package var clock: EngineClock
        package var engine: Engine
        /// Plans the run of a schedule's start.
        package var plan: @Sendable (ScheduleDefinition, Slot) throws(Problems) -> Plan
        /// How far ahead starts are planned.
        package var horizon: Duration
        /// Told of what happens.
        package var say: @Sendable (ScheduleEvent) -> Void

        package init(
            store: any RunStore, clock: EngineClock = .system, engine: Engine,
            plan: @escaping @Sendable (ScheduleDefinition, Slot) throws(Problems) -> Plan,
            horizon: Duration = .seconds(2 * 86_400), say: @escaping @Sendable (ScheduleEvent) -> Void
        ) {
            self.store = store
            self.clock = clock
            self.engine = engine
            self.plan = plan
            self.horizon = horizon
            self.say = say
        }
    }

    private let parts: Parts
    private var book: ScheduleBook
    /// Up to when each schedule has been planned, as the store says.
    private var through: [ScheduleName: Instant] = [:]
    /// The runs of each schedule that have not ended.
    private var going: [ScheduleName: Set<RunID>] = [:]

    /// What it has done so far.
    package private(set) var figures = ClockworkFigures()

    package init(_ parts: Parts, book: ScheduleBook) {
        self.parts = parts
        self.book = book
    }

    /// Takes up what the store knows and plans ahead; to be called first, and when schedules have changed.
    ///
    /// What is planned and still to come is planned anew; what a person held, moved or removed stays so. A schedule that is seen
    /// for the first time has missed nothing.
    package func take(_ book: ScheduleBook) async throws(StoreError) {
        self.book = book
        let now = parts.clock.now()
        let known = Dictionary(
            uniqueKeysWithValues: try await parts.store.scheduleMarks().map { ($0.schedule, $0.through) })
        let inUse = book.all.filter(\.definition.isEnabled)
        for schedule in inUse {
            // Where the clock was set back, more is planned than is needed now: it stays, for nobody plans it again.
            let planned = known[schedule.name] ?? now
            try await plan(
                schedule, after: min(planned, now), through: max(planned, now + parts.horizon), withdrawn: now)
        }
        for name in Set(known.keys).subtracting(inUse.map(\.name)) {
            try await parts.store.unplan(name, after: now)
            through[name] = nil
        }
        try await findGoing(now)
    }

    /// Does what is due now: plans further ahead, judges the starts whose time has come, and begins or skips them.
    package func tick() async throws(StoreError) {
        let now = parts.clock.now()
        for (name, end) in through where end < now + parts.horizon + .seconds(-3600) {
            guard let schedule = book[name] else { continue }
            try await plan(schedule, after: end, through: now + parts.horizon, withdrawn: nil)
        }
        let due = Dictionary(grouping: try await parts.store.dueSlots(at: now)) { $0.schedule }
        for (name, slots) in due.sorted(by: { ($0.key?.rawValue ?? "") < ($1.key?.rawValue ?? "") }) {
            guard let name else { continue }
            try await judge(slots, of: name, at: now)
        }
        figures.lastLook = .now
    }

    /// Works until it is cancelled; looks at the clock once a second at least, so that a jump of it is noticed.
    package func run() async throws(StoreError) {
        try await take(book)
        while !Task.isCancelled {
            try await tick()
            let now = parts.clock.now()
            let next = try await parts.store.slots(from: now, through: now + .seconds(1)).first?.startsAt
            await parts.clock.sleep(next.map { max(.milliseconds(1), $0 - now) } ?? .seconds(1))
        }
    }

    /// Waits until the runs that it began have ended.
    package func finish() async { await parts.engine.finish() }

    private func plan(
        _ schedule: Schedule, after: Instant, through end: Instant, withdrawn: Instant?
    ) async throws(StoreError) {
        let timetable = schedule.timetable
        let starts = timetable.occurrences(from: Instant(microseconds: after.microseconds + 1), through: end)
        let slots = starts.map { occurrence in
            Slot(
                id: SlotID(schedule.name, occurrence.instant), schedule: schedule.name, job: schedule.definition.job,
                day: occurrence.day, startsAt: occurrence.instant, origin: occurrence.reason(timetable))
        }
        try await parts.store.plan(
            slots, mark: ScheduleMark(schedule: schedule.name, through: end), withdrawn: withdrawn)
        through[schedule.name] = end
    }

    /// Finds the runs of schedules that have not ended, also those of an earlier controller.
    private func findGoing(_ now: Instant) async throws(StoreError) {
        going = [:]
        let open = Set(RunState.allCases.filter { !$0.isFinal })
        let runs = Set(try await parts.store.runs(RunFilter(states: open, limit: 100_000)).map(\.id))
        guard !runs.isEmpty else { return }
        for slot in try await parts.store.slots(from: now + .seconds(-30 * 86_400), through: now) {
            if let name = slot.schedule, let run = slot.run, runs.contains(run) { going[name, default: []].insert(run) }
        }
    }
}

// Judging and beginning.
extension Clockwork {
    private func judge(_ slots: [Slot], of name: ScheduleName, at now: Instant) async throws(StoreError) {
        guard let schedule = book[name], schedule.definition.isEnabled else {
            for slot in slots { try await skip(slot, "the schedule is no longer in use") }
            return
        }
        try await forgetEnded(name)
        // What is excluded takes no other start's place.
        var allowed: [Slot] = []
        for slot in slots {
            if let other = book.excluder(of: name, on: slot.day) {
                try await skip(slot, "\(other) is planned for \(slot.day), and excludes it")
            } else {
                allowed.append(slot)
            }
        }
        let rules = DueStarts(missed: schedule.definition.missed, overlap: schedule.definition.overlap)
        for judgement in rules.judge(allowed, at: now, isBusy: going[name]?.isEmpty == false) {
            let slot = judgement.slot
            switch judgement.verdict {
            case .start: try await begin(slot, schedule)
            case .wait: try await wait(slot)
            case .replace:
                for run in going[name] ?? [] { try? await parts.engine.cancel(run, by: "schedule \(name)") }
                try await wait(slot)
            case .skip(let why): try await skip(slot, why)
            }
        }
    }

    private func begin(_ slot: Slot, _ schedule: Schedule) async throws(StoreError) {
        let run: RunID
        do {
            let plan = try parts.plan(schedule.definition, slot)
            run = try await parts.engine.accept(
                plan, by: "schedule \(schedule.name)", origin: slot.origin, slot: slot.id)
        } catch let error as StoreError {
            // Somebody else was quicker, or a person changed it meanwhile: it is looked at anew.
            if case .slotHasChanged = error { return }
            throw error
        } catch {
            return try await skip(slot, "it cannot be run: \(error)", level: .error)
        }
        going[schedule.name, default: []].insert(run)
        figures.started += 1
        if slot.state == .planned { figures.lateness.add(parts.clock.now() - slot.startsAt) }
        parts.say(ScheduleEvent(slot: slot, kind: .started(run)))
        await parts.engine.begin([run])
    }

    private func wait(_ slot: Slot) async throws(StoreError) {
        guard slot.state != .waiting else { return }
        var waiting = slot
        (waiting.state, waiting.reason) = (.waiting, "the run before it has not ended")
        _ = try await change(waiting, from: slot.state)
    }

    private func skip(_ slot: Slot, _ why: String, level: Level = .warning) async throws(StoreError) {
        var skipped = slot
        (skipped.state, skipped.reason) = (.skipped, why)
        guard try await change(skipped, from: slot.state) else { return }
        figures.skipped += 1
        parts.say(ScheduleEvent(slot: skipped, kind: .skipped, level: level))
    }

    /// Keeps what became of a start; false when a person was quicker.
    private func change(_ slot: Slot, from state: Slot.State) async throws(StoreError) -> Bool {
        do throws(StoreError) {
            try await parts.store.change(slot, from: state)
            return true
        } catch .slotHasChanged {
            return false
        }
    }

    private func forgetEnded(_ name: ScheduleName) async throws(StoreError) {
        for run in going[name] ?? [] where try await parts.store.run(run)?.state.isFinal ?? true {
            going[name]?.remove(run)
        }
    }
}

/// Something that happened to a planned start.
package struct ScheduleEvent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case started(RunID)
        case skipped
    }

    package let slot: Slot
    package let kind: Kind
    package let level: Level

    package init(slot: Slot, kind: Kind, level: Level = .info) {
        self.slot = slot
        self.kind = kind
        self.level = level
    }
}
