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
        package var plan: @Sendable (JobID, SlotWork, Day) throws(Problems) -> (plan: Plan, warnings: Problems)
        /// How far ahead starts are planned.
        package var horizon: Duration
        /// Told of what happens.
        package var say: @Sendable (Event) -> Void

        package init(
            store: any RunStore, clock: EngineClock = .system, engine: Engine,
            plan: @escaping @Sendable (JobID, SlotWork, Day) throws(Problems) -> (plan: Plan, warnings: Problems),
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
    var book: ScheduleBook
    /// Whether all that the schedules give has been planned since they were taken up.
    var isTaken = false
    /// Schedules are not taken up while starts are judged.
    let turns = Turnstile()
    /// How far each schedule has been planned.
    var ahead: [ScheduleName: PlannedAhead] = [:]
    /// The runs of each schedule that have not ended.
    var going: [ScheduleName: Set<RunID>] = [:]
    /// The runs whose times are watched.
    var watched: [RunID: WatchedRun] = [:]
    /// Whether any schedule says by when its starts should have begun or ended.
    var watchesStarts = false
    /// The runs that starts have become and that nobody moves yet, and since when there are any.
    var kept: [RunID] = []
    var keptSince = ContinuousClock.now
    /// The starts that are late, and told to be.
    var late: Set<SlotID> = []
    /// Those that have not begun although they should have ended.
    var ended: Set<SlotID> = []

    /// Why the last look failed; nil when it did not.
    private var lastFailure: StoreError?
    /// What it has done so far.
    package internal(set) var figures = ClockworkFigures()

    package init(_ parts: Parts, book: ScheduleBook) {
        self.parts = parts
        self.book = book
    }

    /// Does what is due now: plans further ahead, judges the starts whose time has come, and begins or skips them.
    package func tick() async throws(StoreError) {
        await turns.enter()
        do throws(StoreError) {
            try await look()
            await turns.leave()
        } catch {
            await turns.leave()
            throw error
        }
    }

    private func look() async throws(StoreError) {
        if !isTaken { try await take() }
        let now = parts.clock.now()
        try await planFurther(at: now)
        let read = try await parts.store.dueSlots(at: now, held: false, limit: Clockwork.mostDue)
        let due = Dictionary(grouping: read) { $0.schedule }
        do throws(StoreError) {
            // Those that come at once are kept at once: a store commits together what comes together.
            try await Clockwork.each(due.filter { $0.key != nil }) { (name, slots) async throws(StoreError) in
                guard let name, let first = slots.first else { return }
                let all = read.count < Clockwork.mostDue ? slots : try await self.due(of: name, from: first, at: now)
                try await self.judge(all, of: name, at: now)
            }
            for slot in due[nil] ?? [] { try await judge(added: slot, at: now) }
        } catch {
            await beginKept()
            throw error
        }
        await beginKept()
        try await watchStarts(at: now)
        try await watchRuns(at: now)
        figures.lastLook = .now
    }

    /// So many starts that are due are read at once; the rest is for the next look.
    private static let mostDue = 20_000

    /// All of a schedule that are due: they are judged together.
    private func due(of name: ScheduleName, from first: Slot, at now: Instant) async throws(StoreError) -> [Slot] {
        try await parts.store.slots(of: name, from: first.startsAt, through: now)
            .filter { [.planned, .waiting].contains($0.state) }
    }

    /// Works until it is cancelled; looks at the clock once a second at least, so that a jump of it is noticed.
    package func run() async throws(StoreError) {
        try await take(book)
        while !Task.isCancelled {
            guard try await looked() else { continue }
            let now = parts.clock.now()
            let next = try await parts.store.slots(from: now, through: now + .seconds(1), limit: 1).first?.startsAt
            await parts.clock.sleep(next.map { max(.milliseconds(1), $0 - now) } ?? .seconds(1))
        }
    }

    /// Looks once; false when the store's disk is full or something in it is not as it was thought to be: nothing is lost then, and it is
    /// tried again a little later.
    private func looked() async throws(StoreError) -> Bool {
        do throws(StoreError) {
            try await tick()
            lastFailure = nil
            return true
        } catch {
            let told = try Clockwork.failed(error, at: parts.clock.now())
            if error != lastFailure { parts.say(told) }
            lastFailure = error
            await parts.clock.sleep(.seconds(1))
            return false
        }
    }

    /// What is told of a look that failed, once as long as looks fail in the same way.
    ///
    /// - Throws: The error where a further look is of no use.
    private static func failed(_ error: StoreError, at now: Instant) throws(StoreError) -> Event {
        if case .full(let path) = error {
            let text = Sentence(
                "the disk of {path} is full; what is due waits until there is space, and counts as missed after a minute",
                ["path": path])
            return Event(at: now, level: .error, kind: .storeFull, text)
        }
        guard !error.isOfStore else { throw error }
        let text = Sentence("what is due is looked at again: {error}", ["error": "\(error)"])
        return Event(at: now, level: .error, kind: .lookFailed, text)
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

    /// Finds the runs of schedules that have not ended, also those of an earlier controller.
    ///
    /// What is known already stays: those that have ended are forgotten when somebody asks.
    func findGoing() async throws(StoreError) {
        let open = Set(RunState.allCases.filter { !$0.isFinal })
        for run in try await parts.store.runs(RunFilter(states: open, limit: Int(Int32.max))) {
            guard let id = run.slot, let slot = try await parts.store.slot(id), let name = slot.schedule else {
                continue
            }
            going[name, default: []].insert(run.id)
            if watched[run.id] == nil { try await watch(run.id, of: slot, since: run.startedAt) }
        }
    }
}
