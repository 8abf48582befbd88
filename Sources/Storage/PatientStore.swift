// SPDX-License-Identifier: Apache-2.0

package import Model

/// A store whose failures are waited out where they may pass: a call returns when what it was given is kept, or fails when that took
/// too long.
///
/// After such a failure nobody knows whether a change was kept. So before it is made again, it is looked for: each change is made
/// once, as long as no two callers keep the same run or event, which ids and times tell apart.
package struct PatientStore: RunStore {
    /// Waits; returns early when the task is cancelled.
    package typealias Sleep = @Sendable (Duration) async -> Void

    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(8)

    private let store: any RunStore
    private let limit: Duration
    private let sleep: Sleep
    private let recover: @Sendable () async throws(StoreError) -> Void
    private let outage: Outage

    /// - Parameters:
    ///   - store: The store that may fail.
    ///   - limit: How long one call waits at most, the attempts themselves not counted.
    ///   - sleep: How it waits.
    ///   - recover: Makes the store usable again; called before each new attempt.
    ///   - outage: Knows since when the store has failed.
    package init(
        _ store: any RunStore, limit: Duration, sleep: @escaping Sleep,
        recover: @escaping @Sendable () async throws(StoreError) -> Void = {}, outage: Outage = Outage()
    ) {
        self.store = store
        self.limit = limit
        self.sleep = sleep
        self.recover = recover
        self.outage = outage
    }

    /// Makes a call until it succeeds; `earlier` finds out whether an attempt that failed was carried out all the same.
    private func patiently<Answer: Sendable>(
        _ call: () async throws(StoreError) -> Answer,
        earlier: () async throws(StoreError) -> Answer? = { () async throws(StoreError) -> Answer? in nil }
    ) async throws(StoreError) -> Answer {
        var failure: StoreError
        do throws(StoreError) {
            return try await heard(call)
        } catch {
            guard error.mayPass else { throw error }
            failure = error
        }
        var (pause, waited) = (PatientStore.firstPause, Duration.zero)
        while waited < limit, !Task.isCancelled {
            await outage.begin(failure, limit: limit)
            await sleep(pause)
            waited += pause
            pause = min(pause * 2, PatientStore.longestPause)
            do throws(StoreError) {
                try await recover()
                return try await heard { () async throws(StoreError) in
                    if let found = try await earlier() { found } else { try await call() }
                }
            } catch {
                guard error.mayPass else { throw error }
                failure = error
            }
        }
        throw failure
    }

    /// Makes a call once.
    ///
    /// A store that answers works, also where it refuses what is asked.
    private func heard<Answer: Sendable>(
        _ call: () async throws(StoreError) -> Answer
    ) async throws(StoreError) -> Answer {
        let answer: Answer
        do throws(StoreError) {
            answer = try await call()
        } catch {
            if !error.isOfStore { await outage.noteAnswer() }
            throw error
        }
        await outage.noteAnswer()
        return answer
    }
}

// Changes.
extension PatientStore {
    @discardableResult
    package func create(_ run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int {
        try await patiently { () async throws(StoreError) in
            try await store.create(run, plan: plan, actions: actions)
        } earlier: { () async throws(StoreError) in
            try await arrival(of: run)
        }
    }

    package func record(
        _ records: [StepRecord], of run: RunID, now state: RunUpdate?, actions: [RunAction]
    ) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in
            try await store.record(records, of: run, now: state, actions: actions)
        } earlier: { () async throws(StoreError) in
            // Records and states may be kept twice; what persons did is kept in the same transaction.
            guard !actions.isEmpty else { return nil }
            return Set(try await store.actions(on: run)).isSuperset(of: actions) ? () : nil
        }
    }

    package func put(_ block: OutputBlock, of attempt: AttemptKey) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in try await store.put(block, of: attempt) }
    }

    package func drop(block index: Int, of attempt: AttemptKey) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in try await store.drop(block: index, of: attempt) }
    }

    package func dropBlocks(of attempt: AttemptKey) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in try await store.dropBlocks(of: attempt) }
    }

    package func pin(_ key: PinnedHostKey) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in try await store.pin(key) }
    }

    package func unpin(_ endpoint: Endpoint) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in try await store.unpin(endpoint) }
    }

    package func note(_ action: RunAction) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in
            try await store.note(action)
        } earlier: { () async throws(StoreError) in
            try await store.actions(on: action.run).contains(action) ? () : nil
        }
    }

    package func note(_ event: Event) async throws(StoreError) -> Bool {
        try await patiently { () async throws(StoreError) in
            try await store.note(event)
        } earlier: { () async throws(StoreError) in
            try await store.events(after: -1000, limit: 1000).events.contains(event) ? true : nil
        }
    }

    package func keep(found events: [Event]) async throws(StoreError) -> [Event] {
        try await patiently { () async throws(StoreError) in
            try await store.keep(found: events)
        } earlier: { () async throws(StoreError) in
            // Where none is found the call changes nothing that it has not changed already.
            let recent = Set(try await store.events(after: -1000 - events.count, limit: 1000 + events.count).events)
            let kept = events.filter(recent.contains)
            return kept.isEmpty ? nil : kept
        }
    }

    package func keep(_ change: PersonsChange, noting event: Event) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in
            try await store.keep(change, noting: event)
        } earlier: { () async throws(StoreError) in
            // The event is kept in the same transaction.
            try await store.events(after: -1000, limit: 1000).events.contains(event) ? () : nil
        }
    }

    package func plan(_ slots: [Slot]) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in try await store.plan(slots) }
    }

    package func plan(_ slots: [Slot], mark: ScheduleMark, withdrawn: Instant?) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in
            try await store.plan(slots, mark: mark, withdrawn: withdrawn)
        }
    }

    package func unplan(_ schedule: ScheduleName, after: Instant) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in try await store.unplan(schedule, after: after) }
    }

    package func change(_ slot: Slot, from old: Slot) async throws(StoreError) {
        try await patiently { () async throws(StoreError) in
            try await store.change(slot, from: old)
        } earlier: { () async throws(StoreError) in
            try await store.slot(slot.id) == slot ? () : nil
        }
    }

    package func change(_ slots: [Slot]) async throws(StoreError) -> Set<SlotID> {
        try await patiently { () async throws(StoreError) in
            try await store.change(slots)
        } earlier: { () async throws(StoreError) in
            // All of them change in one transaction.
            var changed: Set<SlotID> = []
            for slot in slots where try await store.slot(slot.id) == slot { changed.insert(slot.id) }
            return changed.isEmpty ? nil : changed
        }
    }

    @discardableResult
    package func begin(_ slot: Slot, as run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int {
        try await patiently { () async throws(StoreError) in
            try await store.begin(slot, as: run, plan: plan, actions: actions)
        } earlier: { () async throws(StoreError) in
            // The start becomes the run in the same transaction.
            guard try await store.slot(slot.id)?.run == run.id else { return nil }
            return try await arrival(of: run)
        }
    }

    package func first(of past: Past, from: Instant, through: Instant) async throws(StoreError) -> Int? {
        try await patiently { () async throws(StoreError) in
            try await store.first(of: past, from: from, through: through)
        }
    }

    package func forget(
        _ past: Past, before: Instant, below first: Int?, limit: Int
    ) async throws(StoreError) -> Forgotten {
        try await patiently { () async throws(StoreError) in
            try await store.forget(past, before: before, below: first, limit: limit)
        }
    }
}

extension PatientStore {
    /// The arrival number of a run that was kept as it was given; nil when there is none.
    private func arrival(of run: Run) async throws(StoreError) -> Int? {
        guard var found = try await store.run(run.id) else { return nil }
        let arrival = found.arrival
        found.arrival = run.arrival
        return found == run ? arrival : nil
    }
}

// Questions.
extension PatientStore {
    package func run(_ id: RunID) async throws(StoreError) -> Run? {
        try await patiently { () async throws(StoreError) in try await store.run(id) }
    }

    package func plan(of id: RunID) async throws(StoreError) -> Plan {
        try await patiently { () async throws(StoreError) in try await store.plan(of: id) }
    }

    package func runs(_ filter: RunFilter) async throws(StoreError) -> [Run] {
        try await patiently { () async throws(StoreError) in try await store.runs(filter) }
    }

    package func runCounts() async throws(StoreError) -> [RunState: Int] {
        try await patiently { () async throws(StoreError) in try await store.runCounts() }
    }

    package func steps(of id: RunID, after position: Int) async throws(StoreError) -> StepPage {
        try await patiently { () async throws(StoreError) in try await store.steps(of: id, after: position) }
    }

    package func blocks(of attempt: AttemptKey, from index: Int, limit: Int) async throws(StoreError) -> [OutputBlock] {
        try await patiently { () async throws(StoreError) in
            try await store.blocks(of: attempt, from: index, limit: limit)
        }
    }

    package func pinnedHostKeys() async throws(StoreError) -> [PinnedHostKey] {
        try await patiently { () async throws(StoreError) in try await store.pinnedHostKeys() }
    }

    package func actions(on run: RunID) async throws(StoreError) -> [RunAction] {
        try await patiently { () async throws(StoreError) in try await store.actions(on: run) }
    }

    package func events(after position: Int, limit: Int) async throws(StoreError) -> EventPage {
        try await patiently { () async throws(StoreError) in try await store.events(after: position, limit: limit) }
    }

    package func scheduleMarks() async throws(StoreError) -> [ScheduleMark] {
        try await patiently { () async throws(StoreError) in try await store.scheduleMarks() }
    }

    package func slots(from: Instant, through: Instant, limit: Int) async throws(StoreError) -> [Slot] {
        try await patiently { () async throws(StoreError) in
            try await store.slots(from: from, through: through, limit: limit)
        }
    }

    package func slots(
        of schedule: ScheduleName, from: Instant, through: Instant
    ) async throws(StoreError) -> [Slot] {
        try await patiently { () async throws(StoreError) in
            try await store.slots(of: schedule, from: from, through: through)
        }
    }

    package func openSlots(named prefix: String, limit: Int) async throws(StoreError) -> [Slot] {
        try await patiently { () async throws(StoreError) in try await store.openSlots(named: prefix, limit: limit) }
    }

    package func dueSlots(at now: Instant, held: Bool, limit: Int) async throws(StoreError) -> [Slot] {
        try await patiently { () async throws(StoreError) in
            try await store.dueSlots(at: now, held: held, limit: limit)
        }
    }

    package func slot(_ id: SlotID) async throws(StoreError) -> Slot? {
        try await patiently { () async throws(StoreError) in try await store.slot(id) }
    }
}
