// SPDX-License-Identifier: Apache-2.0

import Model

// What a node's end means for what follows it.
extension RunRules {
    /// A node has ended: it is told, counted, and its links are decided.
    mutating func end(_ key: StepKey, _ end: NodeEnd) {
        guard let node = shape.node(key.step, lane: key.lane), !nodes[node].state.isFinal else { return }
        if nodes[node].hasRetryDelay {
            nodes[node].hasRetryDelay = false
            lanes.leave(key.lane)
            work.append(.startWaitingLane)
        }
        let hadEntered = nodes[node].state == .running
        holds[key] = nil
        nodes[node].state = end.state
        nodes[node].isBroken = end.isBroken
        nodes[node].isPassedOver = end.isPassedOver
        nodes[node].branchedToError = end.branch == false
        unended -= 1
        commands.append(.changed(key, attempt: Int(nodes[node].attempt), end.state, end.reason, end.report))
        count(key, end)
        if shape.steps[key.step].role == .group, !hadEntered { refuseEntry(key, broken: end.isBroken) }
        tell(key, end)
        countLimits(key, end)
        follow(key, node)
    }

    private mutating func count(_ key: StepKey, _ end: NodeEnd) {
        steps[key.step].ended += 1
        switch end.state {
        case .succeeded: steps[key.step].succeeded += 1
        case .unknown: steps[key.step].unknown += 1
        case .skipped where end.isPassedOver: steps[key.step].succeeded += 1
        case .skipped where !end.isBroken: steps[key.step].notTaken += 1
        case .skipped: steps[key.step].skippedBroken += 1
        default: break
        }
        if end.branch == false { steps[key.step].branchedToError += 1 }
    }

    private mutating func follow(_ key: StepKey, _ node: Int) {
        let isComplete = steps[key.step].ended == shape.width(of: key.step)
        if isComplete, shape.hasWaysBack { steps[key.step].going = lanesGoing(after: key.step) }
        for follower in shape.steps[key.step].followers.reversed() {
            if follower.isLaneByLane {
                let next = StepKey(step: follower.step, lane: key.lane)
                work.append(.decide(next, verdict(of: nodes[node], follower.condition)))
            } else if isComplete {
                let verdict = verdictOfAll(key.step, follower)
                for lane in shape.lanes(of: follower.step).reversed() {
                    work.append(
                        .decide(StepKey(step: follower.step, lane: lane), narrow(verdict, follower, lane, key.step)))
                }
            }
        }
    }

    /// What one node's end says to a follower on the same lane.
    private func verdict(of node: Node, _ condition: LinkCondition) -> Verdict {
        switch (node.state, condition) {
        case (.skipped, .error) where node.isPassedOver: .mismatched(broken: false)
        case (.skipped, _) where node.isPassedOver: .matched
        case (.skipped, _): .void(broken: node.isBroken)
        case (.succeeded, .all), (.failed, .all), (.failed, .error): .matched
        case (.succeeded, .ok): node.branchedToError ? .void(broken: false) : .matched
        case (.succeeded, .error): node.branchedToError ? .matched : .mismatched(broken: false)
        default: .mismatched(broken: true)
        }
    }

    /// What all lanes together say to a follower on other lanes.
    private func verdictOfAll(_ step: Int, _ follower: PlanShape.Follower) -> Verdict {
        let progress = steps[step]
        let counting = progress.ended - progress.notTaken
        guard counting > 0 else { return .void(broken: false) }
        guard counting > progress.skippedBroken else { return .void(broken: true) }
        let needed = follower.requirement.count(of: counting)
        let wentOK = progress.succeeded - progress.branchedToError
        if wentOK >= needed { return follower.condition == .error ? .mismatched(broken: false) : .matched }
        if progress.succeeded >= needed { return follower.condition == .ok ? .void(broken: false) : .matched }
        if progress.succeeded + progress.unknown >= needed { return .mismatched(broken: true) }
        return follower.condition == .ok ? .mismatched(broken: true) : .matched
    }

    /// A lane whose way has broken does not come back by an OK link that waited for all lanes.
    private func narrow(_ verdict: Verdict, _ follower: PlanShape.Follower, _ lane: Int, _ step: Int) -> Verdict {
        guard case .matched = verdict, follower.condition == .ok, lane >= 0, let going = steps[step].going, !going[lane]
        else { return verdict }
        return .void(broken: true)
    }

    /// The lanes still going after a step: those that ended OK in it, or came to it unbroken where it does not run on them.
    private func lanesGoing(after step: Int) -> [Bool] {
        (0..<shape.laneCount).map { lane in
            guard let node = shape.node(step, lane: lane) else { return comes(to: step, lane) }
            return nodes[node].state == .succeeded || nodes[node].state == .skipped && !nodes[node].isBroken
        }
    }

    private func comes(to step: Int, _ lane: Int) -> Bool {
        let links = shape.steps[step].links
        guard !links.isEmpty else {
            guard let parent = shape.steps[step].parent else { return true }
            guard let node = shape.node(parent, lane: lane) else { return comes(to: parent, lane) }
            return nodes[node].state == .running || nodes[node].state == .succeeded
        }
        func passes(_ link: PlannedStep.Link) -> Bool {
            guard let node = shape.node(link.from, lane: lane) else {
                return link.condition != .ok || steps[link.from].going?[lane] ?? true
            }
            switch verdict(of: nodes[node], link.condition) {
            case .matched, .void(broken: false): return true
            case .void(broken: true), .mismatched: return false
            }
        }
        return shape.steps[step].join == .any ? links.contains(where: passes) : links.allSatisfy(passes)
    }
}
