// SPDX-License-Identifier: Apache-2.0

package import APIContract
package import Model
package import Storage

/// Changes single starts in the plan of the day, as persons ask for it; their rules stay as they are.
package struct PlanOfDay: Sendable {
    private let store: any RunStore
    private let clock: EngineClock
    /// Proves that a job can be planned for what it is to do.
    private let check: @Sendable (JobID, SlotWork) throws(Problems) -> Void
    /// Makes a name for a start that is added.
    ///
    /// It need not be free: where another start has it, it is asked again.
    private let newID: @Sendable (JobID, Instant) -> SlotID
    /// So many times names are made before starts are not added.
    private static let mostNames = 10

    package init(
        store: any RunStore, clock: EngineClock = .system,
        newID: @escaping @Sendable (JobID, Instant) -> SlotID = SlotID.init(added:_:),
        check: @escaping @Sendable (JobID, SlotWork) throws(Problems) -> Void
    ) {
        self.store = store
        self.clock = clock
        self.newID = newID
        self.check = check
    }

    /// Adds starts.
    ///
    /// - Throws: `Problems` when the job cannot be planned so, `SlotRefusal`, `StoreError`.
    package func add(_ request: AddSlots) async throws -> [Slot] {
        guard request.starts.count <= PlanOfDay.most else { throw SlotRefusal.tooMany(request.starts.count) }
        try PlanOfDay.checkLength(of: request.reason)
        try check(request.job, request.work)
        let now = clock.now()
        if let past = request.starts.first(where: { $0.instant < now - .seconds(60) }) {
            throw SlotRefusal.past(past.instant)
        }
        return try await keep(request, names: PlanOfDay.mostNames)
    }

    /// Keeps the starts under names that no other starts have; so many times names are made.
    private func keep(_ request: AddSlots, names: Int) async throws(StoreError) -> [Slot] {
        let slots = slots(request)
        do throws(StoreError) {
            try await keep(slots)
        } catch {
            guard case .slotHasChanged = error, names > 1 else { throw error }
            return try await keep(request, names: names - 1)
        }
        return slots
    }

    private func slots(_ request: AddSlots) -> [Slot] {
        let starts = Dictionary(request.starts.map { ($0.instant, $0) }) { first, _ in first }
        return starts.values.sorted { $0.instant < $1.instant }.map { start in
            Slot(
                id: newID(request.job, start.instant), schedule: nil, job: request.job, day: start.day,
                startsAt: start.instant, origin: said("added by {person}", request.by, request.reason),
                work: request.work)
        }
    }

    private func keep(_ slots: [Slot]) async throws(StoreError) {
        guard let first = slots.first, let last = slots.last else { return }
        let values: [String: any CustomStringConvertible] = [
            "count": slots.count, "first": first.startsAt, "last": last.startsAt, "job": first.job,
            "done": first.origin,
        ]
        let many = Sentence("{count} starts from {first} through {last} of {job} were {done}", values)
        try await store.keep(
            .addStarts(slots), noting: event(first, slots.count == 1 ? Self.change(first, first.origin) : many))
    }

    /// Changes one start.
    ///
    /// - Throws: `SlotRefusal` when it does not stand so that this could be done, `Problems` when what it is to do cannot be planned,
    ///   `StoreError`.
    package func change(_ request: ChangeSlot) async throws -> Slot {
        try PlanOfDay.checkLength(of: request.reason)
        guard let old = try await store.slot(request.slot) else { throw SlotRefusal.unknown(request.slot) }
        guard !old.state.isFinal else { throw SlotRefusal.over(old.id, old.state) }
        let now = clock.now()
        var slot = old
        switch request.action {
        case .hold:
            guard old.state != .held else { throw SlotRefusal.heldAlready(old.id) }
            (slot.state, slot.reason) = (.held, said("held by {person}", request.by, request.reason))
        case .release:
            guard old.state == .held else { throw SlotRefusal.notHeld(old.id) }
            (slot.state, slot.reason) = (.planned, said("released by {person}", request.by, request.reason))
            // Agreed is what was due: what is released for later is asked about again when its time has come.
            if old.startsAt <= now { slot.agreed = slot.reason }
            // Who lets it go wants it to start, however late that is.
            slot.startsAt = max(old.startsAt, now)
        case .move(let instant):
            slot.startsAt = max(instant, now)
            if old.state == .waiting { slot.state = .planned }
            slot.reason = said(
                "moved from {start} by {person}", request.by, request.reason, ["start": old.startsAt])
        case .edit(let work):
            try check(old.job, work)
            slot.work = work
            slot.reason = said("edited ({work}) by {person}", request.by, request.reason, ["work": work.words])
        case .remove:
            (slot.state, slot.reason) = (.removed, said("removed by {person}", request.by, request.reason))
        }
        try await store.keep(
            .changeStart(slot, from: old),
            noting: event(slot, Self.change(slot, slot.reason ?? Sentence(verbatim: ""))))
        return slot
    }

    private static func change(_ slot: Slot, _ done: Sentence) -> Sentence {
        Sentence("{start} of {job} was {done}", ["start": slot.words, "job": slot.job, "done": done])
    }

    private func event(_ slot: Slot, _ text: Sentence) -> Event {
        Event(at: clock.now(), level: .info, kind: .planChanged, slot, text)
    }

    /// A reason is kept with every start that it is given for, so that it has a bound, in bytes.
    package static let longestReason = 1000

    private static func checkLength(of reason: String) throws(SlotRefusal) {
        guard reason.utf8.count <= longestReason else { throw SlotRefusal.longReason(reason.utf8.count) }
    }

    /// The most starts that are added at once.
    package static let most = 3000

    /// What a person did to a start, and why.
    private func said(
        _ words: String, _ person: String, _ why: String, _ values: [String: any CustomStringConvertible] = [:]
    ) -> Sentence {
        let done = Sentence(words, values.merging(["person": person]) { first, _ in first })
        return why.isEmpty ? done : Sentence("{done}: {why}", ["done": done, "why": why])
    }
}

extension SlotWork {
    /// On what it works and with which values, whose contents may be secret.
    fileprivate var words: Sentence {
        let names = values.keys.sorted().joined(separator: ", ")
        let parts = [
            on.map { Sentence("on {selection}", ["selection": $0]) },
            except.map { Sentence("except {selection}", ["selection": $0]) },
            values.isEmpty ? nil : Sentence("with {values}", ["values": names]),
        ]
        return .list(parts.compactMap(\.self), between: " ")
    }
}

/// Why the plan of the day was not changed.
package enum SlotRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(SlotID)
    case over(SlotID, Slot.State)
    case heldAlready(SlotID)
    case notHeld(SlotID)
    case past(Instant)
    case tooMany(Int)
    case longReason(Int)

    package var description: String {
        switch self {
        case .unknown(let id): "there is no planned start \(id); 'firstline plan-of-day list' shows those there are"
        case .over(let id, let state): "the planned start \(id) is \(state.rawValue) and cannot be changed any more"
        case .heldAlready(let id): "the planned start \(id) is held already"
        case .notHeld(let id): "the planned start \(id) is not held"
        case .tooMany(let count): "that would be \(count) starts; the most at once is \(PlanOfDay.most)"
        case .longReason(let count):
            "the reason has \(count) bytes, and the most is \(PlanOfDay.longestReason); say it shorter"
        case .past(let instant): "\(instant) has passed; to run a job at once, use 'firstline run'"
        }
    }
}
