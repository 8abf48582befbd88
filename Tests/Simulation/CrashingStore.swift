// SPDX-License-Identifier: Apache-2.0

import Model
import Storage

/// A controller's way to the store: what is under way when the controller dies may be kept, or not.
struct CrashingStore: RunStore {
    let store: MemoryStore
    let world: World
    let controller: Int
    let tally: Tally

    /// What was kept, over all controllers.
    ///
    /// `@unchecked Sendable` because the scheduler runs everything on the one thread that calls `Scheduler.run`.
    final class Tally: @unchecked Sendable {
        var transitions = 0
    }

    /// What its disk does now and then, before a change is kept or after it.
    private static let failure = StoreError.failing(path: "the store", detail: "its disk fails for a moment")

    private var isDead: Bool { controller != world.controller }
    private var death: StoreError { .unusable(path: "the store", detail: "the controller is dead") }

    /// Does something to the store after a moment in which the controller may die.
    private func write<Answer: Sendable>(_ change: () async throws(StoreError) -> Answer) async throws(StoreError)
        -> Answer
    {
        guard !isDead else { throw death }
        await world.pause(0...3)
        if isDead {
            if world.scheduler.dice.happens(0.5) { _ = try? await change() }
            throw death
        }
        if world.scheduler.dice.happens(world.weather.diskFailures) { throw CrashingStore.failure }
        let answer = try await change()
        guard !isDead else { throw death }
        if world.scheduler.dice.happens(world.weather.diskFailures) { throw CrashingStore.failure }
        return answer
    }

    private func read<Answer: Sendable>(_ answer: () async throws(StoreError) -> Answer) async throws(StoreError)
        -> Answer
    {
        guard !isDead else { throw death }
        return try await answer()
    }

    func create(_ run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int {
        try await write { () async throws(StoreError) in try await store.create(run, plan: plan, actions: actions) }
    }

    func record(
        _ records: [StepRecord], of run: RunID, now state: RunUpdate?, actions: [RunAction]
    ) async throws(StoreError) {
        tally.transitions += records.count
        try await write { () async throws(StoreError) in
            try await store.record(records, of: run, now: state, actions: actions)
        }
    }

    func put(_ block: OutputBlock, of attempt: AttemptKey) async throws(StoreError) {
        try await write { () async throws(StoreError) in try await store.put(block, of: attempt) }
    }

    func drop(block index: Int, of attempt: AttemptKey) async throws(StoreError) {
        try await write { () async throws(StoreError) in try await store.drop(block: index, of: attempt) }
    }

    func dropBlocks(of attempt: AttemptKey) async throws(StoreError) {
        try await write { () async throws(StoreError) in try await store.dropBlocks(of: attempt) }
    }

    func note(_ action: RunAction) async throws(StoreError) {
        try await write { () async throws(StoreError) in try await store.note(action) }
    }

    func note(_ event: Event) async throws(StoreError) -> Bool {
        try await write { () async throws(StoreError) in await store.note(event) }
    }

    func keep(found events: [Event]) async throws(StoreError) -> [Event] {
        try await write { () async throws(StoreError) in await store.keep(found: events) }
    }

    func plan(_ slots: [Slot]) async throws(StoreError) {
        try await write { () async throws(StoreError) in await store.plan(slots) }
    }

    func plan(_ slots: [Slot], mark: ScheduleMark, withdrawn: Instant?) async throws(StoreError) {
        try await write { () async throws(StoreError) in
            await store.plan(slots, mark: mark, withdrawn: withdrawn)
        }
    }

    func unplan(_ schedule: ScheduleName, after: Instant) async throws(StoreError) {
        try await write { () async throws(StoreError) in await store.unplan(schedule, after: after) }
    }

    func scheduleMarks() async throws(StoreError) -> [ScheduleMark] {
        try await read { () async throws(StoreError) in await store.scheduleMarks() }
    }

    func slots(of schedule: ScheduleName, from: Instant, through: Instant) async throws(StoreError) -> [Slot] {
        try await read { () async throws(StoreError) in await store.slots(of: schedule, from: from, through: through) }
    }

    func events(after position: Int, limit: Int) async throws(StoreError) -> EventPage {
        try await read { () async throws(StoreError) in await store.events(after: position, limit: limit) }
    }

    func dueSlots(at now: Instant, held: Bool, limit: Int) async throws(StoreError) -> [Slot] {
        try await read { () async throws(StoreError) in await store.dueSlots(at: now, held: held, limit: limit) }
    }

    func change(_ slot: Slot, from old: Slot) async throws(StoreError) {
        try await write { () async throws(StoreError) in try await store.change(slot, from: old) }
    }

    func change(_ slots: [Slot]) async throws(StoreError) -> Set<SlotID> {
        try await write { () async throws(StoreError) in await store.change(slots) }
    }

    func keep(_ change: PersonsChange, noting event: Event) async throws(StoreError) {
        try await write { () async throws(StoreError) in try await store.keep(change, noting: event) }
    }

    func begin(_ slot: Slot, as run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int {
        try await write { () async throws(StoreError) in
            try await store.begin(slot, as: run, plan: plan, actions: actions)
        }
    }

    func first(of past: Past, from: Instant, through: Instant) async throws(StoreError) -> Int? {
        try await read { () async throws(StoreError) in await store.first(of: past, from: from, through: through) }
    }

    func forget(_ past: Past, before: Instant, below first: Int?, limit: Int) async throws(StoreError) -> Forgotten {
        try await write { () async throws(StoreError) in
            await store.forget(past, before: before, below: first, limit: limit)
        }
    }

    func slots(from: Instant, through: Instant, limit: Int) async throws(StoreError) -> [Slot] {
        try await read { () async throws(StoreError) in await store.slots(from: from, through: through, limit: limit) }
    }

    func openSlots(named prefix: String, limit: Int) async throws(StoreError) -> [Slot] {
        try await read { () async throws(StoreError) in await store.openSlots(named: prefix, limit: limit) }
    }

    func slot(_ id: SlotID) async throws(StoreError) -> Slot? {
        try await read { () async throws(StoreError) in await store.slot(id) }
    }

    func pin(_ key: PinnedHostKey) async throws(StoreError) { await store.pin(key) }
    func unpin(_ endpoint: Endpoint) async throws(StoreError) { await store.unpin(endpoint) }

    func run(_ id: RunID) async throws(StoreError) -> Run? {
        try await read { () async throws(StoreError) in await store.run(id) }
    }

    func plan(of id: RunID) async throws(StoreError) -> Plan {
        try await read { () async throws(StoreError) in try await store.plan(of: id) }
    }

    func runCounts() async throws(StoreError) -> [RunState: Int] {
        try await read { () async throws(StoreError) in await store.runCounts() }
    }

    func runs(_ filter: RunFilter) async throws(StoreError) -> [Run] {
        try await read { () async throws(StoreError) in await store.runs(filter) }
    }

    func steps(of id: RunID, after position: Int) async throws(StoreError) -> StepPage {
        try await read { () async throws(StoreError) in try await store.steps(of: id, after: position) }
    }

    func blocks(of attempt: AttemptKey, from index: Int, limit: Int) async throws(StoreError) -> [OutputBlock] {
        try await read { () async throws(StoreError) in try await store.blocks(of: attempt, from: index, limit: limit) }
    }

    func pinnedHostKeys() async throws(StoreError) -> [PinnedHostKey] { await store.pinnedHostKeys() }

    func actions(on run: RunID) async throws(StoreError) -> [RunAction] {
        try await read { () async throws(StoreError) in try await store.actions(on: run) }
    }
}
