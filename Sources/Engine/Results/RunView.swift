// SPDX-License-Identifier: Apache-2.0

package import Model

/// A run as people and programs see it: what became of each target, step by step.
///
/// Made from what the store holds.
package struct RunView: Sendable {
    package let run: Run
    package let plan: Plan
    /// The targets, in the plan's order; hosts that only a step's own selector named come after them.
    package let targets: [TargetView]
    /// What ran once, on the controller.
    package let controllerSteps: [StepView]
    package let counts: RunCounts
    /// What persons did to it, in order.
    package let actions: [RunAction]
    /// The addresses of the plan's hosts.
    let addresses: [HostName: String]

    /// Makes a view of a run, the steps kept of it, every attempt of them, and what persons did to it.
    package init(run: Run, plan: Plan, records: [StepRecord], actions: [RunAction] = []) {
        self.run = run
        self.plan = plan
        self.actions = actions
        addresses = Dictionary(plan.hosts.map { ($0.name, $0.connection.address) }) { first, _ in first }
        var byLane: [Int: [StepRecord]] = [:]
        for record in records { byLane[record.key.lane, default: []].append(record) }
        let isOver = run.state.isFinal
        targets = plan.lanes.indices.map { lane in
            TargetView(plan: plan, lane: lane, records: byLane[lane] ?? [], isOver: isOver)
        }
        controllerSteps = StepView.steps(of: plan, records: byLane[Plan.controllerLane] ?? [])
        counts = RunCounts(targets.prefix(plan.targetCount))
    }
}

extension RunView {
    /// Whether all steps ended and a check could not look, on some target or on the controller.
    package var isNotChecked: Bool {
        run.state == .succeeded
            && (counts.notChecked > 0
                || controllerSteps.contains {
                    $0.isLatest && $0.record.state == .succeeded && $0.record.report.level == .unknown
                })
    }

    /// Every try of every step.
    package var records: [StepRecord] { (controllerSteps + targets.flatMap(\.steps)).map(\.record) }

    /// The steps that ran once and are worth a line of their own: those that go on, did not end well or found something, and all of them
    /// where no target did anything.
    package var notableControllerSteps: [StepView] {
        let isAll = counts.skipped == counts.targets
        return controllerSteps.filter { step in
            guard step.isLatest, plan.steps[step.step].role == .task else { return false }
            return isAll || step.isNotable
        }
    }

    /// For whom it waits, in words; nil = for nobody.
    package var waitsFor: Sentence? { run.state == .waiting ? actions.last { $0.kind == .waits }?.reason : nil }
}

/// How many targets are in which state.
package struct RunCounts: Codable, Hashable, Sendable {
    package var targets = 0
    /// Those that are proven OK, with or without a warning.
    package var succeeded = 0
    /// Those whose steps all ended, and where a check could not look: never a success.
    package var notChecked = 0
    package var failed = 0
    package var unknown = 0
    package var skipped = 0
    package var cancelled = 0
    package var running = 0
    package var waiting = 0
    /// Of the failed: those that were never reached.
    package var unreachable = 0
    /// Of the succeeded: those with a warning.
    package var warnings = 0
    /// Targets that were altered.
    package var changed = 0

    init(_ views: some Sequence<TargetView>) {
        for view in views {
            targets += 1
            switch view.state {
            case .succeeded where view.level == .unknown: notChecked += 1
            case .succeeded: succeeded += 1
            case .failed: failed += 1
            case .unknown: unknown += 1
            case .skipped: skipped += 1
            case .cancelled: cancelled += 1
            case .running, .held: running += 1
            case .waiting, .ready: waiting += 1
            }
            if view.isUnreachable { unreachable += 1 }
            if view.state == .succeeded, view.level == .warning { warnings += 1 }
            if view.changed { changed += 1 }
        }
    }
}

/// One target's way through a run.
package struct TargetView: Sendable {
    package let lane: Int
    package let target: Target
    package let state: StepState
    package let level: Level
    package let changed: Bool
    /// Why it failed, or is not known.
    package let reason: Reason?
    /// The step the reason stands at.
    package let failedStep: StepView?
    package let steps: [StepView]
    package let startedAt: Instant?
    package let endedAt: Instant?

    init(plan: Plan, lane: Int, records: [StepRecord], isOver: Bool) {
        self.lane = lane
        target = plan.lanes[lane]
        steps = StepView.steps(of: plan, records: records)
        let latest = steps.filter(\.isLatest)
        let own = latest.filter { plan.steps[$0.step].parent == nil || !$0.hasParentHere(plan, latest) }
        let state = TargetView.state(own, plan, isOver: isOver, expected: TargetView.expected(plan, lane))
        self.state = state
        level = own.filter { $0.record.state == .succeeded }.map(\.record.report.level).max() ?? .ok
        changed = steps.contains { $0.record.report.changed }
        let bad = latest.first { step in
            step.record.reason != nil && step.record.state == state && plan.steps[step.step].role == .task
                && (state == .unknown || plan.steps[step.step].reflectsError)
        }
        reason = state == .succeeded ? nil : bad?.record.reason ?? own.compactMap(\.record.reason).first
        failedStep = bad
        startedAt = records.compactMap(\.startedAt).min()
        endedAt = records.compactMap(\.endedAt).max()
    }

    /// Why it did not end well, in a person's language.
    package func explanation(_ plan: Plan, _ language: Language) -> String? {
        failedStep?.explanation(plan, language) ?? reason?.message
    }

    /// Whether the work could not be begun because the host was not reached.
    package var isUnreachable: Bool {
        state == .failed && reason.flatMap { ReasonCode(rawValue: $0.code) }?.isUnreachable ?? false
    }

    /// How many of the outermost steps run on a lane.
    private static func expected(_ plan: Plan, _ lane: Int) -> Int {
        plan.steps.indices.count { plan.steps[$0].parent == nil && plan.runs($0, on: lane) }
    }

    private static func state(_ steps: [StepView], _ plan: Plan, isOver: Bool, expected: Int) -> StepState {
        func any(_ state: StepState) -> Bool {
            steps.contains { $0.record.state == state && (state == .unknown || plan.steps[$0.step].reflectsError) }
        }
        let isEnded = isOver || steps.count >= expected && steps.allSatisfy { $0.record.state.isFinal }
        if !isEnded {
            if steps.contains(where: { $0.record.state == .held }) { return .held }
            return steps.contains { [.running, .ready].contains($0.record.state) } ? .running : .waiting
        }
        for state in [StepState.failed, .unknown, .cancelled] where any(state) { return state }
        let ran = steps.contains { $0.record.state != .skipped }
        return ran ? .succeeded : .skipped
    }
}

/// One try of one step, with its place in the tree.
package struct StepView: Sendable {
    package let step: Int
    package let path: StepPath
    package let record: StepRecord
    /// Whether no later try of the step exists.
    package let isLatest: Bool

    static func steps(of plan: Plan, records: [StepRecord]) -> [StepView] {
        var latest: [Int: Int] = [:]
        for record in records { latest[record.key.step] = max(latest[record.key.step] ?? 0, record.attempt) }
        return records.sorted { ($0.key, $0.attempt) < ($1.key, $1.attempt) }.map { record in
            StepView(
                step: record.key.step, path: plan.steps[record.key.step].path, record: record,
                isLatest: latest[record.key.step] == record.attempt)
        }
    }

    /// Whether it goes on, did not end well, or found something.
    fileprivate var isNotable: Bool {
        switch record.state {
        case .waiting, .ready, .skipped: false
        case .succeeded: record.report.level > .info
        case .running, .held, .failed, .unknown, .cancelled: true
        }
    }

    /// Why it did not end well, in a person's language.
    package func explanation(_ plan: Plan, _ language: Language) -> String? { plan.explanation(of: record, language) }

    func hasParentHere(_ plan: Plan, _ others: [StepView]) -> Bool {
        guard let parent = plan.steps[step].parent else { return false }
        return plan.runs(parent, on: record.key.lane)
    }
}

extension Plan {
    /// What a step has to say, in a person's language: why it did not end well, else what it found, else its summary.
    package func words(of record: StepRecord, _ language: Language) -> String? {
        if let why = explanation(of: record, language) { return why }
        let texts = texts(of: record.key.step)
        let found = record.report.findings.filter { $0.level > .info }.map(\.message)
        guard found.isEmpty else { return found.map { $0.text(in: language, texts: texts) }.joined(separator: "; ") }
        return record.report.summary?.text(in: language, texts: texts)
    }

    /// Why a step did not end well, in a person's language: what it found, where that is the reason.
    package func explanation(of record: StepRecord, _ language: Language) -> String? {
        guard let reason = record.reason else { return nil }
        let grave = record.report.findings.filter { $0.level == .error }
        guard reason.code == ReasonCode.finding.rawValue, !grave.isEmpty else { return reason.message }
        return grave.map { $0.message.text(in: language, texts: texts(of: record.key.step)) }.joined(separator: "; ")
    }
}
