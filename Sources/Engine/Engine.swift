// SPDX-License-Identifier: Apache-2.0

package import Model
import Planning
import Scheduling
import Storage
package import TaskKit

/// Accepts runs, moves them forward, and takes up again those that a dead controller left.
///
/// Requests come in here and go down to the store once; work then goes round between driver, task type and store; results are
/// read from the store.
package actor Engine {
    var parts: EngineParts
    var drivers: [RunID: RunDriver] = [:]
    /// The runs that are moved in the background.
    private var background: [RunID: Task<Void, Never>] = [:]
    /// The runs that each run has started.
    private var children: [RunID: [RunID]] = [:]
    /// What the runs change that are not over; read once, for nobody else may write the store meanwhile.
    var locks: TargetLocks?
    /// One at a time reads them.
    let reading = Turnstile()
    /// The runs that are moved here, also those that wait their turn.
    var moving: Set<RunID> = []
    /// Those of them that are past their acceptance.
    var driven: Set<RunID> = []
    var waiting: [RunID: Wait] = [:]
    /// What persons want of runs that are moved here and have no driver yet.
    var wishes: [RunID: [Wish]] = [:]

    /// What one run waits for.
    struct Wait {
        let other: RunID
        let turn: CheckedContinuation<Void, Never>
    }

    package init(_ parts: EngineParts) { self.parts = parts }

    /// Runs that are begun from now on know these task types.
    package func use(_ registry: TaskTypeRegistry) { parts.registry = registry }

    /// How many runs are moved here.
    package var movingRuns: Int { moving.count }

    /// Whether a run is moved here.
    package func moves(_ id: RunID) -> Bool { moving.contains(id) }

    /// Moves runs to their ends, without anybody waiting for it.
    package func begin(_ runs: [RunID], killing toKill: [StepKey] = []) {
        let fresh = runs.filter { background[$0] == nil && !driven.contains($0) }
        // All at once: none of them may take another for one that nobody moves.
        moving.formUnion(fresh)
        if !toKill.isEmpty { for id in runs { hand(.kill(toKill), to: id) } }
        for id in fresh {
            background[id] = Task {
                do {
                    _ = try await self.move(id)
                } catch {
                    self.parts.stuck(id, error)
                }
                self.background[id] = nil
            }
        }
    }

    /// Takes up every run that is not over, as a controller before this one left it.
    ///
    /// - Returns: The runs.
    package func takeUp(by person: String) async throws -> [RunID] {
        let open = Set(RunState.allCases.filter { !$0.isFinal })
        let runs = try await parts.store.runs(RunFilter(states: open, limit: Int(Int32.max))).map(\.id)
        // Moved first: whoever asks for one of them meanwhile is to find it moving.
        begin(runs)
        for id in runs {
            try await parts.store.note(RunAction(run: id, kind: .resumed, by: person, at: parts.clock.now()))
        }
        return runs
    }

    /// Waits until nothing is moved in the background.
    package func finish() async {
        while let task = background.values.first { await task.value }
    }

    /// Moves a run to its end, from wherever it stands, and returns its last state.
    ///
    /// - Throws: `StoreError` when the store fails for good; the run can be taken up again later.
    package func drive(_ id: RunID, killing toKill: [StepKey] = []) async throws -> RunState {
        // One that is moved already is not moved twice.
        guard let task = background[id] else {
            moving.insert(id)
            if !toKill.isEmpty { hand(.kill(toKill), to: id) }
            return try await move(id)
        }
        await task.value
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        return run.state
    }

    private func move(_ id: RunID) async throws -> RunState {
        // From here on somebody moves it, also while it waits its turn.
        moving.insert(id)
        driven.insert(id)
        defer { moved(id) }
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        if run.state.isFinal { return run.state }
        let plan = try await parts.store.plan(of: id)
        try await readOpenRuns()
        let hasWaited = try await waitForTargets(of: run)
        let kept = try await parts.store.steps(of: id, in: plan)
        if hasWaited, kept.isEmpty { try await askAgain(run, plan) }
        let asked = Wishes(try await parts.store.actions(on: id))
        let driver = RunDriver(
            run: run, plan: plan, kept: kept, isPaused: asked.isPaused || asked.cancelledBy != nil, parts: parts
        ) {
            call, lanes, by in
            try await self.startInBackground(call, lanes, caller: id, by: by)
        }
        drivers[id] = driver
        if let person = asked.cancelledBy { driver.take(.cancel(by: person)) }
        // Also what was asked for while that was read.
        for wish in wishes.removeValue(forKey: id) ?? [] { driver.take(wish) }
        defer { drivers[id] = nil }
        let state = try await driver.run()
        locks?.giveBack(id)
        // Its children may wait for a run that waits for this one.
        endWaits(for: id)
        for child in children.removeValue(forKey: id) ?? [] { await background[child]?.value }
        return state
    }

    private func startInBackground(_ call: JobCall, _ targets: [Target], caller: RunID, by person: String) async throws
        -> RunID
    {
        let plan = try parts.plan(
            PlanRequest(job: call.job, selection: Selection(targets: targets), values: call.values))
        let id = try await accept(
            plan, by: person, origin: Sentence("started by run {run}", ["run": caller]), caller: caller)
        children[caller, default: []].append(id)
        begin([id])
        return id
    }
}
