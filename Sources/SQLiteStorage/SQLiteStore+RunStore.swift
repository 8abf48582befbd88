// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
package import Model
package import Storage

extension SQLiteStore: RunStore {
    @discardableResult
    package func create(_ run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int {
        let change = try made { try CreateRun(run, plan: plan, actions: actions) }
        try await write(change)
        return change.arrival
    }

    package func record(
        _ records: [StepRecord], of run: RunID, now state: RunUpdate?, actions: [RunAction]
    ) async throws(StoreError) {
        try await write(try made { try RecordSteps(records, of: run, now: state, actions: actions) })
    }

    package func put(_ block: OutputBlock, of attempt: AttemptKey) async throws(StoreError) {
        try await write(PutBlock(block, of: attempt))
    }

    package func drop(block index: Int, of attempt: AttemptKey) async throws(StoreError) {
        try await write(DropBlocks(attempt: attempt, index: index))
    }

    package func dropBlocks(of attempt: AttemptKey) async throws(StoreError) {
        try await write(DropBlocks(attempt: attempt))
    }

    package func pin(_ key: PinnedHostKey) async throws(StoreError) { try await write(PinHostKey(key: key)) }

    package func unpin(_ endpoint: Endpoint) async throws(StoreError) {
        try await write(UnpinHostKeys(endpoint: endpoint))
    }

    package func note(_ action: RunAction) async throws(StoreError) { try await write(NoteAction(action: action)) }

    package func note(_ event: Event) async throws(StoreError) -> Bool {
        let change = try made { try NoteEvent(event) }
        try await write(change)
        return change.isKept
    }

    package func keep(found events: [Event]) async throws(StoreError) -> [Event] {
        let change = try made { try NoteFound(events) }
        try await write(change)
        return change.new
    }

    package func keep(_ change: PersonsChange, noting event: Event) async throws(StoreError) {
        try await write(try made { try NotedChange(change, event) })
    }

    package func plan(_ slots: [Slot]) async throws(StoreError) { try await write(try made { try PlanSlots(slots) }) }

    package func plan(_ slots: [Slot], mark: ScheduleMark, withdrawn: Instant?) async throws(StoreError) {
        try await write(try made { try PlanSlots(slots, mark: mark, withdrawn: withdrawn) })
    }

    package func unplan(_ schedule: ScheduleName, after: Instant) async throws(StoreError) {
        try await write(UnplanSchedule(schedule: schedule, after: after))
    }

    package func change(_ slot: Slot, from old: Slot) async throws(StoreError) {
        try await write(try made { try ChangeSlot(slot, from: old) })
    }

    package func change(_ slots: [Slot]) async throws(StoreError) -> Set<SlotID> {
        let change = try made { try ChangeSlots(slots) }
        try await write(change)
        return change.changed
    }

    @discardableResult
    package func begin(_ slot: Slot, as run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int {
        let change = try made { try BeginSlot(slot, as: run, plan: plan, actions: actions) }
        try await write(change)
        return change.arrival
    }

    package func first(of past: Past, from: Instant, through: Instant) async throws(StoreError) -> Int? {
        try await readers.read { try Forget.first(of: past, from: from, through: through, $0) }
    }

    package func forget(
        _ past: Past, before: Instant, below first: Int?, limit: Int
    ) async throws(StoreError) -> Forgotten {
        let change = Forget(past, before: before, below: first, limit: limit)
        try await write(change)
        return change.forgotten
    }

    /// What is costly to make is made on the caller's thread, before the writer's turn.
    private func made<Made: Change>(_ make: () throws -> Made) throws(StoreError) -> Made {
        do {
            return try make()
        } catch {
            throw readers.files.failure(error)
        }
    }
}

extension SQLiteStore {
    package func run(_ id: RunID) async throws(StoreError) -> Run? {
        try await readers.read { try RunQueries.run(id, $0) }
    }

    package func plan(of id: RunID) async throws(StoreError) -> Plan {
        try await readers.read { try RunQueries.plan(of: id, $0) }
    }

    package func runs(_ filter: RunFilter) async throws(StoreError) -> [Run] {
        try await readers.read { try RunQueries.runs(filter, $0) }
    }

    package func runCounts() async throws(StoreError) -> [RunState: Int] {
        try await readers.read { try RunQueries.counts($0) }
    }

    package func steps(of id: RunID, after position: Int) async throws(StoreError) -> StepPage {
        try await readers.read { try StepQueries.steps(of: id, after: position, $0) }
    }

    package func blocks(of attempt: AttemptKey, from index: Int, limit: Int) async throws(StoreError) -> [OutputBlock] {
        try await readers.read { try StepQueries.blocks(of: attempt, from: index, limit: limit, $0) }
    }

    package func pinnedHostKeys() async throws(StoreError) -> [PinnedHostKey] {
        try await readers.read { try HostKeyQueries.all($0) }
    }

    package func actions(on run: RunID) async throws(StoreError) -> [RunAction] {
        try await readers.read { try RunQueries.actions(on: run, $0) }
    }

    package func slots(from: Instant, through: Instant, limit: Int) async throws(StoreError) -> [Slot] {
        try await readers.read { try SlotQueries.slots(from: from, through: through, limit: limit, $0) }
    }

    package func openSlots(named prefix: String, limit: Int) async throws(StoreError) -> [Slot] {
        try await readers.read { try SlotQueries.open(named: prefix, limit: limit, $0) }
    }

    package func events(after position: Int, limit: Int) async throws(StoreError) -> EventPage {
        try await readers.read { try EventQueries.events(after: position, limit: limit, $0) }
    }

    package func slots(
        of schedule: ScheduleName, from: Instant, through: Instant
    ) async throws(StoreError) -> [Slot] {
        try await readers.read { try SlotQueries.slots(of: schedule, from: from, through: through, $0) }
    }

    package func dueSlots(at now: Instant, held: Bool, limit: Int) async throws(StoreError) -> [Slot] {
        try await readers.read { try SlotQueries.due(at: now, held: held, limit: limit, $0) }
    }

    package func scheduleMarks() async throws(StoreError) -> [ScheduleMark] {
        try await readers.read { try SlotQueries.marks($0) }
    }

    package func slot(_ id: SlotID) async throws(StoreError) -> Slot? {
        try await readers.read { try SlotQueries.slot(id, $0) }
    }
}
