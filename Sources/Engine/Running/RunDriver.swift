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

    let run: Run
    let plan: Plan
    let kept: [StepRecord]
    /// Whether a person wants nothing further to begin.
    private let isPaused: Bool
    /// The latest try of each step, as an earlier controller left it.
    var last: [StepKey: StepRecord] = [:]
    /// Those of them that the rules have not come to again.
    var toReplay: [StepKey: StepRecord] = [:]
    let parts: EngineParts
    let mailbox = Mailbox<Letter>()
    let keeper: Keeper
    let alarms: AlarmClock
    let worker: StepWorker
    let pool: SessionPool
    var rules: RunRules
    var progress: [StepKey: StepRecord] = [:]
    var running: [StepKey: RunningStep] = [:]
    var records: [StepRecord] = []
    private var update: RunUpdate?
    var toStart: [StepKey] = []
    /// Steps that were ended before they were launched, until that has been taken note of.
    var calledOff: Set<StepKey> = []
    /// Steps on hosts that ended and are not kept yet, with the errands whose output the host may forget then.
    var toSettle: [(host: HostName, errands: [String])] = []
    private var end: RunState?
    var storeError: StoreError?
    /// What is kept of the run's own state.
    private var shownState = RunState.running

    struct RunningStep {
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
        pool = SessionPool(
            open: parts.openSession, stepsLeft: StepWorker.stepsByHost(plan), places: parts.places, clock: parts.clock)
        worker = StepWorker(run: run, plan: plan, parts: parts, pool: pool, startJob: startJob)
    }

    /// Does what a person wants, as soon as it comes to that.
    nonisolated func take(_ wish: Wish) {
        switch wish {
        case .cancel(let person): mailbox.post(.event(.cancelled(by: person)))
        case .pause: mailbox.post(.event(.paused))
        case .resume: mailbox.post(.event(.resumed))
        case .kill(let keys): mailbox.post(.kill(keys))
        }
    }

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
