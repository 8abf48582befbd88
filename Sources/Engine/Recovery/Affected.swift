// SPDX-License-Identifier: Apache-2.0

import Model

/// The steps that begin again: what was chosen and what follows it.
///
/// A list of what is still to be followed instead of recursion, so that long chains need no deep stack; each lane costs the same,
/// however many there are.
struct Affected {
    private let shape: PlanShape
    private let latest: LatestTries
    /// Whether the work of what was chosen is done again, and not only judged otherwise: then what came after it is done again
    /// too, else only what was never begun.
    private let isRedone: Bool
    /// The steps in each called job.
    private let children: [Int: [Int]]
    private var affected: NodeSet
    /// What has been added and is not followed yet, or is judged otherwise and only followed.
    private var open: [StepKey] = []
    /// Steps beyond a link that waits for all lanes, and calls around steps of the controller: the first lane that comes there is
    /// enough for all.
    private var reachedSteps: Set<Int> = []
    private var reachedCalls: Set<Int> = []

    init(plan: Plan, shape: PlanShape, latest: LatestTries, isRedone: Bool) {
        self.shape = shape
        self.latest = latest
        affected = NodeSet(shape)
        self.isRedone = isRedone
        children = Dictionary(grouping: plan.steps.indices.filter { plan.steps[$0].parent != nil }) {
            plan.steps[$0].parent ?? 0
        }
    }

    /// Whether nothing begins again.
    var isEmpty: Bool { affected.isEmpty }

    /// The steps that begin again, in order.
    var keys: [StepKey] { affected.keys }

    /// A step is done again, with all that is inside it and all that follows it.
    mutating func add(_ key: StepKey) {
        insert(key)
        follow()
    }

    /// Everything that follows a step on its lane begins again.
    mutating func addWhatFollows(_ key: StepKey) {
        open.append(key)
        follow()
    }

    private mutating func follow() {
        while let key = open.popLast() {
            addFollowers(of: key)
            addCall(around: key)
        }
    }

    private mutating func insert(_ key: StepKey) {
        guard latest.state(key) != nil, affected.insert(key) else { return }
        open.append(key)
        for child in children[key.step] ?? [] {
            if shape.node(child, lane: key.lane) != nil { insert(StepKey(step: child, lane: key.lane)) }
            let controller = StepKey(step: child, lane: Plan.controllerLane)
            if key.lane >= 0, shape.node(child, lane: controller.lane) != nil { insert(controller) }
        }
    }

    /// Beyond a link that waits for all lanes only what did not end well begins again: what is done there stays done.
    private mutating func addFollowers(of key: StepKey) {
        for follower in shape.steps[key.step].followers {
            if follower.isLaneByLane {
                add(StepKey(step: follower.step, lane: key.lane), isAlone: true)
            } else if reachedSteps.insert(follower.step).inserted {
                for lane in shape.lanes(of: follower.step) {
                    add(StepKey(step: follower.step, lane: lane), isAlone: false)
                }
            }
        }
    }

    private mutating func add(_ next: StepKey, isAlone: Bool) {
        let state = latest.state(next)
        if isRedone ? isAlone || state != .succeeded : state == .skipped { insert(next) }
    }

    /// The called job around a step is judged again, and unless it was good, so is what follows that.
    private mutating func addCall(around key: StepKey) {
        guard let parent = shape.steps[key.step].parent else { return }
        if key.lane >= 0 {
            addCall(StepKey(step: parent, lane: key.lane))
        } else if reachedCalls.insert(parent).inserted {
            for lane in shape.lanes(of: parent) { addCall(StepKey(step: parent, lane: lane)) }
        }
    }

    private mutating func addCall(_ call: StepKey) {
        guard let state = latest.state(call), state != .succeeded, affected.insert(call) else { return }
        open.append(call)
    }
}
