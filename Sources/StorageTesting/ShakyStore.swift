// SPDX-License-Identifier: Apache-2.0

package import Model
package import Storage
import Synchronization

/// A store in memory of which calls fail: before they did anything, or after they did all.
package final class ShakyStore: RunStore {
    package enum Fate: Sendable { case works, failsBefore, failsAfter }

    private let store: any RunStore = MemoryStore()
    private let failure: StoreError
    private let fate: @Sendable (_ call: Int) -> Fate
    private let calls = Mutex(0)

    /// - Parameters:
    ///   - failure: With what a call fails.
    ///   - fate: What becomes of each call, counted from 1.
    package init(_ failure: StoreError, fate: @escaping @Sendable (_ call: Int) -> Fate) {
        self.failure = failure
        self.fate = fate
    }

    private func shaken<Answer: Sendable>(
        mayFailAfter: Bool = true, _ call: () async throws(StoreError) -> Answer
    ) async throws(StoreError) -> Answer {
        let number = calls.withLock { calls in
            calls += 1
            return calls
        }
        let fate = fate(number)
        if fate == .failsBefore || fate == .failsAfter && !mayFailAfter { throw failure }
        let answer = try await call()
        if fate == .failsAfter { throw failure }
        return answer
    }
}

// Changes.
extension ShakyStore {
    @discardableResult
    package func create(_ run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int {
        try await shaken { () async throws(StoreError) in
            try await store.create(run, plan: plan, actions: actions)
        }
    }

    package func record(
        _ records: [StepRecord], of run: RunID, now state: RunUpdate?, actions: [RunAction]
    ) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in
            try await store.record(records, of: run, now: state, actions: actions)
        }
    }

    package func put(_ block: OutputBlock, of attempt: AttemptKey) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in try await store.put(block, of: attempt) }
    }

    package func drop(block index: Int, of attempt: AttemptKey) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in try await store.drop(block: index, of: attempt) }
    }

    package func dropBlocks(of attempt: AttemptKey) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in try await store.dropBlocks(of: attempt) }
    }

    package func pin(_ key: PinnedHostKey) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in try await store.pin(key) }
    }

    package func unpin(_ endpoint: Endpoint) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in try await store.unpin(endpoint) }
    }

    package func keep(_ change: PersonsChange, noting event: Event) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in try await store.keep(change, noting: event) }
    }

    package func note(_ action: RunAction) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in
            try await store.note(action)
        }
    }

    package func note(_ event: Event) async throws(StoreError) -> Bool {
        try await shaken { () async throws(StoreError) in
            try await store.note(event)
        }
    }

    package func keep(found events: [Event]) async throws(StoreError) -> [Event] {
        try await shaken { () async throws(StoreError) in try await store.keep(found: events) }
    }

    package func plan(_ slots: [Slot]) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in try await store.plan(slots) }
    }

    package func plan(_ slots: [Slot], mark: ScheduleMark, withdrawn: Instant?) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in
            try await store.plan(slots, mark: mark, withdrawn: withdrawn)
        }
    }

    package func unplan(_ schedule: ScheduleName, after: Instant) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in try await store.unplan(schedule, after: after) }
    }

    package func change(_ slot: Slot, from old: Slot) async throws(StoreError) {
        try await shaken { () async throws(StoreError) in
            try await store.change(slot, from: old)
        }
    }

    package func change(_ slots: [Slot]) async throws(StoreError) -> Set<SlotID> {
        try await shaken { () async throws(StoreError) in
            try await store.change(slots)
        }
    }

    @discardableResult
    package func begin(_ slot: Slot, as run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int {
        try await shaken { () async throws(StoreError) in
            try await store.begin(slot, as: run, plan: plan, actions: actions)
        }
    }

    /// Never fails after it forgot something: how many that were is known to nobody then.
    package func first(of past: Past, from: Instant, through: Instant) async throws(StoreError) -> Int? {
        try await shaken(mayFailAfter: false) { () async throws(StoreError) in
            try await store.first(of: past, from: from, through: through)
        }
    }

    package func forget(
        _ past: Past, before: Instant, below first: Int?, limit: Int
    ) async throws(StoreError) -> Forgotten {
        try await shaken(mayFailAfter: false) { () async throws(StoreError) in
            try await store.forget(past, before: before, below: first, limit: limit)
        }
    }
}

// Questions.
extension ShakyStore {
    package func run(_ id: RunID) async throws(StoreError) -> Run? {
        try await shaken { () async throws(StoreError) in try await store.run(id) }
    }

    package func plan(of id: RunID) async throws(StoreError) -> Plan {
        try await shaken { () async throws(StoreError) in try await store.plan(of: id) }
    }

    package func runs(_ filter: RunFilter) async throws(StoreError) -> [Run] {
        try await shaken { () async throws(StoreError) in try await store.runs(filter) }
    }

    package func runCounts() async throws(StoreError) -> [RunState: Int] {
        try await shaken { () async throws(StoreError) in try await store.runCounts() }
    }

    package func steps(of id: RunID, after position: Int) async throws(StoreError) -> StepPage {
        try await shaken { () async throws(StoreError) in try await store.steps(of: id, after: position) }
    }

    package func blocks(of attempt: AttemptKey, from index: Int, limit: Int) async throws(StoreError) -> [OutputBlock] {
        try await shaken { () async throws(StoreError) in
            try await store.blocks(of: attempt, from: index, limit: limit)
        }
    }

    package func pinnedHostKeys() async throws(StoreError) -> [PinnedHostKey] {
        try await shaken { () async throws(StoreError) in try await store.pinnedHostKeys() }
    }

    package func actions(on run: RunID) async throws(StoreError) -> [RunAction] {
        try await shaken { () async throws(StoreError) in try await store.actions(on: run) }
    }

    package func events(after position: Int, limit: Int) async throws(StoreError) -> EventPage {
        try await shaken { () async throws(StoreError) in try await store.events(after: position, limit: limit) }
    }

    package func scheduleMarks() async throws(StoreError) -> [ScheduleMark] {
        try await shaken { () async throws(StoreError) in try await store.scheduleMarks() }
    }

    package func slots(from: Instant, through: Instant, limit: Int) async throws(StoreError) -> [Slot] {
        try await shaken { () async throws(StoreError) in
            try await store.slots(from: from, through: through, limit: limit)
        }
    }

    package func slots(
        of schedule: ScheduleName, from: Instant, through: Instant
    ) async throws(StoreError) -> [Slot] {
        try await shaken { () async throws(StoreError) in
            try await store.slots(of: schedule, from: from, through: through)
        }
    }

    package func openSlots(named prefix: String, limit: Int) async throws(StoreError) -> [Slot] {
        try await shaken { () async throws(StoreError) in try await store.openSlots(named: prefix, limit: limit) }
    }

    package func dueSlots(at now: Instant, held: Bool, limit: Int) async throws(StoreError) -> [Slot] {
        try await shaken { () async throws(StoreError) in
            try await store.dueSlots(at: now, held: held, limit: limit)
        }
    }

    package func slot(_ id: SlotID) async throws(StoreError) -> Slot? {
        try await shaken { () async throws(StoreError) in try await store.slot(id) }
    }
}
