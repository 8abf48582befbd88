// SPDX-License-Identifier: Apache-2.0

package import Model
package import Planning
package import Scheduling
package import Storage
package import TaskKit

/// Opens a session to a host; handed in by the wiring, so that the engine knows no transport.
package typealias SessionOpener = @Sendable (Host) async throws(SessionFailure) -> any SpoolingSession

/// What the engine works with.
package struct EngineParts: Sendable {
    package var store: any RunStore
    package var registry: TaskTypeRegistry
    package var openSession: SessionOpener
    /// Reads secrets at the moment a step needs them.
    package var secret: SecretLookup
    /// Plans a job that a running job starts in the background.
    package var plan: @Sendable (PlanRequest) throws(Problems) -> Plan
    package var clock: EngineClock
    /// How long a full disk is waited for before a run is given up.
    package var diskPatience: Duration
    /// How long a host that was lost is sought before what runs there is unknown.
    package var hostPatience: Duration
    /// Told when a run that is moved in the background cannot be moved any further.
    package var stuck: @Sendable (RunID, any Error) -> Void = { _, _ in }
    /// The maintenance windows and freezes that count now.
    package var gate: @Sendable () -> ChangeGate = { ChangeGate([]) }

    package init(
        store: any RunStore, registry: TaskTypeRegistry, openSession: @escaping SessionOpener,
        secret: @escaping SecretLookup, plan: @escaping @Sendable (PlanRequest) throws(Problems) -> Plan,
        clock: EngineClock = .system, diskPatience: Duration = .seconds(30), hostPatience: Duration = .seconds(120)
    ) {
        self.store = store
        self.registry = registry
        self.openSession = openSession
        self.secret = secret
        self.plan = plan
        self.clock = clock
        self.diskPatience = diskPatience
        self.hostPatience = hostPatience
    }
}

/// Accepts runs, moves them forward, and takes up again those that a dead controller left.
///
/// Requests come in here and go down to the store once; work then goes round between driver, task type and store; results are
/// read from the store.
package actor Engine {
    private var parts: EngineParts
    private var drivers: [RunID: RunDriver] = [:]
    /// The runs that are moved in the background.
    private var background: [RunID: Task<Void, Never>] = [:]
    /// The runs that each run has started.
    private var children: [RunID: [RunID]] = [:]
    /// What the runs change that are not over; read once, for nobody else may write the store meanwhile.
    private var holders: [RunID: TargetLocks.Holder]?
    private var reading: Task<[RunID: TargetLocks.Holder], any Error>?
    /// The runs that are moved here, also those that wait their turn.
    private var moving: Set<RunID> = []
    /// Those of them that are past their acceptance.
    private var driven: Set<RunID> = []
    private var waiting: [RunID: Wait] = [:]
    private var cancelled: Set<RunID> = []

    /// What one run waits for.
    private struct Wait {
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
        for id in fresh {
            background[id] = Task {
                do {
                    _ = try await self.move(id, killing: toKill)
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
        guard let task = background[id] else { return try await move(id, killing: toKill) }
        await task.value
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        return run.state
    }

    private func move(_ id: RunID, killing toKill: [StepKey]) async throws -> RunState {
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
        let wishes = Wishes(try await parts.store.actions(on: id))
        let driver = RunDriver(
            run: run, plan: plan, kept: kept, isPaused: wishes.isPaused || wishes.cancelledBy != nil, parts: parts
        ) {
            call, lanes, by in
            try await self.startInBackground(call, lanes, caller: id, by: by)
        }
        drivers[id] = driver
        if let person = wishes.cancelledBy { driver.cancel(by: person) }
        if !toKill.isEmpty { driver.kill(toKill) }
        defer { drivers[id] = nil }
        let state = try await driver.run()
        holders?[id] = nil
        for child in children.removeValue(forKey: id) ?? [] { await background[child]?.value }
        return state
    }

    /// Refuses to move a run that is over, or that would wait for one that nobody moves.
    func refuseUnlessFree(_ id: RunID) async throws {
        try await refuseIfOver(id)
        try await refuseIfTaken(id)
    }

    /// Refuses a run that would wait for one that nobody moves.
    private func refuseIfTaken(_ id: RunID) async throws {
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
    private func waitForTargets(of run: Run, _ plan: Plan) async throws -> Bool {
        var hasWaited = false
        if Wishes(try await parts.store.actions(on: run.id)).cancelledBy != nil { return hasWaited }
        while !cancelled.contains(run.id), let conflict = conflicts(of: run, plan, among: try await openRuns()).first {
            hasWaited = true
            guard moving.contains(conflict.run) else { throw RunRefusal.targetsAreTaken(conflict) }
            try await parts.store.note(
                RunAction(
                    run: run.id, kind: .waits, by: run.operatorName, at: parts.clock.now(), reason: "for \(conflict)"))
            guard moving.contains(conflict.run), !cancelled.contains(run.id) else { continue }
            await withCheckedContinuation { waiting[run.id] = Wait(other: conflict.run, turn: $0) }
        }
        return hasWaited
    }

    /// A run that had to wait may come into a freeze: then it waits for a person, or ends.
    private func askAgain(_ run: Run, _ plan: Plan) async throws {
        guard run.caller == nil else { return }
        let objections = parts.gate().objections(to: plan, at: parts.clock.now())
        let isAgreed = try await parts.store.actions(on: run.id).contains { $0.kind == .agreed }
        guard let refusal = RunRefusal(objections, isAgreed: isAgreed) else { return }
        try await parts.store.note(
            RunAction(
                run: run.id, kind: refusal.isAsking ? .paused : .cancelled, by: "freeze", at: parts.clock.now(),
                reason: "it had waited, and \(refusal)"))
    }

    private func conflicts(
        of run: Run, _ plan: Plan, among open: [RunID: TargetLocks.Holder]
    ) -> [TargetLocks.Conflict] {
        guard plan.changesAnything else { return [] }
        return TargetLocks(open.values.filter { $0.run.id != run.id }).conflicts(of: run, plan)
    }

    /// What the runs change that are not over.
    ///
    /// It is read once, before anything is begun or ended here, and kept up from then on.
    private func openRuns() async throws -> [RunID: TargetLocks.Holder] {
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

    private func moved(_ id: RunID) {
        moving.remove(id)
        driven.remove(id)
        cancelled.remove(id)
        for (waiter, wait) in waiting where wait.other == id { endWait(of: waiter) }
    }

    private func endWait(of id: RunID) { waiting.removeValue(forKey: id)?.turn.resume() }

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

    private func refuseIfOver(_ id: RunID) async throws {
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

/// Why a request about a run was not accepted.
package enum RunRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case jobIsRunning(JobID, RunID)
    case notRunningHere(RunID)
    case nothingHeld(RunID, StepPath?)
    case mayNotAnswer(StepPath, person: String, approvers: [String])
    case stillMoves(RunID)
    case over(RunID, RunState)
    case targetsAreTaken(TargetLocks.Conflict)
    /// A window or a freeze does not let it begin now.
    case blocked([Objection])
    /// A window or a freeze wants a person to agree that it begins now.
    case asks([Objection])

    /// Whether a person may agree to it all the same.
    package var isAsking: Bool {
        if case .asks = self { true } else { false }
    }

    /// The refusal that objections come to; nil = they let the run begin.
    fileprivate init?(_ objections: [Objection], isAgreed: Bool) {
        let blocking = objections.filter { $0.policy == .block }
        if !blocking.isEmpty {
            self = .blocked(blocking)
        } else if !objections.isEmpty, !isAgreed {
            self = .asks(objections)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .jobIsRunning(let job, let run):
            "\(job) allows one run at a time, and run \(run) is not over; "
                + "'firstline run follow \(run)' takes it up, 'firstline run cancel \(run)' ends it"
        case .notRunningHere(let run): "run \(run) is not running here"
        case .targetsAreTaken(let conflict):
            "it would change what another run changes and has not ended: \(conflict); nobody moves that run: "
                + "'firstline run follow \(conflict.run)' takes it up, 'firstline run cancel \(conflict.run)' ends it"
        case .blocked(let objections): "no change may begin now: \(Self.list(objections))"
        case .asks(let objections):
            "a change may begin now only if somebody agrees to it: \(Self.list(objections)); '--despite REASON' agrees"
        case .over(let run, let state): "run \(run) is over (\(state.rawValue))"
        case .stillMoves(let run):
            "run \(run) still moves; set it right when it has ended, or end it first: 'firstline run cancel \(run)'"
        case .nothingHeld(let run, nil): "nothing is held in run \(run)"
        case .nothingHeld(let run, let step?): "step '\(step)' of run \(run) is not held"
        case .mayNotAnswer(let step, let person, let approvers):
            "\(person) may not answer '\(step)'; its approvers are \(approvers.joined(separator: ", "))"
        }
    }

    private static func list(_ objections: [Objection]) -> String {
        objections.map(\.description).joined(separator: "; ")
    }
}
