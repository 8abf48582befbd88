// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// A plan in the making, with the problems found so far.
struct PlanDraft {
    /// How deep jobs may call each other, and how many steps a plan may have.
    static let deepestCall = 100
    static let mostSteps = 200_000

    let planner: Planner
    let pace: Pace
    var plan: Plan
    var problems = Problems()
    /// The jobs being expanded, from the one asked for to the innermost: a job that calls itself is found here.
    var calls: [JobID] = []
    /// Jobs that take no part on the business day that is planned for.
    var leftOut: Set<JobID> = []
    var day: Day?
    /// What is made up, where the plan is not to be run.
    var trial: PlanRequest.Trial?
    /// Whether a step runs on each target and there is none.
    var needsTargets = false
    /// What a later check needs of each step: the task as written, and the tasks of its job by name.
    var sources: [StepSource] = []
    /// The tasks whose sources were looked at, each by its job and its name.
    var reviewed: Set<String> = []
    /// Kept up with the plan: a resolver is made for nearly every step.
    private var index = PlanIndex()
    private var laneSetNumbers: [[Int]: Int] = [[Plan.controllerLane]: 0]
    private var lanesByTarget: [Target: Int] = [:]
    private var knownHosts: Set<HostName> = []
    var prepared: [Setting: PreparedTask] = [:]

    /// Where a step comes from.
    struct StepSource {
        var task: JobTask
        /// The steps that come before it in its own job, directly or through others.
        var ancestors: Set<Int>
        var outputs: Set<String>
        /// The job it calls.
        var call: JobCall?
    }

    init(job: Job, targets: [Target], pace: Pace, planner: Planner) {
        self.planner = planner
        self.pace = pace
        plan = Plan(
            job: job.id, title: job.title, lanes: targets, hosts: [], targetCount: targets.count, scopes: [],
            laneSets: [[Plan.controllerLane]], steps: [], parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: job.allowsConcurrentRuns)
        for (lane, target) in targets.enumerated() {
            lanesByTarget[target] = lane
            addHost(target.host)
        }
    }

    /// The number of a set of lanes; sets with the same lanes are one.
    mutating func laneSet(_ lanes: [Int]) -> Int {
        if let number = laneSetNumbers[lanes] { return number }
        plan.laneSets.append(lanes)
        laneSetNumbers[lanes] = plan.laneSets.count - 1
        return plan.laneSets.count - 1
    }

    /// The lanes of a task's own selector; hosts that are not targets get lanes of their own.
    mutating func lanes(_ selection: String, at place: Place?, path: String) -> [Int] {
        do throws(Problems) {
            let targets = try Selection(on: selection, in: planner.inventory).targets
            return targets.map { lane(of: $0) }.sorted()
        } catch {
            problems.add("on: \(error.all.first?.message ?? "names no host")", at: place, path: path)
            return []
        }
    }

    private mutating func lane(of target: Target) -> Int {
        if let lane = lanesByTarget[target] { return lane }
        plan.lanes.append(target)
        lanesByTarget[target] = plan.lanes.count - 1
        addHost(target.host)
        return plan.lanes.count - 1
    }

    /// Takes a host, and those it is reached through, into the plan.
    private mutating func addHost(_ name: HostName) {
        var next: HostName? = name
        while let current = next, knownHosts.insert(current).inserted {
            guard let host = planner.inventory[current] else {
                problems.add("there is no host '\(current)' in the inventory", path: "hosts")
                return
            }
            plan.hosts.append(host)
            index.add(host)
            next = host.connection.jump
        }
    }

    /// Takes a step into the plan.
    ///
    /// - Parameters:
    ///   - step: The step.
    ///   - task: The task as written.
    ///   - areBeforeNamed: Whether a name may lead from it to the steps before it; not from a batch to the one before.
    /// - Returns: Its number.
    mutating func append(_ step: PlannedStep, _ task: JobTask, areBeforeNamed: Bool = true) -> Int {
        var ancestors: Set<Int> = []
        if areBeforeNamed {
            for link in step.links { ancestors.formUnion(sources[link.from].ancestors.union([link.from])) }
        }
        index.add(step, plan.steps.count)
        plan.steps.append(step)
        sources.append(StepSource(task: task, ancestors: ancestors, outputs: []))
        return plan.steps.count - 1
    }

    /// Finds values by as much of the plan as there is.
    ///
    /// Whoever has one does not change the plan meanwhile, which would copy all of it.
    var resolver: ValueResolver { ValueResolver(plan: plan, index: index) }

    func path(_ prefix: StepPath, _ task: JobTask) -> String {
        "tasks/" + prefix.child(task.name.rawValue).rawValue
    }
}
