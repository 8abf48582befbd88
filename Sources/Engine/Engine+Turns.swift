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
        let plan = try await parts.store.plan(of: id)
        try await readOpenRuns()
        try refuseIfTaken(TargetLocks.Claim(run, plan, arrival: run.state.isFinal ? nil : run.arrival))
    }

    func refuseIfTaken(_ claim: TargetLocks.Claim) throws(RunRefusal) {
        guard let locks, !locks.runs.allSatisfy(moving.contains),
            let conflict = locks.conflict(of: claim, where: { !moving.contains($0) })
        else { return }
        throw .targetsAreTaken(conflict)
    }

    /// Waits until no run before this one changes what it would change, and says for whom it waits.
    ///
    /// A run that is cancelled meanwhile waits no more: it ends without having touched anything.
    ///
    /// - Returns: Whether it had to wait.
    func waitForTargets(of run: Run) async throws -> Bool {
        var hasWaited = false
        if Wishes(try await parts.store.actions(on: run.id)).cancelledBy != nil { return hasWaited }
        while !isCancelled(run.id), let claim = locks?.claim(of: run.id), let conflict = locks?.conflict(of: claim) {
            guard moving.contains(conflict.run) else { throw RunRefusal.targetsAreTaken(conflict) }
            // The store is about to say which of the two came first.
            let isPlaced = locks?.claim(of: conflict.run)?.arrival != nil
            if isPlaced {
                hasWaited = true
                try await parts.store.note(
                    RunAction(
                        run: run.id, kind: .waits, by: run.operatorName, at: parts.clock.now(),
                        reason: conflict.sentence))
                guard moving.contains(conflict.run), !isCancelled(run.id) else { continue }
            }
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
                reason: Sentence("it had waited, and {refusal}", ["refusal": refusal.sentence])))
    }

    /// Finds out what the runs change that are not over.
    ///
    /// It is read once, before anything is begun or ended here, and kept up from then on.
    func readOpenRuns() async throws(StoreError) {
        guard locks == nil else { return }
        await reading.enter()
        do throws(StoreError) {
            if locks == nil { locks = try await openRuns() }
            await reading.leave()
        } catch {
            await reading.leave()
            throw error
        }
    }

    private func openRuns() async throws(StoreError) -> TargetLocks {
        let open = Set(RunState.allCases.filter { !$0.isFinal })
        var locks = TargetLocks()
        for run in try await parts.store.runs(RunFilter(states: open, limit: Int(Int32.max))) {
            locks.take(TargetLocks.Claim(run, try await parts.store.plan(of: run.id), arrival: run.arrival))
        }
        return locks
    }

    func moved(_ id: RunID) {
        moving.remove(id)
        driven.remove(id)
        wishes[id] = nil
        endWaits(for: id)
    }

    /// Lets those look again that wait for a run.
    func endWaits(for id: RunID) {
        for (waiter, wait) in waiting where wait.other == id { endWait(of: waiter) }
    }

    func endWait(of id: RunID) { waiting.removeValue(forKey: id)?.turn.resume() }
}
