// SPDX-License-Identifier: Apache-2.0

package import Model
import Storage

// What persons do to runs.
extension Engine {
    /// Lets the held steps of a run go on, or says no to them.
    ///
    /// - Returns: The paths of the steps that were answered.
    /// - Throws: `RunRefusal` when nothing is held there, or this person may not answer.
    package func answer(
        _ id: RunID, step: StepPath?, yes: Bool, by person: String, reason: String
    ) async throws -> [StepPath] {
        guard let driver = drivers[id] else { throw RunRefusal.notRunningHere(id) }
        let held = try await driver.held(step, for: person)
        let now = parts.clock.now()
        // What cannot be kept is not done.
        try await parts.store.record(
            [], of: id, now: nil,
            actions: held.paths.map { path in
                RunAction(
                    run: id, kind: yes ? .released : .rejected, by: person, at: now, step: path,
                    reason: Sentence(verbatim: reason))
            })
        driver.answer(held.keys, yes: yes, by: person, reason: reason)
        return held.paths
    }

    /// Ends a run: nothing further is started, what runs is ended on its hosts.
    package func cancel(_ id: RunID, by person: String) async throws {
        try await refuseIfOver(id)
        try await parts.store.note(RunAction(run: id, kind: .cancelled, by: person, at: parts.clock.now()))
        if hand(.cancel(by: person), to: id) { return endWait(of: id) }
        // One at rest finds the note when it is moved, unless it has ended meanwhile.
        try await refuseIfOver(id)
    }

    func refuseIfOver(_ id: RunID) async throws {
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        if run.state.isFinal { throw RunRefusal.over(id, run.state) }
    }

    /// Sees to it that nothing further of a run begins, until it is let go on.
    package func hold(_ id: RunID, by person: String, reason: String) async throws {
        try await refuseIfOver(id)
        try await parts.store.note(
            RunAction(
                run: id, kind: .paused, by: person, at: parts.clock.now(), reason: Sentence(verbatim: reason)))
        if hand(.pause, to: id) { return }
        // One at rest finds the note when it is moved.
        try await refuseIfOver(id)
        if hand(.pause, to: id) { return }
        try await parts.store.record([], of: id, now: RunUpdate(state: .held))
    }

    /// Lets a run that was held go on.
    package func letGo(_ id: RunID, by person: String, reason: String) async throws {
        try await refuseIfOver(id)
        try await parts.store.note(
            RunAction(
                run: id, kind: .unpaused, by: person, at: parts.clock.now(), reason: Sentence(verbatim: reason)))
        hand(.resume, to: id)
    }

    /// Hands what a person wants to the run's driver, or keeps it until there is one.
    ///
    /// - Returns: False when the run is not moved here.
    @discardableResult
    func hand(_ wish: Wish, to id: RunID) -> Bool {
        if let driver = drivers[id] {
            driver.take(wish)
        } else if moving.contains(id) {
            wishes[id, default: []].append(wish)
        } else {
            return false
        }
        return true
    }

    /// Whether somebody has cancelled a run that is moved and has no driver yet.
    func isCancelled(_ id: RunID) -> Bool {
        (wishes[id] ?? []).contains { if case .cancel = $0 { true } else { false } }
    }

    /// Whether a person has held the run as a whole.
    package func isHeld(_ id: RunID) async throws -> Bool {
        Wishes(try await parts.store.actions(on: id)).isPaused
    }

    /// Sets a run right; others may wait for it from now on, so that it must be driven or begun.
    ///
    /// - Throws: `RecoveryRefusal` when there is nothing to set right, `RunRefusal` when the run still moves.
    package func correct(_ id: RunID, _ correction: Correction, by person: String) async throws {
        if let driver = drivers[id] {
            guard case .skip(let selection, let reason) = correction else { throw RunRefusal.stillMoves(id) }
            let recovery = try await recovery(of: id)
            let keys = await driver.stepsWaiting(among: try recovery.tasks(of: selection))
            guard !keys.isEmpty else { throw RecoveryRefusal.nothingStandsSo(selection.step, "skipped") }
            try await note(id, correction, by: person)
            return driver.skip(keys, by: person, reason: reason)
        }
        try await reserving(id) {
            let recovery = try await recovery(of: id)
            let records = try recovery.records(for: correction, by: person, at: parts.clock.now())
            try await reopen(id, recovery.plan, records, action(id, correction, by: person))
        }
    }

    /// Changes a run that nobody moves, so that nobody else does so or moves it meanwhile; it stays so until it is moved.
    ///
    /// - Throws: `RunRefusal.stillMoves` when it is moved, or changed by somebody else.
    private func reserving(_ id: RunID, _ change: () async throws -> Void) async throws {
        guard moving.insert(id).inserted else { throw RunRefusal.stillMoves(id) }
        do {
            try await change()
        } catch {
            moved(id)
            throw error
        }
    }

    /// Ends what runs of some steps on their hosts, also where that is not known any more.
    ///
    /// - Returns: What the driver is to end, with which the run must be driven or begun; nil when it is moved already.
    /// - Throws: `RecoveryRefusal` when nothing of it runs.
    package func kill(_ id: RunID, _ selection: Recovery.Selection, by person: String, reason: String)
        async throws -> [StepKey]?
    {
        let recovery = try await recovery(of: id)
        let keys = try recovery.tasks(of: selection)
        if let driver = drivers[id] {
            let running = Set(await driver.stepsRunning).intersection(keys)
            guard !running.isEmpty else { throw RecoveryRefusal.nothingStandsSo(selection.step, "ended") }
            try await note(id, .kill(selection, reason: reason), by: person)
            hand(.kill(running.sorted()), to: id)
            return nil
        }
        let running = recovery.running(among: keys)
        if moving.contains(id) {
            // It is taken up, and has not come to its steps yet.
            guard !running.isEmpty else { throw RunRefusal.stillMoves(id) }
            try await note(id, .kill(selection, reason: reason), by: person)
            hand(.kill(running), to: id)
            return nil
        }
        var toKill = running
        try await reserving(id) {
            let records = running.isEmpty ? try recovery.probe(selection) : []
            toKill += records.filter(\.isProbe).map(\.key)
            try await reopen(id, recovery.plan, records, action(id, .kill(selection, reason: reason), by: person))
        }
        return toKill
    }

    /// Keeps what a person did to a run that nobody moves; the run comes after all others from now on.
    private func reopen(_ id: RunID, _ plan: Plan, _ records: [StepRecord], _ action: RunAction) async throws {
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        try await readOpenRuns()
        let old = locks?.claim(of: id)
        let claim = TargetLocks.Claim(run, plan, arrival: nil)
        try refuseIfTaken(claim)
        // It has taken its targets before the store says which runs come before it.
        locks?.take(claim)
        do {
            let update = RunUpdate(state: .running, reopens: true)
            try await parts.store.record(records, of: id, now: update, actions: [action])
        } catch {
            if let old { locks?.take(old) } else { locks?.giveBack(id) }
            endWaits(for: id)
            throw error
        }
        guard let reopened = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        locks?.take(TargetLocks.Claim(reopened, plan, arrival: reopened.arrival))
        endWaits(for: id)
    }

    private func recovery(of id: RunID) async throws -> Recovery {
        guard try await parts.store.run(id) != nil else { throw StoreError.notFound(id) }
        let plan = try await parts.store.plan(of: id)
        return Recovery(plan: plan, records: try await parts.store.steps(of: id, in: plan))
    }

    private func note(_ id: RunID, _ correction: Correction, by person: String) async throws {
        try await parts.store.note(action(id, correction, by: person))
    }

    private func action(_ id: RunID, _ correction: Correction, by person: String) -> RunAction {
        RunAction(
            run: id, kind: correction.kind, by: person, at: parts.clock.now(), step: correction.selection.step,
            reason: correction.reason.map { Sentence(verbatim: $0) })
    }
}
