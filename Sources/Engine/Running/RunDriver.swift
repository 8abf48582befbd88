// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import TaskKit

/// Carries one run: hands events to the rules, carries their commands out, keeps what became of it.
///
/// A `change` step is started only after "running" is kept; a `check` step may start at once, since it may always be repeated.
actor RunDriver {
    /// What comes in while the run goes on.
    enum Letter: Sendable {
        case event(RunEvent)
        /// The start of these change steps is kept: now they may be started.
        case kept([StepKey])
        case storeFailed(StoreError)
        /// A person wants the work of these steps ended.
        case kill([StepKey])
        /// A try has overrun its limit, and does not see to that itself.
        case overdue(StepKey, attempt: Int)
    }

    private let run: Run
    private let plan: Plan
    private let kept: [StepRecord]
    /// Whether a person wants nothing further to begin.
    private let isPaused: Bool
    /// The latest try of each step, as an earlier controller left it.
    private var last: [StepKey: StepRecord] = [:]
    /// Those of them that the rules have not come to again.
    private var toReplay: [StepKey: StepRecord] = [:]
    private let parts: EngineParts
    private let mailbox = Mailbox<Letter>()
    private let keeper: Keeper
    private let alarms: AlarmClock
    private let worker: StepWorker
    private let pool: SessionPool
    private var rules: RunRules
    private var progress: [StepKey: StepRecord] = [:]
    private var running: [StepKey: RunningStep] = [:]
    private var records: [StepRecord] = []
    private var update: RunUpdate?
    private var toStart: [StepKey] = []
    /// Steps that were ended before they were launched, until that has been taken note of.
    private var calledOff: Set<StepKey> = []
    /// Steps on hosts that ended and are not kept yet, with the errands whose output the host may forget then.
    private var toSettle: [(host: HostName, errands: [String])] = []
    private var end: RunState?
    private var storeError: StoreError?

    private struct RunningStep {
        let task: Task<Void, Never>
        let attempt: Int
        /// Rings when it has overrun its limit.
        let alarm: Task<Void, Never>?
        var wasStopped = false
    }

    init(
        run: Run, plan: Plan, kept: [StepRecord], isPaused: Bool, parts: EngineParts, startJob: @escaping JobStarter
    ) {
        self.isPaused = isPaused
        self.run = run
        self.plan = plan
        self.kept = kept
        self.parts = parts
        rules = RunRules(plan: plan)
        keeper = Keeper(store: parts.store, run: run.id, clock: parts.clock, patience: parts.diskPatience)
        let mailbox = mailbox
        alarms = AlarmClock(clock: parts.clock) { key, _ in mailbox.post(.event(.due(key))) }
        pool = SessionPool(open: parts.openSession, stepsLeft: StepWorker.stepsByHost(plan), clock: parts.clock)
        worker = StepWorker(run: run, plan: plan, parts: parts, pool: pool, startJob: startJob)
    }

    nonisolated func cancel(by person: String) { mailbox.post(.event(.cancelled(by: person))) }

    nonisolated func pause() { mailbox.post(.event(.paused)) }

    nonisolated func resume() { mailbox.post(.event(.resumed)) }

    nonisolated func kill(_ keys: [StepKey]) { mailbox.post(.kill(keys)) }

    nonisolated func skip(_ keys: [StepKey], by person: String, reason: String) {
        for key in keys { mailbox.post(.event(.skipped(key, by: person, reason: reason))) }
    }

    /// The steps that have begun and not ended.
    var stepsRunning: [StepKey] { running.keys.sorted() }

    /// The steps that have not begun.
    func stepsWaiting(among keys: [StepKey]) -> [StepKey] {
        keys.filter { [.waiting, .ready, .held].contains(rules.state(of: $0)) }
    }

    /// Moves the run to its end.
    func run() async throws(StoreError) -> RunState {
        if kept.isEmpty {
            update = RunUpdate(state: .running, startedAt: parts.clock.now())
        } else {
            update = RunUpdate(state: .running)
            prepareReplay()
        }
        if isPaused { apply(rules.handle(.paused)) }
        apply(rules.handle(.began))
        await flush()
        // That it has begun is kept; now that it is held, if it is.
        if isPaused { await flush() }
        while end == nil, storeError == nil {
            for letter in await mailbox.take() { take(letter) }
            await flush()
        }
        await alarms.stop()
        for step in running.values { step.alarm?.cancel() }
        // What became of the steps can no longer be kept, so nothing is ended: it goes on at its hosts, and the next controller
        // takes it up. To cancel would kill it.
        if let storeError { throw storeError }
        for step in running.values { await step.task.value }
        await pool.closeAll()
        await worker.close()
        return end ?? .unknown
    }

    private func take(_ letter: Letter) {
        switch letter {
        case .event(let event): handle(event)
        case .kept(let keys): for key in keys { launch(key) }
        case .storeFailed(let error): storeError = storeError ?? error
        case .kill(let keys): for key in keys where progress[key]?.state == .running { stop(key) }
        case .overdue(let key, let attempt): stopOverdue(key, attempt)
        }
    }

    private func handle(_ event: RunEvent) {
        var event = event
        if case .ended(let key, var stepEnd) = event {
            calledOff.remove(key)
            // A person asked what became of it, and not for another try.
            if progress[key]?.isProbe == true {
                stepEnd.mayRetry = false
                event = .ended(key, stepEnd)
            }
            // A step that was ended because a person wanted it did not fail.
            let step = running.removeValue(forKey: key)
            step?.alarm?.cancel()
            if step?.wasStopped == true, stepEnd.result.isFailure, !stepEnd.result.isUnknown {
                event = .ended(key, StepEnd(.cancelled(Reason(.cancelledByPerson, "ended on request")), stepEnd.report))
            }
            progress[key]?.log = worker.takeLogSize(of: key)
        } else if case .held(let key, _) = event {
            running.removeValue(forKey: key)?.alarm?.cancel()
        }
        apply(rules.handle(event))
    }

    private func apply(_ commands: [RunCommand]) {
        // A list instead of recursion: what was kept of a long chain of steps is gone through without a deep stack.
        var commands = commands[...]
        while let command = commands.popFirst() {
            switch command {
            case .start(let key, let attempt):
                if let record = toReplay.removeValue(forKey: key) {
                    commands += replay(record)
                } else {
                    start(key, attempt)
                }
            case .prepare(let key): prepare(key)
            case .changed(let key, let attempt, let state, let reason, let report):
                if !isKept(key, state) { change(key, attempt, to: state, reason, report) }
            case .hold(let key, let attempt, let hold): self.hold(key, attempt, hold)
            case .wake(let key, let attempt, let delay): wake(key, attempt, delay)
            case .stop(let key): stop(key)
            case .finish(let state): finish(state)
            }
        }
    }

    private func start(_ key: StepKey, _ attempt: Int) {
        last[key] = nil
        change(key, attempt, to: .running, nil, Report())
        if plan.steps[key.step].effect == .change {
            toStart.append(key)
        } else {
            launch(key)
        }
    }

    private func prepare(_ key: StepKey) {
        guard let host = worker.hostNeeded(by: key) else { return }
        Task { [pool] in await pool.prepare(host) }
    }

    private func launch(_ key: StepKey) {
        guard storeError == nil, running[key] == nil, !calledOff.contains(key), let record = progress[key],
            record.state == .running
        else { return }
        let (worker, mailbox, attempt) = (worker, mailbox, record.attempt)
        let superseded = kept.filter { $0.key == key && $0.attempt < attempt }.flatMap(\.sent)
        let task = Task {
            let event = await worker.perform(record, superseded: superseded) { sent throws(SessionFailure) in
                try await self.keep(sent, of: key, attempt)
            }
            mailbox.post(.event(event))
        }
        let alarm = worker.longest(of: key).map { longest in
            Task { [clock = parts.clock] in
                await clock.sleep(longest)
                if !Task.isCancelled { mailbox.post(.overdue(key, attempt: attempt)) }
            }
        }
        running[key] = RunningStep(task: task, attempt: attempt, alarm: alarm)
    }

    /// Keeps what a try is about to send; returns when that would survive a power cut.
    private func keep(_ sent: [SentCommand], of key: StepKey, _ attempt: Int) async throws(SessionFailure) {
        guard var record = progress[key], record.attempt == attempt, record.state == .running else {
            throw SessionFailure(.storage, "the step has ended meanwhile")
        }
        record.sent = sent
        progress[key] = record
        let error = await keepNow([record])
        if let error { throw SessionFailure(.storage, "it could not be kept that it is about to start: \(error)") }
    }

    private func keepNow(_ records: [StepRecord], _ update: RunUpdate? = nil) async -> StoreError? {
        await withCheckedContinuation { continuation in
            Task { await keeper.keep(records, update) { continuation.resume(returning: $0) } }
        }
    }

    private func change(_ key: StepKey, _ attempt: Int, to state: StepState, _ reason: Reason?, _ report: Report) {
        let now = parts.clock.now()
        var record =
            progress[key].flatMap { $0.attempt == attempt ? $0 : nil }
            ?? StepRecord(key: key, attempt: attempt, state: state)
        record.state = state
        record.reason = reason
        record.report = report
        if state == .running, record.startedAt == nil { record.startedAt = now }
        if state.isFinal { record.endedAt = now }
        record.hold = nil
        record.dueAt = nil
        let sent = record.sent
        if state.isFinal { record.isProbe = false }
        // Only what is unknown may still be asked for on the host.
        if state.isFinal, state != .unknown { record.sent = [] }
        progress[key] = state.isFinal ? nil : record
        records.append(record)
        guard state.isFinal else { return }
        worker.note(record)
        // Called jobs have no work of their own on a host, and are not among the steps that the pool counts.
        if key.lane >= 0, plan.steps[key.step].role == .task, rules.state(of: key)?.isFinal == true {
            // What filled its host's disk is not worth keeping there: the rest of it is lost.
            let isAsked = state == .unknown && reason?.code != ReasonCode.outputLost.rawValue
            let errands = isAsked ? [] : sent.compactMap(\.path)
            toSettle.append((plan.lanes[key.lane].host, errands))
        }
    }

    private func hold(_ key: StepKey, _ attempt: Int, _ hold: Hold) {
        guard var record = progress[key] else { return }
        record.state = .held
        record.hold = hold
        progress[key] = record
        records.append(record)
        if let wait = hold.longestWait {
            let since = (record.startedAt ?? parts.clock.now()) + wait
            expire(key, after: since - parts.clock.now())
        }
    }

    private func expire(_ key: StepKey, after delay: Duration) {
        Task { [mailbox, clock = parts.clock] in
            await clock.sleep(delay)
            mailbox.post(.event(.expired(key)))
        }
    }

    private func wake(_ key: StepKey, _ attempt: Int, _ delay: Duration) {
        if var record = progress[key] {
            record.dueAt = parts.clock.now() + delay
            progress[key] = record
            records.append(record)
        }
        Task { [alarms] in await alarms.set(key, attempt: attempt, after: delay) }
    }

    private func stop(_ key: StepKey) {
        // What an earlier controller had begun must first be found again, to be ended.
        if running[key] == nil, progress[key]?.sent.isEmpty == false {
            toStart.removeAll { $0 == key }
            launch(key)
        }
        guard running[key] != nil else {
            // Not launched yet: its start waits to be kept, and must not happen any more.
            toStart.removeAll { $0 == key }
            calledOff.insert(key)
            let reason = Reason(.cancelledByPerson, "cancelled before it was started")
            mailbox.post(.event(.ended(key, StepEnd(.cancelled(reason)))))
            return
        }
        running[key]?.wasStopped = true
        running[key]?.task.cancel()
    }

    /// Ends work that has overrun its limit and does not see to that itself.
    private func stopOverdue(_ key: StepKey, _ attempt: Int) {
        guard let step = running[key], step.attempt == attempt else { return }
        worker.noteOverdue(key)
        step.task.cancel()
    }

    private func finish(_ state: RunState) {
        update = RunUpdate(state: state, endedAt: parts.clock.now())
        end = state
    }

    /// Hands everything that changed to the store.
    ///
    /// The end of the run is waited for, all else is not.
    private func flush() async {
        if update == nil { update = heldUpdate() }
        guard !records.isEmpty || update != nil || !toStart.isEmpty else { return }
        let (records, update, toStart, toSettle) = (self.records, self.update, self.toStart, self.toSettle)
        (self.records, self.update, self.toStart, self.toSettle) = ([], nil, [], [])
        let (mailbox, pool) = (mailbox, pool)
        if end != nil {
            let error = await keepNow(records, update)
            storeError = storeError ?? error
            if error == nil { for step in toSettle { await pool.settle(step.errands, on: step.host) } }
        } else {
            await keeper.keep(records, update) { error in
                if let error {
                    mailbox.post(.storeFailed(error))
                    return
                }
                if !toStart.isEmpty { mailbox.post(.kept(toStart)) }
                for step in toSettle {
                    Task {
                        await pool.settle(step.errands, on: step.host)
                        await pool.stepEnded(on: step.host)
                    }
                }
            }
        }
    }

    private var shownState = RunState.running

    /// A run in which everything that is left waits for a person is held.
    private func heldUpdate() -> RunUpdate? {
        let waits = !rules.held.isEmpty || rules.isPaused
        let isHeld = waits && running.isEmpty && toStart.isEmpty
        let state = isHeld ? RunState.held : .running
        guard state != shownState, end == nil else { return nil }
        shownState = state
        return RunUpdate(state: state)
    }
}

// After a restart: what ended stays as it is, what ran is judged by what it does.
extension RunDriver {
    private func prepareReplay() {
        for record in kept where record.attempt >= (last[record.key]?.attempt ?? 0) { last[record.key] = record }
        toReplay = last
        rules.noteBegun(last.values.filter { $0.startedAt != nil }.map(\.key))
        for record in last.values where record.attempt > 1 {
            rules.continueTries(of: record.key, at: record.attempt, from: record.firstAttempt)
        }
    }

    /// Whether a state that the rules come to without any work is kept already.
    private func isKept(_ key: StepKey, _ state: StepState) -> Bool {
        last[key].map { $0.state.isFinal || $0.state == state } ?? false
    }

    private func replay(_ record: StepRecord) -> [RunCommand] {
        let key = record.key
        rules.continueTries(of: key, at: record.attempt)
        switch record.state {
        case .skipped where record.reason?.code != ReasonCode.skippedByPerson.rawValue:
            // The flow comes here after all, since a person set right what stood before it.
            rules.continueTries(of: key, at: record.attempt + 1, from: record.attempt + 1)
            start(key, record.attempt + 1)
        case .succeeded, .failed, .skipped, .cancelled, .unknown:
            worker.note(record)
            return rules.handle(.ended(key, StepEnd(kept: record)))
        case .held:
            progress[key] = record
            return rules.handle(.held(key, record.hold ?? Hold(prompt: "")))
        case .waiting, .ready:
            progress[key] = record
            start(key, record.attempt)
        case .running where plan.steps[key.step].effect == .check:
            progress[key] = record
            let reason = Reason(.controllerStopped, "the controller stopped while the step ran; a check is run again")
            change(key, record.attempt, to: .failed, reason, Report())
            rules.continueTries(of: key, at: record.attempt + 1)
            start(key, record.attempt + 1)
        case .running where worker.canResume(key):
            progress[key] = record
            toStart.append(key)
        case .running:
            progress[key] = record
            let reason = Reason(
                .controllerStopped,
                "the controller stopped after it had started this step; whether the change was made is not known: look at the host"
            )
            return rules.handle(.ended(key, StepEnd(.unknown(reason), mayRetry: false)))
        }
        return []
    }
}

// Persons.
extension RunDriver {
    func answer(step: StepPath?, yes: Bool, by person: String, reason: String) throws(RunRefusal) -> [StepPath] {
        let held = rules.held.filter { step == nil || plan.steps[$0.key.step].path == step }
        guard !held.isEmpty else { throw .nothingHeld(run.id, step) }
        var paths: Set<StepPath> = []
        for (key, hold) in held.sorted(by: { $0.key < $1.key }) {
            let path = plan.steps[key.step].path
            guard hold.approvers.isEmpty || hold.approvers.contains(person) else {
                throw .mayNotAnswer(path, person: person, approvers: hold.approvers)
            }
            paths.insert(path)
            mailbox.post(.event(yes ? .released(key, by: person) : .rejected(key, by: person, reason: reason)))
        }
        return paths.sorted()
    }
}

extension StepEnd {
    /// The end of a step that was kept.
    fileprivate init(kept record: StepRecord) {
        let reason = record.reason ?? Reason(.evaluation, "")
        let result: Result =
            switch record.state {
            case .succeeded: record.report.branch.map(Result.branched) ?? .succeeded
            case .failed: .failed(reason)
            case .cancelled: .cancelled(reason)
            case .skipped: .passedOver(reason)
            default: .unknown(reason)
            }
        self.init(result, record.report, mayRetry: false)
    }
}

extension StepEnd.Result {
    fileprivate var isUnknown: Bool {
        if case .unknown = self { return true }
        return false
    }

    fileprivate var isFailure: Bool {
        switch self {
        case .succeeded, .branched, .passedOver: false
        case .failed, .unknown, .cancelled: true
        }
    }
}
