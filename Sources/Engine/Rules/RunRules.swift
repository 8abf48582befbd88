// SPDX-License-Identifier: Apache-2.0

package import Model

/// The rules of a run: an event in, commands out.
///
/// A value without clock, store or host.
///
/// Each step on each lane is a node. A node is decided when all links into it are, and then it starts or is skipped; when it has
/// ended, the links out of it are decided. A called job is a node that begins, lets its inner steps follow, and ends as they did.
package struct RunRules: Sendable {
    let shape: PlanShape
    var nodes: [Node]
    var steps: [StepProgress]
    var lanes: LaneSlots
    var limits: [LimitProgress]
    var commands: [RunCommand] = []
    /// What is still to be worked off in this call; a list instead of recursion, so that long chains need no deep stack.
    var work: [Work] = []
    var unended: Int
    var holds: [StepKey: Hold] = [:]
    /// The first failure inside a called job, by the call's node.
    var callFailures: [Int: Reason] = [:]
    /// Why gates and what stands behind them did not begin, by step.
    var closed: [Int: Reason] = [:]
    var isCancelling = false
    var cancelReason = Reason(.cancelledByPerson, "cancelled")
    var worst = RunState.succeeded
    /// The gravest level of the steps that succeeded so far.
    package internal(set) var level = Level.ok

    /// Makes the rules of a plan.
    package init(plan: Plan) {
        shape = PlanShape(plan)
        nodes = []
        nodes.reserveCapacity(shape.nodeCount)
        for step in shape.steps {
            let node = Node(pending: Int32(max(1, step.links.count)))
            nodes += repeatElement(node, count: shape.laneSets[step.laneSet].count)
        }
        steps = shape.steps.map { StepProgress(openShared: $0.sharedChildren) }
        lanes = LaneSlots(laneCount: shape.laneCount, limit: shape.parallel)
        limits = shape.limits.map { _ in LimitProgress() }
        unended = nodes.count
    }

    /// Takes an event and says what is to be done now.
    package mutating func handle(_ event: RunEvent) -> [RunCommand] {
        take(event)
        while let next = work.popLast() { perform(next) }
        if unended == 0 {
            commands.append(.finish(isCancelling ? .cancelled : worst))
            unended = -1
        }
        defer { commands = [] }
        return commands
    }

    /// The state of a step on a lane.
    package func state(of key: StepKey) -> StepState? {
        shape.node(key.step, lane: key.lane).map { nodes[$0].state }
    }

    /// Whether nothing further begins until a person says so.
    package var isPaused: Bool { lanes.isPaused }

    /// The steps that wait for a person, and what they ask.
    package var held: [StepKey: Hold] { holds }

    private mutating func take(_ event: RunEvent) {
        switch event {
        case .began: begin()
        case .ended(let key, let end): ended(key, end)
        case .held(let key, let hold): wait(key, for: hold)
        case .due(let key): due(key)
        case .released(let key, let by): answer(key, released(by: by))
        case .rejected(let key, let by, let reason): answer(key, rejected(by: by, reason: reason))
        case .expired(let key): expire(key)
        case .cancelled(let by): cancel(by: by)
        case .skipped(let key, let by, let reason): passOver(key, by: by, reason)
        case .paused: lanes.isPaused = true
        case .resumed:
            lanes.isPaused = false
            work.append(.startWaitingLane)
        }
    }

    private mutating func begin() {
        for root in shape.roots.reversed() {
            for position in (0..<shape.width(of: root)).reversed() {
                work.append(.decide(shape.key(root, at: position), .matched))
            }
        }
    }

    private mutating func perform(_ next: Work) {
        switch next {
        case .decide(let key, let verdict): decide(key, verdict)
        case .end(let key, let nodeEnd): end(key, nodeEnd)
        case .startWaitingLane: startWaitingLane()
        }
    }

    func keys(where matches: (Node) -> Bool) -> [StepKey] {
        var result: [StepKey] = []
        for index in shape.steps.indices {
            for (position, lane) in shape.lanes(of: index).enumerated()
            where matches(nodes[shape.steps[index].offset + position]) {
                result.append(StepKey(step: index, lane: lane))
            }
        }
        return result
    }
}

/// Something to be worked off.
enum Work: Sendable {
    /// A link into a node was decided.
    case decide(StepKey, Verdict)
    /// A node has ended.
    case end(StepKey, NodeEnd)
    /// A lane's place became free.
    case startWaitingLane
}

/// What a link says to the node it leads into.
enum Verdict: Sendable {
    /// The link matched.
    case matched
    /// It does not count: the step before was skipped, or its branch was not taken.
    case void(broken: Bool)
    /// The step before ran and did not end as the link asks.
    case mismatched(broken: Bool)
}

/// One step on one lane.
struct Node: Sendable {
    var state = StepState.waiting
    var attempt: UInt16 = 1
    /// The try from which further ones are counted.
    var firstAttempt: UInt16 = 1
    /// Links into it that are not decided yet.
    var pending: Int32
    var sawMatch = false
    var sawBroken = false
    var sawMismatch = false
    /// Why it was skipped, for the links out of it.
    var isBroken = false
    /// Of a skipped node: whether a person passed it over, so that what follows goes on.
    var isPassedOver = false
    /// Of a node that branched to the ERROR links.
    var branchedToError = false
    /// Of a called job: its own steps on this lane that have not ended.
    var openChildren: Int32 = 0
    /// Of a called job: what its steps on this lane have come to.
    var tally = Tally()
    var hasRetryDelay = false
}

/// What the steps of a called job have come to.
struct Tally: Sendable {
    var anyRan = false
    var anyFailed = false
    var anyUnknown = false
    var anyCancelled = false
    var changed = false
    var level = Level.ok

    mutating func add(_ other: Tally) {
        anyRan = anyRan || other.anyRan
        anyFailed = anyFailed || other.anyFailed
        anyUnknown = anyUnknown || other.anyUnknown
        anyCancelled = anyCancelled || other.anyCancelled
        changed = changed || other.changed
        level = max(level, other.level)
    }
}

/// One step over all its lanes.
struct StepProgress: Sendable {
    var ended = 0
    var succeeded = 0
    var unknown = 0
    /// Lanes whose way had broken before it.
    var skippedBroken = 0
    /// Lanes that took another branch: they do not count.
    var notTaken = 0
    var branchedToError = 0
    /// Of a called job: lanes that entered it or will not.
    var entered = 0
    var entryDecided = 0
    /// Of a called job: steps on other lanes than its own that have not ended, and what they came to.
    var openShared: Int
    var sharedTally = Tally()
    /// Lanes still going after this step, by lane; nil = all.
    var going: [Bool]?
}

/// How a node ended, as the links out of it see it.
struct NodeEnd: Sendable {
    var state: StepState
    var reason: Reason?
    var report = Report()
    var branch: Bool?
    /// Of a skipped node: whether its way is broken, or it was just not chosen.
    var isBroken = false
    /// Of a skipped node: whether a person passed it over.
    var isPassedOver = false
}
