// SPDX-License-Identifier: Apache-2.0

import Model

/// A plan as the rules see it: numbers only, each step's followers at hand, one number for each step on each lane.
struct PlanShape: Sendable {
    /// A link seen from the step before.
    struct Follower: Sendable {
        let step: Int
        let condition: LinkCondition
        let requirement: Requirement
        /// Whether it goes lane by lane.
        let isLaneByLane: Bool
    }

    struct Step: Sendable {
        /// The number of its first node.
        let offset: Int
        /// The lanes it runs on, in order; the controller is lane -1.
        let laneSet: Int
        let role: PlannedStep.Role
        let parent: Int?
        let join: Join
        let reflectsError: Bool
        let expectsError: Bool
        /// Whether the batch behind it begins only when it lets it.
        let isGate: Bool
        let retryTimes: Int
        let retryDelay: Duration
        /// The links into it.
        let links: [PlannedStep.Link]
        /// The links out of it.
        var followers: [Follower] = []
        /// Of a called job: the steps in it that follow nothing, with whether they share its lanes.
        var roots: [Follower] = []
        /// Of a called job: how many of its own steps share its lanes, and how many do not.
        var laneChildren = 0
        var sharedChildren = 0
    }

    /// A called job (or the run) with a limit of failed lanes.
    struct Limit: Sendable {
        /// The called job's step; nil = the run.
        let group: Int?
        let count: Int
    }

    private(set) var steps: [Step] = []
    let laneSets: [[Int]]
    let laneCount: Int
    private(set) var nodeCount = 0
    /// The steps of the job that was asked for that follow nothing.
    private(set) var roots: [Int] = []
    let limits: [Limit]
    let parallel: Int
    /// Whether any link waits for all lanes and leads into lanes again.
    private(set) var hasWaysBack = false
    /// Whether anything stands between batches.
    let hasGates: Bool

    init(_ plan: Plan) {
        laneSets = plan.laneSets
        laneCount = plan.lanes.count
        parallel = max(1, plan.parallel)
        hasGates = plan.steps.contains { $0.isGate ?? false }
        limits =
            (plan.stopAfter.map { [Limit(group: nil, count: $0)] } ?? [])
            + plan.steps.enumerated().compactMap { index, step in
                step.stopAfter.map { Limit(group: index, count: $0) }
            }
        for step in plan.steps { append(step) }
        for (index, step) in plan.steps.enumerated() { connect(index, step) }
    }

    private mutating func append(_ step: PlannedStep) {
        steps.append(
            Step(
                offset: nodeCount, laneSet: step.laneSet, role: step.role, parent: step.parent, join: step.join,
                reflectsError: step.reflectsError, expectsError: step.expectsError, isGate: step.isGate ?? false,
                retryTimes: step.retryTimes,
                retryDelay: step.retryDelay, links: step.links))
        nodeCount += laneSets[step.laneSet].count
    }

    private mutating func connect(_ index: Int, _ step: PlannedStep) {
        for link in step.links {
            let same = steps[link.from].laneSet == step.laneSet
            steps[link.from].followers.append(
                Follower(step: index, condition: link.condition, requirement: link.requirement, isLaneByLane: same))
            hasWaysBack = hasWaysBack || (!same && step.laneSet != 0)
        }
        guard let parent = step.parent else {
            if step.links.isEmpty { roots.append(index) }
            return
        }
        let same = steps[parent].laneSet == step.laneSet
        if same { steps[parent].laneChildren += 1 } else { steps[parent].sharedChildren += 1 }
        guard step.links.isEmpty else { return }
        steps[parent].roots.append(Follower(step: index, condition: .all, requirement: .any, isLaneByLane: same))
        hasWaysBack = hasWaysBack || (!same && step.laneSet != 0)
    }

    /// The lanes of a step.
    func lanes(of step: Int) -> [Int] { laneSets[steps[step].laneSet] }

    /// How many lanes a step has.
    func width(of step: Int) -> Int { laneSets[steps[step].laneSet].count }

    /// The node of a step on a lane; nil when the step does not run there.
    func node(_ step: Int, lane: Int) -> Int? {
        laneSets[steps[step].laneSet].place(of: lane).map { steps[step].offset + $0 }
    }

    /// The key of a step's node by its place among the step's lanes.
    func key(_ step: Int, at position: Int) -> StepKey {
        StepKey(step: step, lane: laneSets[steps[step].laneSet][position])
    }
}
