// SPDX-License-Identifier: Apache-2.0

package import Model
package import Planning
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
    private let parts: EngineParts
    private var drivers: [RunID: RunDriver] = [:]
    private var background: [RunID: Task<RunState, any Error>] = [:]

    package init(_ parts: EngineParts) { self.parts = parts }

    /// Keeps a new run with its plan.
    ///
    /// Nothing has been touched when this returns.
    ///
    /// - Throws: `RunRefusal` when another run of the job is not over and the job allows one at a time; `StoreError`.
    package func accept(
        _ plan: Plan, by person: String, origin: String = "", caller: RunID? = nil
    ) async throws -> RunID {
        if !plan.allowsConcurrentRuns {
            let open = Set(RunState.allCases.filter { !$0.isFinal })
            if let other = try await parts.store.runs(RunFilter(states: open, job: plan.job, limit: 1)).first {
                throw RunRefusal.jobIsRunning(plan.job, other.id)
            }
        }
        let now = parts.clock.now()
        let id = RunID(Engine.makeID(at: now))
        let run = Run(
            id: id, job: plan.job, planDigest: plan.digest, state: .waiting, operatorName: person, createdAt: now,
            origin: origin, caller: caller)
        try await parts.store.create(run, plan: plan)
        try await parts.store.note(RunAction(run: id, kind: .started, by: person, at: now))
        return id
    }

    /// Moves a run to its end, from wherever it stands, and returns its last state.
    ///
    /// - Throws: `StoreError` when the store fails for good; the run can be taken up again later.
    package func drive(_ id: RunID) async throws -> RunState {
        guard let run = try await parts.store.run(id) else { throw StoreError.notFound(id) }
        if run.state.isFinal { return run.state }
        let plan = try await parts.store.plan(of: id)
        let kept = try await parts.store.steps(of: id, after: 0).records
        let driver = RunDriver(run: run, plan: plan, kept: kept, parts: parts) { call, lanes, by in
            try await self.startInBackground(call, lanes, caller: id, by: by)
        }
        drivers[id] = driver
        defer { drivers[id] = nil }
        let state = try await driver.run()
        for (child, task) in background where child != id { _ = try? await task.value }
        return state
    }

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
        guard let driver = drivers[id] else { throw RunRefusal.notRunningHere(id) }
        try await parts.store.note(RunAction(run: id, kind: .cancelled, by: person, at: parts.clock.now()))
        driver.cancel(by: person)
    }

    private func startInBackground(_ call: JobCall, _ targets: [Target], caller: RunID, by person: String) async throws
        -> RunID
    {
        let plan = try parts.plan(
            PlanRequest(job: call.job, selection: Selection(targets: targets), values: call.values))
        let id = try await accept(plan, by: person, origin: "started by run \(caller)", caller: caller)
        background[id] = Task { try await self.drive(id) }
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

    package var description: String {
        switch self {
        case .jobIsRunning(let job, let run):
            "\(job) allows one run at a time, and run \(run) is not over; "
                + "'firstline run follow \(run)' takes it up, 'firstline run cancel \(run)' ends it"
        case .notRunningHere(let run): "run \(run) is not running here"
        case .nothingHeld(let run, nil): "nothing is held in run \(run)"
        case .nothingHeld(let run, let step?): "step '\(step)' of run \(run) is not held"
        case .mayNotAnswer(let step, let person, let approvers):
            "\(person) may not answer '\(step)'; its approvers are \(approvers.joined(separator: ", "))"
        }
    }
}
