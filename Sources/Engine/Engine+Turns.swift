// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage

// Which runs may change what: one after the other.
extension Engine {
    /// Refuses to move a run that is over, or that would wait for one that nobody moves.
    func refuseUnlessFree(_ id: RunID) async throws {
        try await refuseIfOver(id)
        try await refuseIfTaken(id)
    }

    /// Refuses a run that would wait for one that nobody moves.
    func refuseIfTaken(_ id: RunID) async throws {
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        try await refuseIfTaken(run, try await parts.store.plan(of: id))
    }

    private func refuseIfTaken(_ run: Run, _ plan: Plan) async throws {
        for conflict in conflicts(of: run, plan, among: try await openRuns()) where !moving.contains(conflict.run) {
            throw RunRefusal.targetsAreTaken(conflict)
        }
    }

    /// Waits until no run before this one changes what it would change, and says for whom it waits.
    ///
    /// A run that is cancelled meanwhile waits no more: it ends without having touched anything.
    ///
    /// - Returns: Whether it had to wait.
    func waitForTargets(of run: Run, _ plan: Plan) async throws -> Bool {
        var hasWaited = false
        if Wishes(try await parts.store.actions(on: run.id)).cancelledBy != nil { return hasWaited }
        while !isCancelled(run.id), let conflict = conflicts(of: run, plan, among: try await openRuns()).first {
            hasWaited = true
            guard moving.contains(conflict.run) else { throw RunRefusal.targetsAreTaken(conflict) }
            try await parts.store.note(
                RunAction(
                    run: run.id, kind: .waits, by: run.operatorName, at: parts.clock.now(), reason: "for \(conflict)"))
            guard moving.contains(conflict.run), !isCancelled(run.id) else { continue }
            await withCheckedContinuation { waiting[run.id] = Wait(other: conflict.run, turn: $0) }
        }
        return hasWaited
    }

    /// A run that had to wait may come into a freeze: then it waits for a person, or ends.
    func askAgain(_ run: Run, _ plan: Plan) async throws {
        guard run.caller == nil else { return }
        let objections = parts.gate().objections(to: plan, at: parts.clock.now())
        let isAgreed = try await parts.store.actions(on: run.id).contains { $0.kind == .agreed }
        guard let refusal = RunRefusal(objections, isAgreed: isAgreed) else { return }
        try await parts.store.note(
            RunAction(
                run: run.id, kind: refusal.isAsking ? .paused : .cancelled, by: "freeze", at: parts.clock.now(),
                reason: "it had waited, and \(refusal)"))
    }

    func conflicts(
        of run: Run, _ plan: Plan, among open: [RunID: TargetLocks.Holder]
    ) -> [TargetLocks.Conflict] {
        guard plan.changesAnything else { return [] }
        return TargetLocks(open.values.filter { $0.run.id != run.id }).conflicts(of: run, plan)
    }

    /// What the runs change that are not over.
    ///
    /// It is read once, before anything is begun or ended here, and kept up from then on.
    func openRuns() async throws -> [RunID: TargetLocks.Holder] {
        if let holders { return holders }
        let reading = reading ?? Task { try await readOpenRuns() }
        self.reading = reading
        do {
            let found = try await reading.value
            holders = holders ?? found
            return holders ?? found
        } catch {
            self.reading = nil
            throw error
        }
    }

    private func readOpenRuns() async throws -> [RunID: TargetLocks.Holder] {
        let open = Set(RunState.allCases.filter { !$0.isFinal })
        var found: [RunID: TargetLocks.Holder] = [:]
        for run in try await parts.store.runs(RunFilter(states: open, limit: Int(Int32.max))) {
            found[run.id] = TargetLocks.Holder(run, try await parts.store.plan(of: run.id))
        }
        return found
    }

    func moved(_ id: RunID) {
        moving.remove(id)
        driven.remove(id)
        wishes[id] = nil
        for (waiter, wait) in waiting where wait.other == id { endWait(of: waiter) }
    }

    func endWait(of id: RunID) { waiting.removeValue(forKey: id)?.turn.resume() }
}
