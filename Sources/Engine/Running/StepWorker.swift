// SPDX-License-Identifier: Apache-2.0

import Expressions
package import Model
import Planning
import Storage
import Synchronization
import TaskKit

/// Starts a run of a job in the background, for these targets.
typealias JobStarter = @Sendable (JobCall, [Target], String) async throws -> RunID

/// What is remembered of a run's steps for as long as the run goes on.
private final class StepMemory: Sendable {
    struct Content {
        var outcomes: [StepKey: StepOutcome] = [:]
        /// The outcomes of each step, counted.
        var tallies: [Int: StepTally] = [:]
        var logSizes: [StepKey: LogSize] = [:]
        var prepared: [Int: PreparedTask] = [:]
        var overdue: Set<StepKey> = []
    }
    let content = Mutex(Content())
}

/// Does one step's work on one lane: fills in values, prepares the task, runs it, and says how it ended.
final class StepWorker: Sendable {
    private let run: Run
    private let plan: Plan
    private let parts: EngineParts
    private let pool: SessionPool
    /// Sessions to the machine the controller runs on; its name could be that of a host.
    private let ownPool: SessionPool
    private let startJob: JobStarter
    private let memory = StepMemory()
    private let resolver: ValueResolver
    /// Steps whose settings are the same on every lane and at any time: prepared once.
    private let isFixed: [Bool]
    /// Whether anything in the plan asks what a step has come to.
    private let usesOutcomes: Bool

    init(run: Run, plan: Plan, parts: EngineParts, pool: SessionPool, startJob: @escaping JobStarter) {
        self.run = run
        self.plan = plan
        self.parts = parts
        self.pool = pool
        self.startJob = startJob
        ownPool = SessionPool(open: parts.openSession, stepsLeft: [:], places: parts.places, clock: parts.clock)
        resolver = ValueResolver(
            plan: plan, facts: run.facts,
            outcomes: { [memory] step, lane in
                memory.content.withLock { $0.outcomes[StepKey(step: step, lane: lane)] }
            },
            tally: { [memory] step in memory.content.withLock { $0.tallies[step] ?? StepTally() } })
        isFixed = plan.steps.map { !$0.settings.mentions("${") }
        usesOutcomes =
            plan.steps.contains { $0.settings.mentions("steps.") || $0.account?.contains("steps.") ?? false }
            || plan.scopes.contains { !$0.outputs.isEmpty || $0.bindings.values.contains { $0.mentionsSteps } }
    }

    /// How many steps may need each host.
    static func stepsByHost(_ plan: Plan) -> [HostName: Int] {
        var result: [HostName: Int] = [:]
        for step in plan.steps where step.role == .task {
            for lane in plan.laneSets[step.laneSet] where lane >= 0 { result[plan.lanes[lane].host, default: 0] += 1 }
        }
        return result
    }

    /// The host a step is going to work on; nil where it works on none, or on the controller.
    func hostNeeded(by key: StepKey) -> Host? {
        guard let type = parts.registry[plan.steps[key.step].type], type.needsTarget, !type.branches else { return nil }
        return resolver.host(of: key.lane)
    }

    /// Takes note of how a step ended, for those that ask.
    func note(_ record: StepRecord) {
        guard usesOutcomes else { return }
        let report = record.report
        let outcome = StepOutcome(
            state: record.state, level: report.level, changed: report.changed, exitCode: report.exitCode,
            outputs: report.outputs)
        memory.content.withLock { content in
            let old = content.outcomes.updateValue(outcome, forKey: record.key)
            content.tallies[record.key.step, default: StepTally()].count(outcome, inPlaceOf: old)
        }
    }

    func takeLogSize(of key: StepKey) -> LogSize {
        memory.content.withLock { $0.logSizes.removeValue(forKey: key) } ?? LogSize()
    }

    /// How long a step's work may take before it is ended from outside.
    ///
    /// Work on a host keeps its own limit, which begins when the host is reached; this one is then only the net below
    /// it.
    func longest(of key: StepKey) -> Duration? {
        let step = plan.steps[key.step]
        guard step.timeLimit > .zero else { return nil }
        let isOnHost = parts.registry[step.type]?.defaultPlacement == .each
        return step.timeLimit + (isOnHost ? .seconds(120) + parts.hostPatience : .zero)
    }

    func noteOverdue(_ key: StepKey) {
        memory.content.withLock { _ = $0.overdue.insert(key) }
    }

    /// Whether a change that was begun by a controller that died can be taken up again.
    func canResume(_ key: StepKey) -> Bool { parts.registry[plan.steps[key.step].type]?.isResumable ?? false }

    /// Closes what was opened beside the sessions to the run's hosts.
    func close() async { await ownPool.closeAll() }

    /// Does the work of a try and says what happened; one that an earlier controller had begun is taken up.
    func perform(
        _ record: StepRecord, superseded: [SentCommand], turn: Turn, keep: @escaping Dispatch.Keep
    ) async -> RunEvent {
        let key = record.key
        let attempt = AttemptKey(run: run.id, key: key, attempt: record.attempt)
        let log = StepLog(
            attempt, store: parts.store, clock: parts.clock, patience: parts.diskPatience,
            isResumed: !record.sent.isEmpty)
        let dispatch = Dispatch(
            attempt.description, startedAt: record.startedAt ?? parts.clock.now(), sent: record.sent,
            isProbe: record.isProbe, superseded: superseded, turn: turn, keep: keep)
        let event: RunEvent
        do throws(TaskFailure) {
            let (task, context) = try await begin(key, dispatch, log, wasBegun: !record.sent.isEmpty)
            event = await judge(key, try await task.run(context), log)
        } catch {
            event = .ended(key, failed(key, error))
        }
        let size = await log.finish()
        if size != LogSize() { memory.content.withLock { $0.logSizes[key] = size } }
        return event
    }

    /// Prepares a try; when that fails for one that was begun before, what became of that is not known.
    private func begin(
        _ key: StepKey, _ dispatch: Dispatch, _ log: StepLog, wasBegun: Bool
    ) async throws(TaskFailure) -> (PreparedTask, TaskContext) {
        do throws(TaskFailure) {
            return (try await prepare(key), try context(key, dispatch, log))
        } catch {
            throw TaskFailure(error.reason, mayHaveStarted: wasBegun)
        }
    }

    private func prepare(_ key: StepKey) async throws(TaskFailure) -> PreparedTask {
        if isFixed[key.step], let task = memory.content.withLock({ $0.prepared[key.step] }) { return task }
        let step = plan.steps[key.step]
        guard let type = parts.registry[step.type] else {
            throw TaskFailure(.pluginFailed, "the task type \(step.type) is no longer installed")
        }
        let secrets = try await StepSecrets(step, key.lane, resolver, type.parameters, read: parts.secret)
        do {
            let filled = try step.settings.filled(type.parameters) {
                (spec: ParameterSpec?, text: String) throws(EvaluationError) -> FilledText in
                try secrets.fill(text, spec)
            }
            let task = try PreparedTask(type, ParameterValues(filled, isFilled: true))
            if isFixed[key.step] { memory.content.withLock { $0.prepared[key.step] = task } }
            return task
        } catch let error as EvaluationError {
            throw TaskFailure(.badValue, "a value could not be filled in: \(error)")
        } catch {
            throw TaskFailure(.badValue, "\(error)")
        }
    }

    private func context(_ key: StepKey, _ dispatch: Dispatch, _ log: StepLog) throws(TaskFailure) -> TaskContext {
        let step = plan.steps[key.step]
        let host = resolver.host(of: key.lane)
        let isDurable = step.effect == .change && canResume(key)
        let (pool, ownPool, patience, clock) = (pool, ownPool, parts.hostPatience, parts.clock)
        func session(_ pool: SessionPool, _ host: Host) -> any HostSession {
            guard isDurable else { return pool.session(to: host, turn: dispatch.turn) }
            return DurableSession(
                pool: pool, host: host, dispatch: dispatch, patience: .init(seek: patience), clock: clock)
        }
        let toHost = session(host == nil ? ownPool : pool, host ?? .controller)
        let toController = session(ownPool, .controller)
        var account: String?
        do throws(EvaluationError) {
            account = try step.account.map { (text: String) throws(EvaluationError) -> String in
                try resolver.fill(text, scope: step.scope, lane: key.lane)
            }
        } catch {
            throw TaskFailure(.badValue, "the account could not be filled in: \(error)")
        }
        let values = resolver
        return TaskContext(
            run: run.id, path: step.path, attempt: dispatch.attempt, effect: step.effect, host: host,
            instance: resolver.instance(of: key.lane), account: account, become: step.become ?? host?.become ?? .sudo,
            limit: step.limit, output: log,
            lookup: { (path: [String]) throws(TaskFailure) -> Value in
                try values.present(Reference(path), scope: step.scope, lane: key.lane)
            },
            controllerSession: { () async throws(SessionFailure) -> any HostSession in toController }
        ) { () async throws(SessionFailure) -> any HostSession in toHost }
    }
}

// What a task's outcome means for the run.
extension StepWorker {
    private func judge(_ key: StepKey, _ outcome: TaskOutcome, _ log: StepLog) async -> RunEvent {
        switch outcome {
        case .succeeded(var report):
            // What only reads changes nothing, whatever a program's report says by default.
            if plan.steps[key.step].effect == .check { report.changed = false }
            return .ended(key, StepEnd(.succeeded, report))
        case .failed(let reason, let report):
            if reason.code == ReasonCode.evaluation.rawValue { return .ended(key, undecided(reason, report)) }
            return .ended(key, overdue(key) ?? StepEnd(.failed(reason), report))
        case .unknown(let reason, let report): return .ended(key, StepEnd(.unknown(reason), report, mayRetry: false))
        case .branch(let way, var report):
            report.branch = way
            if plan.steps[key.step].effect == .check { report.changed = false }
            return .ended(key, StepEnd(.branched(way), report))
        case .waitForPerson(let hold): return .held(key, hold)
        case .startJob(let call): return .ended(key, await start(call, key))
        case .leftRunning(let report): return .ended(key, leftRunning(key, report))
        }
    }

    /// The time limit passed and the work goes on by itself; the task says what that means.
    private func leftRunning(_ key: StepKey, _ report: Report) -> StepEnd {
        let step = plan.steps[key.step]
        let reason = Reason(.timeLimit, "it still ran after \(step.timeLimit.written) and was left running")
        switch step.onTimeLimit {
        case .ok, .bypass: return StepEnd(.succeeded, report)
        case .error, .kill: return StepEnd(.failed(reason), report)
        }
    }

    private func overdue(_ key: StepKey) -> StepEnd? {
        let wasOverdue = memory.content.withLock { $0.overdue.remove(key) != nil }
        guard wasOverdue else { return nil }
        let limit = plan.steps[key.step].timeLimit.written
        return StepEnd(.failed(Reason(.timeLimit, "it took longer than \(limit) and was ended")))
    }

    private func failed(_ key: StepKey, _ failure: TaskFailure) -> StepEnd {
        let overdue = overdue(key)
        if failure.mayHaveStarted, plan.steps[key.step].effect == .change {
            return StepEnd(.unknown(failure.reason), mayRetry: false)
        }
        if failure.reason.code == ReasonCode.evaluation.rawValue { return undecided(failure.reason, Report()) }
        return overdue ?? StepEnd(.failed(failure.reason), mayRetry: failure.mayBeTriedAgain)
    }

    /// What could not be decided takes no way, not even that of an error.
    private func undecided(_ reason: Reason, _ report: Report) -> StepEnd {
        StepEnd(.unknown(reason), report, mayRetry: false)
    }

    /// Starts a run of its own; its values are those that the step's settings were filled with, and are not looked at again.
    private func start(_ call: JobCall, _ key: StepKey) async -> StepEnd {
        do {
            let targets = key.lane >= 0 ? [plan.lanes[key.lane]] : Array(plan.lanes.prefix(plan.targetCount))
            let id = try await startJob(call, targets, run.operatorName)
            let summary = Message("run-started", ["run": .text(id.rawValue), "job": .text(call.job.rawValue)])
            return StepEnd(.succeeded, Report(changed: true, summary: summary, outputs: ["run": .text(id.rawValue)]))
        } catch {
            return StepEnd(.failed(Reason(.calledJob, "\(call.job) could not be started: \(error)")))
        }
    }
}

extension TaskFailure {
    /// Whether another try could go better: not where a person must first set something right.
    fileprivate var mayBeTriedAgain: Bool {
        let forPersons: [ReasonCode] = [
            .unknownHostKey, .changedHostKey, .authentication, .accountNotAllowed, .sudoPassword, .badValue,
            .missingSecret,
            .evaluation, .programNotFound,
        ]
        return !forPersons.contains { $0.rawValue == reason.code }
    }
}

extension PlannedStep {
    fileprivate var limit: TimeLimit? {
        timeLimit > .zero ? TimeLimit(timeLimit, leavesRunning: onTimeLimit != .kill) : nil
    }
}

extension Host {
    /// The machine the controller runs on.
    package static let controller: Host = {
        var connection = Connection(address: "localhost")
        connection.transport = .local
        return Host(name: "controller", connection: connection)
    }()
}

extension Run {
    /// What `run.NAME` gives.
    fileprivate var facts: [String: Value] {
        ["id": .text(id.rawValue), "operator": .text(operatorName), "job": .text(job.rawValue)]
    }
}

extension Scope.Binding {
    fileprivate var mentionsSteps: Bool {
        guard case .template(let text) = self else { return false }
        return text.contains("steps.")
    }
}

extension Setting {
    /// Whether a text stands anywhere in it.
    fileprivate func mentions(_ part: String) -> Bool {
        switch content {
        case .empty: false
        case .scalar(let text, _): text.contains(part)
        case .list(let items): items.contains { $0.mentions(part) }
        case .map(let entries): entries.contains { $0.value.mentions(part) }
        }
    }
}

extension ValueResolver {
    /// The value of a name for an expression; absent where a lane lacks the fact, which planning has found to be meant.
    fileprivate func present(_ reference: Reference, scope: Int, lane: Int) throws(TaskFailure) -> Value {
        do throws(EvaluationError) {
            return try value(of: reference, scope: scope, lane: lane)
        } catch {
            guard !error.isAbsence else { return .null }
            throw TaskFailure(.badValue, error.message)
        }
    }
}
