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
    var holders: [RunID: TargetLocks.Holder]?
    var reading: Task<[RunID: TargetLocks.Holder], any Error>?
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

    /// Keeps a new run with its plan.
    ///
    /// Nothing has been touched when this returns. A planned start becomes this run in one transaction with it. Others may wait for it
    /// from now on: it must be driven or begun.
    ///
    /// Where windows or freezes ask for a person, `agreed` says who agreed to begin all the same, and why. What a run starts is part
    /// of that run, and passes with it.
    ///
    /// - Throws: `RunRefusal` when another run of the job is not over and the job allows one at a time, or when a window or a freeze
    ///   stands against it; `StoreError`.
    package func accept(
        _ plan: Plan, by person: String, origin: String = "", caller: RunID? = nil, slot: Slot? = nil,
        agreed: String? = nil
    ) async throws -> RunID {
        // Who agrees says why.
        let agreed = agreed.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        _ = try await openRuns()
        // From here to the place that the run takes nothing is awaited: no other run comes between the checks and that.
        let objections = caller == nil ? parts.gate().objections(to: plan, at: parts.clock.now()) : []
        if let refusal = RunRefusal(objections, isAgreed: agreed != nil) { throw refusal }
        if !plan.allowsConcurrentRuns, let other = holders?.values.first(where: { $0.run.job == plan.job }) {
            throw RunRefusal.jobIsRunning(plan.job, other.run.id)
        }
        let now = parts.clock.now()
        let id = RunID(Engine.makeID(at: now))
        let run = Run(
            id: id, job: plan.job, planDigest: plan.digest, state: .waiting, operatorName: person, createdAt: now,
            origin: origin, caller: caller, slot: slot?.id)
        if let taken = conflicts(of: run, plan, among: holders ?? [:]).first(where: { !moving.contains($0.run) }) {
            throw RunRefusal.targetsAreTaken(taken)
        }
        holders?[id] = TargetLocks.Holder(run, plan)
        moving.insert(id)
        var actions = [RunAction(run: id, kind: .started, by: person, at: now)]
        if let agreed, !objections.isEmpty {
            let reason = "\(agreed) (\(objections.map(\.description).joined(separator: "; ")))"
            actions.append(RunAction(run: id, kind: .agreed, by: person, at: now, reason: reason))
        }
        do {
            if let slot {
                try await parts.store.begin(slot, as: run, plan: plan, actions: actions)
            } else {
                try await parts.store.create(run, plan: plan, actions: actions)
            }
        } catch {
            holders?[id] = nil
            moved(id)
            throw error
        }
        return id
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
        _ = try await openRuns()
        let hasWaited = try await waitForTargets(of: run, plan)
        let kept = try await parts.store.steps(of: id, after: 0).records
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
        holders?[id] = nil
        for child in children.removeValue(forKey: id) ?? [] { await background[child]?.value }
        return state
    }

    private func startInBackground(_ call: JobCall, _ targets: [Target], caller: RunID, by person: String) async throws
        -> RunID
    {
        let plan = try parts.plan(
            PlanRequest(job: call.job, selection: Selection(targets: targets), values: call.values))
        let id = try await accept(plan, by: person, origin: "started by run \(caller)", caller: caller)
        children[caller, default: []].append(id)
        begin([id])
        return id
    }

    /// A run's id: its time, so that ids sort by it, and enough chance to be the only one.
    private static func makeID(at now: Instant) -> String {
        let time = now.description.filter { $0.isNumber }.prefix(14)
        let chance = String(UInt32.random(in: 0..<2_176_782_336), radix: 36)
        return "\(time.prefix(8))-\(time.suffix(6))-\(String(repeating: "0", count: 6 - chance.count))\(chance)"
    }
}
