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

    package init(
        store: any RunStore, clock: EngineClock = .system,
        check: @escaping @Sendable (JobID, SlotWork) throws(Problems) -> Void
    ) {
        self.store = store
        self.clock = clock
        self.check = check
    }

    /// Adds starts.
    ///
    /// - Throws: `Problems` when the job cannot be planned so, `SlotRefusal`, `StoreError`.
    package func add(_ request: AddSlots) async throws -> [Slot] {
        try check(request.job, request.work)
        let now = clock.now()
        if let past = request.instants.first(where: { $0 < now + .seconds(-60) }) { throw SlotRefusal.past(past) }
        let slots = Set(request.instants).sorted().map { instant in
            Slot(
                id: SlotID(added: request.job, instant), schedule: nil, job: request.job, day: request.day,
                startsAt: instant, origin: said("added", request.by, request.reason), work: request.work)
        }
        try await store.plan(slots)
        for slot in slots { try await note(slot, said("added", request.by, request.reason)) }
        return slots
    }

    /// Changes one start.
    ///
    /// - Throws: `SlotRefusal` when it does not stand so that this could be done, `Problems` when what it is to do cannot be planned,
    ///   `StoreError`.
    package func change(_ request: ChangeSlot) async throws -> Slot {
        guard let old = try await store.slot(request.slot) else { throw SlotRefusal.unknown(request.slot) }
        guard !old.state.isFinal else { throw SlotRefusal.over(old.id, old.state) }
        let now = clock.now()
        var slot = old
        switch request.action {
        case .hold:
            guard old.state != .held else { throw SlotRefusal.heldAlready(old.id) }
            (slot.state, slot.reason) = (.held, said("held", request.by, request.reason))
        case .release:
            guard old.state == .held else { throw SlotRefusal.notHeld(old.id) }
            (slot.state, slot.reason) = (.planned, said("released", request.by, request.reason))
            slot.agreed = slot.reason
            // Who lets it go wants it to start, however late that is.
            slot.startsAt = max(old.startsAt, now)
        case .move(let instant):
            slot.startsAt = max(instant, now)
            if old.state == .waiting { slot.state = .planned }
            slot.reason = said("moved from \(old.startsAt)", request.by, request.reason)
        case .edit(let work):
            try check(old.job, work)
            (slot.work, slot.reason) = (work, said("edited", request.by, request.reason))
        case .remove: (slot.state, slot.reason) = (.removed, said("removed", request.by, request.reason))
        }
        try await store.change(slot, from: old.state)
        try await note(slot, slot.reason)
        return slot
    }

    private func note(_ slot: Slot, _ what: String) async throws {
        let event = Event(
            at: clock.now(), level: .info, kind: .planChanged, slot, "\(slot.words) of \(slot.job) was \(what)")
        _ = try await store.note(event)
    }

    private func said(_ what: String, _ by: String, _ why: String) -> String {
        "\(what) by \(by)" + (why.isEmpty ? "" : ": \(why)")
    }
}

/// Why the plan of the day was not changed.
package enum SlotRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(SlotID)
    case over(SlotID, Slot.State)
    case heldAlready(SlotID)
    case notHeld(SlotID)
    case past(Instant)

    package var description: String {
        switch self {
        case .unknown(let id): "there is no planned start \(id); 'firstline plan-of-day list' shows those there are"
        case .over(let id, let state): "the planned start \(id) is \(state.rawValue) and cannot be changed any more"
        case .heldAlready(let id): "the planned start \(id) is held already"
        case .notHeld(let id): "the planned start \(id) is not held"
        case .past(let instant): "\(instant) has passed; to run a job at once, use 'firstline run'"
        }
    }
}
