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
        /// The start of these change steps is kept, so that they may be started; and so is the end of those.
        case kept(started: [StepKey], ended: [EndedStep])
        case storeFailed(StoreError)
        /// A person wants the work of these steps ended.
        case kill([StepKey])
        /// A try has overrun its limit, and does not see to that itself.
        case overdue(StepKey, attempt: Int)
        /// The work of a try waits for its turn on a host, or has it.
        case turn(StepKey, attempt: Int, waits: Bool)
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
    /// The tries of each step that an earlier controller had sent something for.
    var sentBefore: [StepKey: [StepRecord]] = [:]
    let parts: EngineParts
    let mailbox = Mailbox<Letter>()
    let keeper: Keeper
    var timers: Timers
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
    var toSettle: [EndedStep] = []
    /// Work beside the steps that is to be begun; it ends before the run does.
    var errands: [@Sendable () async -> Void] = []
    private var end: RunState?
    var storeError: StoreError?
    /// What is kept of the run's own state.
    private var shownState = RunState.running

    struct RunningStep {
        let task: Task<Void, Never>
        let attempt: Int
        var wasStopped = false
    }

    struct EndedStep: Sendable {
        let host: HostName
        /// What the host may forget the output of.
        let errands: [String]
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
        keeper = Keeper(parts, run: run.id)
        timers = Timers(clock: parts.clock)
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
        await withDiscardingTaskGroup { group in
            group.addTask { [keeper] in await keeper.run() }
            if isPaused { apply(rules.handle(.paused)) }
            apply(rules.handle(.began))
            await flush()
            // That it has begun is kept; now that it is held, if it is.
            if isPaused { await flush() }
            while end == nil, storeError == nil {
                beginErrands(in: &group)
                for letter in await mailbox.take() { take(letter) }
                await flush()
            }
            if storeError == nil { beginErrands(in: &group) }
            await keeper.close()
        }
        for timer in timers.endAll() { await timer.value }
        // What became of the steps can no longer be kept, so nothing is ended: it goes on at its hosts, and the next controller
        // takes it up. To cancel would kill it. Whoever hears of this ends the process, and with it what waits for those steps.
        if let storeError { throw storeError }
        for step in running.values { await step.task.value }
        for case .kept(_, let ended) in mailbox.takeRest() { await settle(ended) }
        await pool.closeAll()
        await worker.close()
        return end ?? .unknown
    }

    private func beginErrands(in group: inout DiscardingTaskGroup) {
        for errand in errands { group.addTask { await errand() } }
        errands = []
    }

    /// The end of steps is kept: their hosts may forget what they wrote.
    private func settle(_ steps: [EndedStep]) async {
        for step in steps { await pool.settle(step.errands, on: step.host) }
    }

    private func take(_ letter: Letter) {
        switch letter {
        case .event(let event): handle(event)
        case .kept(let started, let ended):
            for key in started { launch(key) }
            for step in ended {
                errands.append { [pool] in
                    await pool.settle(step.errands, on: step.host)
                    await pool.stepEnded(on: step.host)
                }
            }
        case .storeFailed(let error): storeError = storeError ?? error
        case .kill(let keys): for key in keys where progress[key]?.state == .running { stop(key) }
        case .overdue(let key, let attempt): stopOverdue(key, attempt)
        case .turn(let key, let attempt, let waits): noteTurn(key, attempt, waits)
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
            timers.end(.limit(key))
            if step?.wasStopped == true, stepEnd.result.isFailure, !stepEnd.result.isUnknown {
                event = .ended(key, StepEnd(.cancelled(Reason(.cancelledByPerson, "ended on request")), stepEnd.report))
            }
            progress[key]?.log = worker.takeLogSize(of: key)
        } else if case .held(let key, _) = event {
            running[key] = nil
            timers.end(.limit(key))
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
        update = RunUpdate(state: state, endedAt: parts.clock.now(), level: rules.level)
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
        if end != nil {
            let error = await keeper.kept(records, update)
            storeError = storeError ?? error
            if error == nil { await settle(toSettle) }
        } else {
            await keeper.keep(records, update) { [mailbox] error in
                if let error {
                    mailbox.post(.storeFailed(error))
                } else if !toStart.isEmpty || !toSettle.isEmpty {
                    mailbox.post(.kept(started: toStart, ended: toSettle))
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
    /// The steps that wait for a person, where this one may answer all of them, and their paths.
    func held(_ step: StepPath?, for person: String) throws(RunRefusal) -> (keys: [StepKey], paths: [StepPath]) {
        let held = rules.held.filter { step == nil || plan.steps[$0.key.step].path == step }
        guard !held.isEmpty else { throw .nothingHeld(run.id, step) }
        var paths: Set<StepPath> = []
        for (key, hold) in held.sorted(by: { $0.key < $1.key }) {
            let path = plan.steps[key.step].path
            guard hold.approvers.isEmpty || hold.approvers.contains(person) else {
                throw .mayNotAnswer(path, person: person, approvers: hold.approvers)
            }
            paths.insert(path)
        }
        return (held.keys.sorted(), paths.sorted())
    }

    nonisolated func answer(_ keys: [StepKey], yes: Bool, by person: String, reason: String) {
        for key in keys {
            mailbox.post(.event(yes ? .released(key, by: person) : .rejected(key, by: person, reason: reason)))
        }
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
