// SPDX-License-Identifier: Apache-2.0

import Model

// Called jobs: a node that begins, lets its inner steps follow, and ends as they did.
extension RunRules {
    mutating func enter(_ key: StepKey, _ node: Int) {
        nodes[node].state = .running
        nodes[node].openChildren = Int32(shape.steps[key.step].laneChildren)
        commands.append(.changed(key, attempt: Int(nodes[node].attempt), .running, nil, Report()))
        steps[key.step].entered += 1
        decideEntry(key, .matched)
        closeIfDone(key)
    }

    /// A call that was skipped or cancelled before it began: its inner steps are not run either.
    mutating func refuseEntry(_ key: StepKey, broken: Bool) {
        decideEntry(key, .void(broken: broken))
    }

    private mutating func decideEntry(_ key: StepKey, _ verdict: Verdict) {
        steps[key.step].entryDecided += 1
        let isComplete = steps[key.step].entryDecided == shape.width(of: key.step)
        let entered = steps[key.step].entered > 0
        for root in shape.steps[key.step].roots.reversed() {
            if root.isLaneByLane {
                work.append(.decide(StepKey(step: root.step, lane: key.lane), verdict))
            } else if isComplete {
                for lane in shape.lanes(of: root.step).reversed() {
                    let verdict = entered ? entryVerdict(key.step, lane) : Verdict.void(broken: true)
                    work.append(.decide(StepKey(step: root.step, lane: lane), verdict))
                }
            }
        }
    }

    private func entryVerdict(_ call: Int, _ lane: Int) -> Verdict {
        guard let node = shape.node(call, lane: lane), nodes[node].state != .running else { return .matched }
        return .void(broken: true)
    }

    /// Tells the calling node, or the run, that a node inside it has ended.
    mutating func tell(_ key: StepKey, _ end: NodeEnd) {
        let step = shape.steps[key.step]
        let tally = Tally(end, reflects: step.reflectsError)
        guard let parent = step.parent else { return worsen(tally) }
        if shape.steps[parent].laneSet == step.laneSet {
            guard let node = shape.node(parent, lane: key.lane) else { return }
            nodes[node].tally.add(tally)
            nodes[node].openChildren -= 1
            if let reason = end.reason, tally.isBad, callFailures[node] == nil { callFailures[node] = reason }
            closeIfDone(StepKey(step: parent, lane: key.lane))
        } else {
            steps[parent].sharedTally.add(tally)
            if let reason = end.reason, tally.isBad, let gate = gate(around: parent) {
                close(gate: gate, reason, tally)
            }
            guard steps[key.step].ended == shape.width(of: key.step) else { return }
            steps[parent].openShared -= 1
            guard steps[parent].openShared == 0 else { return }
            for lane in shape.lanes(of: parent) { closeIfDone(StepKey(step: parent, lane: lane)) }
        }
    }

    mutating func worsen(_ tally: Tally) {
        level = max(level, tally.level)
        if tally.anyFailed || tally.anyCancelled {
            worst = .failed
        } else if tally.anyUnknown, worst != .failed {
            worst = .unknown
        }
    }

    private mutating func closeIfDone(_ key: StepKey) {
        guard let node = shape.node(key.step, lane: key.lane), nodes[node].state == .running,
            nodes[node].openChildren == 0, steps[key.step].openShared == 0
        else { return }
        var tally = nodes[node].tally
        if let reason = closed[key.step] ?? gate(around: key.step).flatMap({ closed[$0] }), !tally.isBad {
            let report = Report(level: tally.level, changed: tally.changed)
            return work.append(
                .end(key, NodeEnd(state: .skipped, reason: reason, report: report, isBroken: true)))
        }
        tally.add(steps[key.step].sharedTally)
        let failure = callFailures[node] ?? Reason(.calledJob, "a step of the called job did not end OK")
        work.append(.end(key, close(tally, failure, expectsError: shape.steps[key.step].expectsError)))
    }

    private func close(_ tally: Tally, _ failure: Reason, expectsError: Bool) -> NodeEnd {
        let report = Report(level: tally.level, changed: tally.changed)
        if !tally.anyRan {
            return NodeEnd(state: .skipped, reason: Reason(.stopped, "none of its steps was run"), isBroken: true)
        }
        if tally.anyCancelled { return NodeEnd(state: .cancelled, reason: cancelReason, report: report) }
        if tally.anyFailed {
            return expectsError
                ? NodeEnd(state: .succeeded, report: report)
                : NodeEnd(state: .failed, reason: failure, report: report)
        }
        if tally.anyUnknown { return NodeEnd(state: .unknown, reason: failure, report: report) }
        return expectsError
            ? NodeEnd(
                state: .failed, reason: Reason(.calledJob, "the called job was to end with ERROR and ended OK"),
                report: report)
            : NodeEnd(state: .succeeded, report: report)
    }
}

extension Tally {
    /// What one ended node adds.
    ///
    /// `unknown` is told even where errors are not reflected: it is never taken for success.
    init(_ end: NodeEnd, reflects: Bool) {
        anyRan = end.state != .skipped || end.isPassedOver
        anyFailed = end.state == .failed && reflects
        anyUnknown = end.state == .unknown
        anyCancelled = end.state == .cancelled
        changed = end.report.changed
        if end.state == .succeeded { level = end.report.level }
    }

    var isBad: Bool { anyFailed || anyUnknown || anyCancelled }
}
