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
        let paths = try await driver.answer(step: step, yes: yes, by: person, reason: reason)
        let now = parts.clock.now()
        for path in paths {
            try await parts.store.note(
                RunAction(run: id, kind: yes ? .released : .rejected, by: person, at: now, step: path, reason: reason))
        }
        return paths
    }

    /// Ends a run: nothing further is started, what runs is ended on its hosts.
    package func cancel(_ id: RunID, by person: String) async throws {
        try await refuseIfOver(id)
        try await parts.store.note(RunAction(run: id, kind: .cancelled, by: person, at: parts.clock.now()))
        cancelled.insert(id)
        drivers[id]?.cancel(by: person)
        endWait(of: id)
    }

    func refuseIfOver(_ id: RunID) async throws {
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        if run.state.isFinal { throw RunRefusal.over(id, run.state) }
    }

    /// Sees to it that nothing further of a run begins, until it is let go on.
    package func hold(_ id: RunID, by person: String, reason: String) async throws {
        try await refuseIfOver(id)
        try await parts.store.note(
            RunAction(run: id, kind: .paused, by: person, at: parts.clock.now(), reason: reason))
        if let driver = drivers[id] { return driver.pause() }
        // One that waits its turn, or is at rest, finds the note when it is driven.
        guard !moving.contains(id) else { return }
        try await parts.store.record([], of: id, now: RunUpdate(state: .held))
    }

    /// Lets a run that was held go on.
    package func letGo(_ id: RunID, by person: String, reason: String) async throws {
        try await parts.store.note(
            RunAction(run: id, kind: .unpaused, by: person, at: parts.clock.now(), reason: reason))
        drivers[id]?.resume()
    }

    /// Whether a person has held the run as a whole.
    package func isHeld(_ id: RunID) async throws -> Bool {
        Wishes(try await parts.store.actions(on: id)).isPaused
    }

    /// Sets a run right; drive it afterwards.
    ///
    /// - Throws: `RecoveryRefusal` when there is nothing to set right, `RunRefusal` when the run still moves.
    package func correct(_ id: RunID, _ correction: Correction, by person: String) async throws {
        if let driver = drivers[id] {
            guard case .skip(let selection, let reason) = correction else { throw RunRefusal.stillMoves(id) }
            let recovery = try await recovery(of: id)
            let keys = await driver.stepsWaiting(among: try recovery.tasks(of: selection))
            guard !keys.isEmpty else { throw RecoveryRefusal.nothingStandsSo(selection.step, "skipped") }
            driver.skip(keys, by: person, reason: reason)
            return try await note(id, correction, by: person)
        }
        guard !moving.contains(id) else { throw RunRefusal.stillMoves(id) }
        let recovery = try await recovery(of: id)
        try await refuseIfTaken(id)
        let records = try recovery.records(for: correction, by: person, at: parts.clock.now())
        try await note(id, correction, by: person)
        try await reopen(id, records)
    }

    /// Ends what runs of some steps on their hosts, also where that is not known any more.
    ///
    /// - Returns: What the driver is to end; nil when it does so already.
    /// - Throws: `RecoveryRefusal` when nothing of it runs.
    package func kill(_ id: RunID, _ selection: Recovery.Selection, by person: String, reason: String)
        async throws -> [StepKey]?
    {
        let recovery = try await recovery(of: id)
        let keys = try recovery.tasks(of: selection)
        if let driver = drivers[id] {
            let running = Set(await driver.stepsRunning).intersection(keys)
            guard !running.isEmpty else { throw RecoveryRefusal.nothingStandsSo(selection.step, "ended") }
            driver.kill(running.sorted())
            try await note(id, .kill(selection, reason: reason), by: person)
            return nil
        }
        let running = recovery.running(among: keys)
        let records = running.isEmpty ? try recovery.probe(selection) : []
        try await refuseIfTaken(id)
        try await note(id, .kill(selection, reason: reason), by: person)
        try await reopen(id, records)
        return running + records.filter(\.isProbe).map(\.key)
    }

    private func reopen(_ id: RunID, _ records: [StepRecord]) async throws {
        try await parts.store.record(records, of: id, now: RunUpdate(state: .running, reopens: true))
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        holders?[id] = TargetLocks.Holder(run, try await parts.store.plan(of: id))
    }

    private func recovery(of id: RunID) async throws -> Recovery {
        guard try await parts.store.run(id) != nil else { throw StoreError.notFound(id) }
        return Recovery(
            plan: try await parts.store.plan(of: id), records: try await parts.store.steps(of: id, after: 0).records)
    }

    private func note(_ id: RunID, _ correction: Correction, by person: String) async throws {
        try await parts.store.note(
            RunAction(
                run: id, kind: correction.kind, by: person, at: parts.clock.now(), step: correction.selection.step,
                reason: correction.reason))
    }
}
