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
        /// Plans a job for a start's work on its business day.
        package var plan: @Sendable (JobID, SlotWork, Day) throws(Problems) -> Plan
        /// How far ahead starts are planned.
        package var horizon: Duration
        /// Told of what happens.
        package var say: @Sendable (Event) -> Void

        package init(
            store: any RunStore, clock: EngineClock = .system, engine: Engine,
            plan: @escaping @Sendable (JobID, SlotWork, Day) throws(Problems) -> Plan,
            horizon: Duration = .seconds(2 * 86_400), say: @escaping @Sendable (Event) -> Void
        ) {
            self.store = store
            self.clock = clock
            self.engine = engine
            self.plan = plan
            self.horizon = horizon
            self.say = say
        }
    }

    let parts: Parts
    private(set) var book: ScheduleBook
    /// Up to when each schedule has been planned, as the store says.
    private var through: [ScheduleName: Instant] = [:]
    /// The runs of each schedule that have not ended.
    var going: [ScheduleName: Set<RunID>] = [:]
    /// The runs whose times are watched.
    var watched: [RunID: WatchedRun] = [:]
    /// Whether any schedule says by when its starts should have begun.
    private(set) var watchesStarts = false
    /// The starts that are late, and told to be.
    var late: Set<SlotID> = []

    /// What it has done so far.
    package internal(set) var figures = ClockworkFigures()

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
        watchesStarts = book.all.contains { $0.definition.watch.start != nil }
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
        try await findGoing()
    }

    /// Does what is due now: plans further ahead, judges the starts whose time has come, and begins or skips them.
    package func tick() async throws(StoreError) {
        let now = parts.clock.now()
        for (name, end) in through where end < now + parts.horizon + .seconds(-3600) {
            guard let schedule = book[name] else { continue }
            try await plan(schedule, after: end, through: now + parts.horizon, withdrawn: nil)
        }
        let due = Dictionary(grouping: try await parts.store.dueSlots(at: now)) { $0.schedule }
        // Those that come at once are kept at once: a store commits together what comes together.
        try await Clockwork.each(due.filter { $0.key != nil }) { (name, slots) async throws(StoreError) in
            if let name { try await self.judge(slots, of: name, at: now) }
        }
        for slot in due[nil] ?? [] { try await judge(added: slot, at: now) }
        try await watchStarts(at: now)
        try await watchRuns(at: now)
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

    /// Keeps an event, and tells it.
    ///
    /// What became a run is told and not kept: the run says so.
    func tell(_ event: Event) async throws(StoreError) {
        if event.kind == .started {
            parts.say(event)
        } else if try await parts.store.note(event) {
            parts.say(event)
        }
    }

    /// Waits until the runs that it began have ended.
    package func finish() async { await parts.engine.finish() }

    private func plan(
        _ schedule: Schedule, after: Instant, through end: Instant, withdrawn: Instant?
    ) async throws(StoreError) {
        let timetable = schedule.timetable
        let after = try await listed(after, schedule.name)
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

    /// From when on what was missed is planned, so that each start is told by itself.
    ///
    /// Where the clock stands months later than before, what lies further back is told in one sentence.
    private func listed(_ after: Instant, _ name: ScheduleName) async throws(StoreError) -> Instant {
        let first = parts.clock.now() + Clockwork.longestListing * -1
        guard after < first else { return after }
        let text = "starts from \(after) through \(first) are not planned any more, nor told one by one"
        try await tell(Event(at: parts.clock.now(), level: .warning, kind: .unlisted, schedule: name, text))
        return first
    }

    /// How far back what was missed is planned and told start by start.
    private static let longestListing = Duration.seconds(31 * 86_400)

    /// Finds the runs of schedules that have not ended, also those of an earlier controller.
    private func findGoing() async throws(StoreError) {
        going = [:]
        let open = Set(RunState.allCases.filter { !$0.isFinal })
        for run in try await parts.store.runs(RunFilter(states: open, limit: Int(Int32.max))) {
            guard let id = run.slot, let slot = try await parts.store.slot(id), let name = slot.schedule else {
                continue
            }
            going[name, default: []].insert(run.id)
            try await watch(run.id, of: slot)
        }
    }
}
