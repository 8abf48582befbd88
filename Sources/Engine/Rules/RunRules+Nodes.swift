// SPDX-License-Identifier: Apache-2.0

import Model

// A node's own life: it is decided, starts, tries again, waits for a person, and ends.
extension RunRules {
    /// Takes one link's verdict; the last one decides the node (the first match, where any is enough).
    mutating func decide(_ key: StepKey, _ verdict: Verdict) {
        guard let node = shape.node(key.step, lane: key.lane), nodes[node].state == .waiting else { return }
        nodes[node].pending -= 1
        switch verdict {
        case .matched: nodes[node].sawMatch = true
        case .void(let broken): nodes[node].sawBroken = nodes[node].sawBroken || broken
        case .mismatched(let broken):
            nodes[node].sawMismatch = true
            nodes[node].sawBroken = nodes[node].sawBroken || broken
        }
        let isAny = shape.steps[key.step].join == .any
        if isAny, nodes[node].sawMatch { return becomeReady(key, node) }
        guard nodes[node].pending == 0 else { return }
        let goes = nodes[node].sawMatch && !nodes[node].sawMismatch
        if goes { becomeReady(key, node) } else { skip(key, broken: nodes[node].sawBroken) }
    }

    private mutating func becomeReady(_ key: StepKey, _ node: Int) {
        if isCancelling {
            work.append(.end(key, NodeEnd(state: .cancelled, reason: cancelReason)))
        } else if let gate = gate(of: key), isStopped(around: gate) {
            closed[gate] = stoppedReason
            skip(key, broken: gate != key.step)
        } else if shape.steps[key.step].role == .group {
            enter(key, node)
        } else if lanes.admit(key) {
            start(key, node)
        } else {
            nodes[node].state = .ready
            commands.append(.prepare(key))
        }
    }

    /// Starts a node that has its lane's place, unless too many lanes have failed for a new one to begin.
    mutating func start(_ key: StepKey, _ node: Int) {
        guard mayBegin(key) else {
            lanes.leave(key.lane)
            work.append(.startWaitingLane)
            work.append(.end(key, NodeEnd(state: .skipped, reason: stoppedReason, isBroken: true)))
            return
        }
        let attempt = Int(nodes[node].attempt)
        if shape.steps[key.step].role == .pause {
            nodes[node].state = .running
            commands.append(.changed(key, attempt: attempt, .running, nil, Report()))
            commands.append(.wake(key, attempt: attempt, after: shape.steps[key.step].retryDelay))
        } else {
            nodes[node].state = .running
            commands.append(.start(key, attempt: attempt))
        }
    }

    mutating func startWaitingLane() {
        while let key = lanes.next() {
            guard let node = shape.node(key.step, lane: key.lane), nodes[node].state == .ready else {
                lanes.leave(key.lane)
                continue
            }
            start(key, node)
        }
    }

    /// A try ended: perhaps there is another, else the node has ended.
    mutating func ended(_ key: StepKey, _ end: StepEnd) {
        guard let node = shape.node(key.step, lane: key.lane), nodes[node].state == .running else { return }
        if case .failed(let reason) = end.result, end.mayRetry, !isCancelling, hasTriesLeft(key, node) {
            return tryAgain(key, node, reason, end.report)
        }
        lanes.leave(key.lane)
        work.append(.startWaitingLane)
        work.append(.end(key, NodeEnd(end)))
    }

    private func hasTriesLeft(_ key: StepKey, _ node: Int) -> Bool {
        Int(nodes[node].attempt) - Int(nodes[node].firstAttempt) < shape.steps[key.step].retryTimes
    }

    private mutating func tryAgain(_ key: StepKey, _ node: Int, _ reason: Reason, _ report: Report) {
        commands.append(.changed(key, attempt: Int(nodes[node].attempt), .failed, reason, report))
        nodes[node].attempt += 1
        nodes[node].state = .ready
        nodes[node].hasRetryDelay = true
        let attempt = Int(nodes[node].attempt)
        commands.append(.changed(key, attempt: attempt, .ready, nil, Report()))
        commands.append(.wake(key, attempt: attempt, after: shape.steps[key.step].retryDelay))
    }

    mutating func due(_ key: StepKey) {
        guard let node = shape.node(key.step, lane: key.lane) else { return }
        if nodes[node].state == .ready, nodes[node].hasRetryDelay {
            nodes[node].hasRetryDelay = false
            guard !lanes.isPaused else {
                // It has its lane's place already, and takes it anew when the run goes on.
                lanes.leave(key.lane)
                _ = lanes.admit(key)
                return
            }
            nodes[node].state = .running
            commands.append(.start(key, attempt: Int(nodes[node].attempt)))
        } else if nodes[node].state == .running, shape.steps[key.step].role == .pause {
            ended(key, StepEnd(.succeeded))
        }
    }

    mutating func wait(_ key: StepKey, for hold: Hold) {
        guard let node = shape.node(key.step, lane: key.lane), nodes[node].state == .running else { return }
        if isCancelling { return ended(key, StepEnd(.cancelled(cancelReason))) }
        nodes[node].state = .held
        holds[key] = hold
        commands.append(.hold(key, attempt: Int(nodes[node].attempt), hold))
        // Waiting for a person is no work: another lane may have the place.
        lanes.leave(key.lane)
        work.append(.startWaitingLane)
    }

    mutating func answer(_ key: StepKey, _ end: NodeEnd) {
        guard let node = shape.node(key.step, lane: key.lane), nodes[node].state == .held else { return }
        holds[key] = nil
        work.append(.end(key, end))
    }

    mutating func expire(_ key: StepKey) {
        guard let node = shape.node(key.step, lane: key.lane), nodes[node].state == .held, let hold = holds[key] else {
            return
        }
        let reason = Reason(.holdExpired, "nobody answered within \(hold.longestWait?.written ?? "the time given")")
        switch hold.onExpiry {
        case .error: answer(key, NodeEnd(state: .failed, reason: reason))
        case .skip: answer(key, NodeEnd(state: .succeeded, reason: reason, report: Report(level: .warning)))
        case .kill:
            answer(key, NodeEnd(state: .failed, reason: reason))
            cancel(by: "an unanswered hold")
        }
    }

    /// Passes over a node that has not begun.
    mutating func passOver(_ key: StepKey, by person: String, _ reason: String) {
        guard let node = shape.node(key.step, lane: key.lane), shape.steps[key.step].role == .task else { return }
        guard [.waiting, .ready, .held].contains(nodes[node].state) else { return }
        let text = "skipped by \(person)\(reason.isEmpty ? "" : ": " + reason)"
        work.append(
            .end(key, NodeEnd(state: .skipped, reason: Reason(.skippedByPerson, text), isPassedOver: true)))
    }

    func released(by person: String) -> NodeEnd {
        NodeEnd(state: .succeeded, report: Report(summary: Message("released", ["by": .text(person)])))
    }

    func rejected(by person: String, reason: String) -> NodeEnd {
        NodeEnd(state: .failed, reason: Reason(.rejected, "\(person) said no\(reason.isEmpty ? "" : ": " + reason)"))
    }

    mutating func skip(_ key: StepKey, broken: Bool) {
        let reason =
            closedReason(key.step)
            ?? (broken
                ? Reason(.predecessor, "a step before it did not end as its link asks")
                : Reason(.notTaken, "the flow went another way"))
        // A target that does not come to a gate does not count there.
        work.append(
            .end(key, NodeEnd(state: .skipped, reason: reason, isBroken: broken && !shape.steps[key.step].isGate)))
    }

    /// Ends everything that has not begun, and asks for the end of what runs.
    mutating func cancel(by person: String) {
        guard !isCancelling else { return }
        isCancelling = true
        cancelReason = Reason(.cancelledByPerson, "cancelled by \(person)")
        for key in keys(where: { !$0.state.isFinal }) {
            guard let node = shape.node(key.step, lane: key.lane) else { continue }
            let role = shape.steps[key.step].role
            if nodes[node].state == .running, role == .task {
                commands.append(.stop(key))
            } else if nodes[node].state == .running, role == .group {
                continue
            } else {
                work.append(.end(key, NodeEnd(state: .cancelled, reason: cancelReason)))
            }
        }
    }
}

extension NodeEnd {
    init(_ end: StepEnd) {
        switch end.result {
        case .succeeded: self.init(state: .succeeded, report: end.report)
        case .branched(let way): self.init(state: .succeeded, report: end.report, branch: way)
        case .failed(let reason): self.init(state: .failed, reason: reason, report: end.report)
        case .unknown(let reason): self.init(state: .unknown, reason: reason, report: end.report)
        case .cancelled(let reason): self.init(state: .cancelled, reason: reason, report: end.report)
        case .passedOver(let reason):
            self.init(state: .skipped, reason: reason, report: end.report, isPassedOver: true)
        }
    }
}
