// SPDX-License-Identifier: Apache-2.0

package import Model

/// A store that forgets everything when it goes: for tests, and for trying things out.
package actor MemoryStore: RunStore {
    private struct StepID: Hashable {
        let key: StepKey
        let attempt: Int

        init(_ record: StepRecord) { (key, attempt) = (record.key, record.attempt) }
        init(_ attempt: AttemptKey) { (key, self.attempt) = (attempt.key, attempt.attempt) }
    }

    private struct KeptStep {
        let record: StepRecord
        let position: Int
    }

    private struct KeptRun {
        var run: Run
        let plan: Plan
        /// Its place in the order in which runs were accepted.
        let number: Int
        var position = 0
        var steps: [StepID: KeptStep] = [:]
        var blocks: [StepID: [Int: OutputBlock]] = [:]
        var actions: [RunAction] = []

        mutating func keep(_ records: [StepRecord], _ state: RunUpdate?) {
            for record in records {
                position += 1
                steps[StepID(record)] = KeptStep(record: record, position: position)
            }
            if let state { run.take(state) }
        }
    }

    private struct KeyID: Hashable {
        let endpoint: Endpoint
        let type: String
    }

    private var kept: [RunID: KeptRun] = [:]
    private var keys: [KeyID: PinnedHostKey] = [:]
    private var planned: [SlotID: Slot] = [:]
    private var marks: [ScheduleName: ScheduleMark] = [:]
    /// What happened; the key of what may happen once only is nil when it may happen again.
    private var happened: [(position: Int, event: Event, onceKey: String?)] = []
    /// How many events have ever been kept.
    private var eventsKept = 0
    /// How many runs have ever been kept.
    private var runsKept = 0
    /// How many times a run has been accepted or reopened.
    private var arrivals = 0

    package init() {}

    @discardableResult
    package func create(_ run: Run, plan: Plan, actions: [RunAction]) throws(StoreError) -> Int {
        guard kept[run.id] == nil else { throw .alreadyExists(run.id) }
        runsKept += 1
        arrivals += 1
        var run = run
        run.arrival = arrivals
        kept[run.id] = KeptRun(run: run, plan: plan, number: runsKept)
        kept[run.id]?.actions = actions
        return run.arrival
    }

    package func record(
        _ records: [StepRecord], of run: RunID, now state: RunUpdate?, actions: [RunAction]
    ) throws(StoreError) {
        try check(records, against: try find(run).steps)
        kept[run]?.keep(records, state)
        kept[run]?.actions += actions
        guard state?.reopens == true else { return }
        arrivals += 1
        kept[run]?.run.arrival = arrivals
    }

    /// Refuses records that the states do not allow, each after the ones before it.
    private func check(_ records: [StepRecord], against steps: [StepID: KeptStep]) throws(StoreError) {
        var states: [StepID: StepState] = [:]
        for record in records {
            let id = StepID(record)
            let from = states[id] ?? steps[id]?.record.state ?? .waiting
            guard from.mayBecome(record.state) else { throw .illegalMove(record.key, from: from, to: record.state) }
            states[id] = record.state
        }
    }

    package func run(_ id: RunID) -> Run? { kept[id]?.run }

    package func plan(of id: RunID) throws(StoreError) -> Plan { try find(id).plan }

    package func runs(_ filter: RunFilter) -> [Run] {
        let matching = kept.values.filter { filter.matches($0.run) }
        let newestFirst = matching.sorted { $0.number > $1.number }
        return newestFirst.prefix(max(0, filter.limit)).map(\.run)
    }

    package func runCounts() -> [RunState: Int] {
        Dictionary(grouping: kept.values, by: \.run.state).mapValues(\.count)
    }

    package func steps(of id: RunID, after position: Int) throws(StoreError) -> StepPage {
        let changed = try find(id).steps.values.filter { $0.position > position }.sorted { $0.position < $1.position }
        return StepPage(records: changed.map(\.record), position: changed.last?.position ?? position)
    }

    package func put(_ block: OutputBlock, of attempt: AttemptKey) throws(StoreError) {
        _ = try find(attempt.run)
        kept[attempt.run]?.blocks[StepID(attempt), default: [:]][block.index] = block
    }

    package func drop(block index: Int, of attempt: AttemptKey) throws(StoreError) {
        _ = try find(attempt.run)
        kept[attempt.run]?.blocks[StepID(attempt)]?[index] = nil
    }

    package func dropBlocks(of attempt: AttemptKey) throws(StoreError) {
        _ = try find(attempt.run)
        kept[attempt.run]?.blocks[StepID(attempt)] = nil
    }

    package func blocks(of attempt: AttemptKey, from index: Int, limit: Int) throws(StoreError) -> [OutputBlock] {
        let all = try find(attempt.run).blocks[StepID(attempt)] ?? [:]
        let wanted = all.values.filter { $0.index >= index }.sorted { $0.index < $1.index }
        return Array(wanted.prefix(max(0, limit)))
    }

    package func pin(_ key: PinnedHostKey) { keys[KeyID(endpoint: key.endpoint, type: key.key.type)] = key }

    package func unpin(_ endpoint: Endpoint) { keys = keys.filter { $0.key.endpoint != endpoint } }

    package func pinnedHostKeys() -> [PinnedHostKey] {
        keys.values.sorted { ($0.endpoint, $0.key.type) < ($1.endpoint, $1.key.type) }
    }

    package func note(_ action: RunAction) throws(StoreError) {
        _ = try find(action.run)
        kept[action.run]?.actions.append(action)
    }

    package func actions(on run: RunID) throws(StoreError) -> [RunAction] { try find(run).actions }

    private func find(_ id: RunID) throws(StoreError) -> KeptRun {
        guard let run = kept[id] else { throw .notFound(id) }
        return run
    }
}

extension Run {
    /// Takes what the run has come to; a time that is not given leaves the one that is known.
    mutating func take(_ update: RunUpdate) {
        guard !state.isFinal || update.state.isFinal || update.reopens else { return }
        state = update.state
        startedAt = update.startedAt ?? startedAt
        endedAt = update.endedAt ?? (update.reopens ? nil : endedAt)
        level = update.level ?? (update.reopens ? nil : level)
    }
}

extension RunFilter {
    /// Whether a run is wanted.
    func matches(_ run: Run) -> Bool {
        (states.isEmpty || states.contains(run.state)) && (job == nil || job == run.job)
    }
}

// The plan of the day.
extension MemoryStore {
    package func keep(_ change: PersonsChange, noting event: Event) throws(StoreError) {
        switch change {
        case .hostKeys(let pins, let endpoints):
            for endpoint in endpoints { unpin(endpoint) }
            for key in pins { pin(key) }
        case .addStarts(let slots):
            if let taken = slots.compactMap({ planned[$0.id] }).first {
                throw .slotHasChanged(taken.id, now: taken.state)
            }
            plan(slots)
        case .changeStart(let slot, let old): try self.change(slot, from: old)
        }
        _ = note(event)
    }

    package func plan(_ slots: [Slot]) {
        for slot in slots where planned[slot.id] == nil { planned[slot.id] = slot }
    }

    package func plan(_ slots: [Slot], mark: ScheduleMark, withdrawn: Instant?) {
        if let withdrawn { withdraw(mark.schedule, after: withdrawn) }
        plan(slots)
        marks[mark.schedule] = mark
    }

    package func unplan(_ schedule: ScheduleName, after: Instant) {
        withdraw(schedule, after: after)
        marks[schedule] = nil
    }

    private func withdraw(_ schedule: ScheduleName, after: Instant) {
        planned = planned.filter { _, slot in
            slot.schedule != schedule || slot.state != .planned || slot.startsAt <= after || slot.isTouched
        }
    }

    package func scheduleMarks() -> [ScheduleMark] { marks.values.sorted { $0.schedule < $1.schedule } }

    package func note(_ event: Event) -> Bool {
        if let key = event.onceKey, happened.contains(where: { $0.onceKey == key }) { return false }
        eventsKept += 1
        happened.append((eventsKept, event, event.onceKey))
        return true
    }

    package func keep(found events: [Event]) -> [Event] {
        let keys = Set(events.compactMap(\.onceKey))
        for index in happened.indices where Event.Kind.ahead.contains(happened[index].event.kind) {
            if let key = happened[index].onceKey, !keys.contains(key) { happened[index].onceKey = nil }
        }
        return events.filter { note($0) }
    }

    package func events(after position: Int, limit: Int) -> EventPage {
        let wanted =
            position < 0
            ? happened.suffix(0 - max(position, -1_000_000_000)) : happened.filter { $0.position > position }[...]
        let page = wanted.prefix(max(0, limit))
        return EventPage(events: page.map(\.event), position: page.last?.position ?? max(0, position))
    }

    package func dueSlots(at now: Instant, held: Bool, limit: Int) -> [Slot] {
        let due = planned.values.filter { !$0.state.isFinal && $0.startsAt <= now && (held || $0.state != .held) }
        return Array(due.sorted { ($0.startsAt, $0.id) < ($1.startsAt, $1.id) }.prefix(max(0, limit)))
    }

    package func slots(from: Instant, through: Instant, limit: Int) -> [Slot] {
        let found = planned.values.filter { from <= $0.startsAt && $0.startsAt <= through }
        return Array(found.sorted { ($0.startsAt, $0.id) < ($1.startsAt, $1.id) }.prefix(max(0, limit)))
    }

    package func openSlots(named prefix: String, limit: Int) -> [Slot] {
        let found = planned.values.filter { !$0.state.isFinal && $0.id.rawValue.hasPrefix(prefix) }
        return Array(found.sorted { $0.id < $1.id }.prefix(max(0, limit)))
    }

    package func slots(of schedule: ScheduleName, from: Instant, through: Instant) -> [Slot] {
        slots(from: from, through: through, limit: .max).filter { $0.schedule == schedule }
    }

    package func slot(_ id: SlotID) -> Slot? { planned[id] }

    package func change(_ slot: Slot, from old: Slot) throws(StoreError) {
        let now = planned[slot.id]
        guard let now, now.state == old.state, now.startsAs(old) else {
            throw .slotHasChanged(slot.id, now: now?.state)
        }
        planned[slot.id] = slot
    }

    package func change(_ slots: [Slot]) -> Set<SlotID> {
        let open = slots.filter { slot in
            planned[slot.id].map { [.planned, .waiting].contains($0.state) && $0.startsAs(slot) } ?? false
        }
        for slot in open { planned[slot.id] = slot }
        return Set(open.map(\.id))
    }

    @discardableResult
    package func begin(_ slot: Slot, as run: Run, plan: Plan, actions: [RunAction]) throws(StoreError) -> Int {
        guard var found = planned[slot.id], found.state == .planned || found.state == .waiting, found.startsAs(slot)
        else { throw .slotHasChanged(slot.id, now: planned[slot.id]?.state) }
        let arrival = try create(run, plan: plan, actions: actions)
        (found.state, found.reason, found.run) = (.started, nil, run.id)
        planned[slot.id] = found
        return arrival
    }
}

// What is over.
extension MemoryStore {
    package func first(of past: Past, from: Instant, through: Instant) -> Int? {
        guard from <= through else { return nil }
        return switch past {
        case .runs: kept.values.filter { (from...through).contains($0.run.createdAt) }.map(\.number).min()
        case .starts: nil
        case .events: happened.first { (from...through).contains($0.event.at) }?.position
        }
    }

    package func forget(_ past: Past, before: Instant, below first: Int?, limit: Int) -> Forgotten {
        let (limit, first) = (max(1, limit), first ?? .max)
        switch past {
        case .runs:
            let old = kept.values
                .filter { $0.run.state.isFinal && ($0.run.endedAt ?? before) < before && $0.number < first }
                .sorted { ($0.run.endedAt ?? before, $0.number) < ($1.run.endedAt ?? before, $1.number) }
            for one in old.prefix(limit) { kept[one.run.id] = nil }
            return Forgotten(count: min(old.count, limit), isMore: old.count > limit)
        case .starts:
            let old = planned.values.filter { $0.state.isFinal && $0.startsAt < before && !isOpen($0.run) }
                .sorted { ($0.startsAt, $0.id) < ($1.startsAt, $1.id) }
            for slot in old.prefix(limit) { planned[slot.id] = nil }
            return Forgotten(count: min(old.count, limit), isMore: old.count > limit)
        case .events:
            let old = happened.filter { $0.event.at < before && $0.position < first && !isStillOnce($0.event) }.sorted {
                ($0.event.at, $0.position) < ($1.event.at, $1.position)
            }
            let gone = Set(old.prefix(limit).map(\.position))
            happened.removeAll { gone.contains($0.position) }
            return Forgotten(count: gone.count, isMore: old.count > limit)
        }
    }

    private func isOpen(_ run: RunID?) -> Bool { run.flatMap { kept[$0]?.run.state.isFinal } == false }

    /// Whether an event may happen once only and what it is of is not over.
    private func isStillOnce(_ event: Event) -> Bool {
        guard event.onceKey != nil else { return false }
        return isOpen(event.run) || event.slot.flatMap { planned[$0]?.state.isFinal } == false
    }
}
