// SPDX-License-Identifier: Apache-2.0

package import Model

/// Which steps of a run begin anew, are settled or passed over when a person sets a run right: a value, without store or host.
///
/// What it gives are records of new tries. The rest is what happens after any restart: the rules go through the run again,
/// what is kept as ended stays, and what has a new try is done.
package struct Recovery: Sendable {
    let plan: Plan
    private let shape: PlanShape
    private let latest: LatestTries

    /// Makes one of a plan and every record of its run.
    package init(plan: Plan, records: [StepRecord]) {
        self.plan = plan
        shape = PlanShape(plan)
        latest = LatestTries(records, shape)
    }

    /// Which steps on which targets a person means.
    package struct Selection: Hashable, Sendable {
        /// The step, or a called job with all in it; nil = any.
        package var step: StepPath?
        /// The targets, by lane; nil = all.
        package var lanes: Set<Int>?

        package init(step: StepPath? = nil, lanes: Set<Int>? = nil) {
            self.step = step
            self.lanes = lanes
        }
    }

    /// New tries of what did not end well, and of all that follows it.
    ///
    /// - Parameters:
    ///   - selection: With a step, that step is done again whatever it came to; without one, all that did not end well.
    ///   - onlyFailed: With a step: only where it did not end well.
    /// - Returns: The records of the new tries.
    /// - Throws: `RecoveryRefusal` when nothing is left to be done again.
    package func rework(_ selection: Selection, onlyFailed: Bool) throws(RecoveryRefusal) -> [StepRecord] {
        var again = Affected(plan: plan, shape: shape, latest: latest, isRedone: true)
        for key in try keys(of: selection) {
            guard let state = latest.state(key) else { continue }
            guard state.isBad || selection.step != nil && !onlyFailed else { continue }
            again.add(key)
        }
        guard !again.isEmpty else { throw .nothingToDo(selection.step) }
        return again.keys.map(newTry)
    }

    /// Takes steps that did not end well for good, because a person says so.
    ///
    /// - Throws: `RecoveryRefusal` when there is no such step, or it does not stand so.
    package func setOK(_ selection: Selection, by person: String, reason: String, at now: Instant)
        throws(RecoveryRefusal) -> [StepRecord]
    {
        try settle(selection, where: { $0 == .failed || $0 == .unknown || $0 == .cancelled }, "set OK") { record in
            record.state = .succeeded
            record.reason = Reason(.setOK, "set OK by \(person): \(reason)")
            record.report = Report(
                level: .warning, summary: Message("set-ok", ["by": .text(person), "why": .text(reason)]))
            record.endedAt = now
        }
    }

    /// Passes over steps that did not run or did not end well: what follows goes on as after OK.
    ///
    /// - Throws: `RecoveryRefusal` when there is no such step, or it does not stand so.
    package func skip(_ selection: Selection, by person: String, reason: String, at now: Instant)
        throws(RecoveryRefusal) -> [StepRecord]
    {
        try settle(selection, where: { $0 != .succeeded && $0 != .running && $0 != .held }, "skipped") { record in
            record.state = .skipped
            record.reason = Reason(.skippedByPerson, "skipped by \(person)\(reason.isEmpty ? "" : ": " + reason)")
            record.endedAt = now
        }
    }

    /// Looks again at steps whose end is not known, where the host can still be asked.
    ///
    /// - Throws: `RecoveryRefusal` when there is none.
    package func probe(_ selection: Selection) throws(RecoveryRefusal) -> [StepRecord] {
        var again = Affected(plan: plan, shape: shape, latest: latest, isRedone: false)
        var asked: [StepRecord] = []
        for key in try tasks(of: selection) {
            guard var record = latest[key], record.state == .unknown, !record.sent.isEmpty,
                record.sent.allSatisfy({ $0.path != nil })
            else { continue }
            record.state = .running
            record.reason = nil
            record.endedAt = nil
            record.isProbe = true
            asked.append(record)
            again.addWhatFollows(key)
        }
        guard !asked.isEmpty else { throw .nothingToAsk(selection.step) }
        return asked + newTries(again, without: asked)
    }

    /// The steps that were running when they were last seen.
    func running(among keys: [StepKey]) -> [StepKey] { keys.filter { latest.state($0) == .running } }

    private func settle(
        _ selection: Selection, where stands: (StepState) -> Bool, _ word: String, _ settle: (inout StepRecord) -> Void
    ) throws(RecoveryRefusal) -> [StepRecord] {
        var again = Affected(plan: plan, shape: shape, latest: latest, isRedone: false)
        var settled: [StepRecord] = []
        for key in try tasks(of: selection) where stands(latest.state(key) ?? .waiting) {
            var record = newTry(key)
            settle(&record)
            settled.append(record)
            again.addWhatFollows(key)
        }
        guard !settled.isEmpty else { throw .nothingStandsSo(selection.step, word) }
        return settled + newTries(again, without: settled)
    }

    private func newTries(_ again: Affected, without records: [StepRecord]) -> [StepRecord] {
        let keys = Set(records.map(\.key))
        return again.keys.filter { !keys.contains($0) }.map(newTry)
    }

    private func newTry(_ key: StepKey) -> StepRecord {
        let attempt = latest.attempt(key) + 1
        var record = StepRecord(key: key, attempt: attempt, state: .waiting)
        record.firstAttempt = attempt
        return record
    }

    func tasks(of selection: Selection) throws(RecoveryRefusal) -> [StepKey] {
        try keys(of: selection).filter { plan.steps[$0.step].role == .task }
    }

    private func keys(of selection: Selection) throws(RecoveryRefusal) -> [StepKey] {
        var found = false
        var keys: [StepKey] = []
        for (index, step) in plan.steps.enumerated() {
            guard selection.step.map({ $0 == step.path || step.path.rawValue.hasPrefix($0.rawValue + "/") }) ?? true
            else { continue }
            found = true
            for lane in shape.lanes(of: index) where selection.lanes?.contains(lane) ?? true {
                keys.append(StepKey(step: index, lane: lane))
            }
        }
        if !found, let step = selection.step { throw .noSuchStep(step, plan.steps.map(\.path)) }
        return keys
    }
}

extension StepState {
    /// Whether it ended, and not well.
    fileprivate var isBad: Bool { self == .failed || self == .unknown || self == .cancelled }
}

/// Why a run was not set right.
package enum RecoveryRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noSuchStep(StepPath, [StepPath])
    case nothingToDo(StepPath?)
    case nothingToAsk(StepPath?)
    case nothingStandsSo(StepPath?, String)

    package var description: String {
        switch self {
        case .noSuchStep(let step, let all):
            "there is no step '\(step)' in the run; its steps are \(all.map(\.rawValue).joined(separator: ", "))"
        case .nothingToDo(let step):
            "nothing is to be done again: \(words(step)) failed, is unknown or was cancelled on the targets chosen"
        case .nothingToAsk(let step):
            "no host can be asked: \(words(step)) is unknown and stands in the spool of its host"
        case .nothingStandsSo(let step, let word):
            "nothing was \(word): \(words(step)) stands so on the targets chosen that it could be"
        }
    }

    private func words(_ step: StepPath?) -> String { step.map { "no try of '\($0)'" } ?? "no step" }
}
