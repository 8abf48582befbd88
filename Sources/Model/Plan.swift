// SPDX-License-Identifier: Apache-2.0

/// A job bound to targets and values, fully expanded: exactly what would be done where.
package struct Plan: Codable, Hashable, Sendable {
    /// The job that was asked for.
    package var job: JobID
    /// What people call it.
    package var title: Localized
    /// The lanes: the run's targets first, then hosts that a step's own selector adds.
    package var lanes: [Target]
    /// The hosts of the lanes, and those they are reached through, as the inventory had them.
    package var hosts: [Host]
    /// How many of the lanes are the run's targets.
    package var targetCount: Int
    /// The jobs in the plan with their values; scope 0 is the job that was asked for.
    package var scopes: [Scope]
    /// The sets of lanes that steps run on; set 0 is the controller.
    package var laneSets: [[Int]]
    /// The steps; a called job's steps stand right after the step that calls it.
    package var steps: [PlannedStep]
    /// Lanes at once.
    package var parallel: Int
    /// Failed lanes after which no further lane starts.
    package var stopAfter: Int?
    /// Whether two runs of the job may exist at once.
    package var allowsConcurrentRuns: Bool
    /// SHA-256 over all of the above, as hex.
    package var digest: String = ""

    package init(
        job: JobID, title: Localized, lanes: [Target], hosts: [Host], targetCount: Int, scopes: [Scope],
        laneSets: [[Int]],
        steps: [PlannedStep], parallel: Int, stopAfter: Int?, allowsConcurrentRuns: Bool
    ) {
        self.job = job
        self.title = title
        self.lanes = lanes
        self.hosts = hosts
        self.targetCount = targetCount
        self.scopes = scopes
        self.laneSets = laneSets
        self.steps = steps
        self.parallel = parallel
        self.stopAfter = stopAfter
        self.allowsConcurrentRuns = allowsConcurrentRuns
    }

    /// The lane number of work that runs once, on the controller.
    package static let controllerLane = -1

    /// Whether a step on a lane is one of the plan's.
    package func has(_ key: StepKey) -> Bool {
        steps.indices.contains(key.step) && (key.lane == Plan.controllerLane || lanes.indices.contains(key.lane))
    }

    /// Whether a step runs on a lane; the lanes of a set are in rising order.
    package func runs(_ step: Int, on lane: Int) -> Bool { laneSets[steps[step].laneSet].place(of: lane) != nil }
}

/// One job in the plan: what its parameters are bound to.
package struct Scope: Codable, Hashable, Sendable {
    /// What a parameter is bound to.
    package enum Binding: Codable, Hashable, Sendable {
        case value(Value)
        /// A field with `${…}`, read in the caller's scope when the step starts.
        case template(String)
    }

    /// The job.
    package var job: JobID
    /// The path of the step that calls it; empty for the job that was asked for.
    package var prefix: StepPath
    /// The caller's scope.
    package var parent: Int?
    /// What its parameters are bound to.
    package var bindings: [String: Binding]
    /// Values that a lane's own inventory gives instead, by lane.
    package var laneValues: [Int: [String: Value]]
    /// What judges the values that templates give, by parameter; nil in plans of a product that did not judge them.
    package var rules: [String: Parameter]?
    /// What a caller may use, each a field with `${…}` read in this scope.
    package var outputs: [String: String]
    /// Texts for summaries and findings, by id.
    package var messages: [String: Localized]

    package init(
        job: JobID, prefix: StepPath, parent: Int?, bindings: [String: Binding] = [:],
        laneValues: [Int: [String: Value]] = [:], outputs: [String: String] = [:], messages: [String: Localized] = [:]
    ) {
        self.job = job
        self.prefix = prefix
        self.parent = parent
        self.bindings = bindings
        self.laneValues = laneValues
        self.outputs = outputs
        self.messages = messages
    }
}

extension Scope.Binding {
    private enum Key: String, CodingKey { case value, template }

    /// Writes `{"value": …}` or `{"template": "${params.port}"}`.
    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .value(let value): try encoder.write(Key.value, value)
        case .template(let text): try encoder.write(Key.template, text)
        }
    }

    /// Reads what `encode(to:)` wrote.
    package init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: Key.self)
        switch try keyed.onlyCase() {
        case .value: self = .value(try keyed.value(of: .value))
        case .template: self = .template(try keyed.value(of: .template))
        }
    }
}

/// One task in the plan, on all of its lanes.
package struct PlannedStep: Codable, Hashable, Sendable {
    /// What the engine does with a step.
    package enum Role: String, Codable, Sendable {
        /// A task type does the work.
        case task
        /// A called job: it begins, its inner steps follow, it ends as they ended.
        case group
        /// A pause between two batches.
        case pause
    }

    /// A link from a step before it, by position in the plan.
    package struct Link: Codable, Hashable, Sendable {
        /// The step before.
        package var from: Int
        /// When to follow.
        package var condition: LinkCondition
        /// How many lanes must be OK, if the link waits for all lanes.
        package var requirement: Requirement
        package init(from: Int, condition: LinkCondition, requirement: Requirement) {
            self.from = from
            self.condition = condition
            self.requirement = requirement
        }
    }

    /// Where it stands in the tree.
    package var path: StepPath
    /// What people call it.
    package var title: Localized
    /// Its task type.
    package var type: TaskTypeName
    /// What the engine does with it.
    package var role: Role
    /// Its place in `Plan.laneSets`.
    package var laneSet: Int
    /// The group step it stands in; nil = the job that was asked for.
    package var parent: Int?
    /// The links into it.
    package var links: [Link]
    /// How its links are judged together.
    package var join: Join
    /// What it does.
    package var effect: Effect
    /// The task type's parameters; `${…}` is left only where a lane or an earlier step gives the value.
    package var settings: Setting
    /// The job it belongs to, by place in `Plan.scopes`.
    package var scope: Int
    /// The account it runs as, perhaps with `${…}`.
    package var account: String?
    /// How it becomes that account.
    package var become: Become?
    /// Its time limit; zero = none.
    @WrittenDuration package var timeLimit: Duration
    /// What happens when the limit passes.
    package var onTimeLimit: LimitAction
    /// Tries after the first.
    package var retryTimes: Int
    /// The time between two tries, and the length of a pause.
    @WrittenDuration package var retryDelay: Duration
    /// Whether its failure is its job's failure.
    package var reflectsError: Bool
    /// Of a called job: whether the call is OK when the job failed.
    package var expectsError: Bool
    /// Of a called job: failed lanes after which no further lane starts inside it.
    package var stopAfter: Int?
    /// Whether it stands between two batches, so that the next one begins only when it lets it; nil = it does not.
    package var isGate: Bool?

    package init(
        path: StepPath, title: Localized, type: TaskTypeName, role: Role, laneSet: Int, parent: Int?, links: [Link],
        join: Join, effect: Effect, settings: Setting, scope: Int, account: String? = nil, become: Become? = nil,
        timeLimit: Duration = .zero, onTimeLimit: LimitAction = .kill, retryTimes: Int = 0,
        retryDelay: Duration = .zero, reflectsError: Bool = true, expectsError: Bool = false, stopAfter: Int? = nil
    ) {
        self.path = path
        self.title = title
        self.type = type
        self.role = role
        self.laneSet = laneSet
        self.parent = parent
        self.links = links
        self.join = join
        self.effect = effect
        self.settings = settings
        self.scope = scope
        self.account = account
        self.become = become
        self.timeLimit = timeLimit
        self.onTimeLimit = onTimeLimit
        self.retryTimes = retryTimes
        self.retryDelay = retryDelay
        self.reflectsError = reflectsError
        self.expectsError = expectsError
        self.stopAfter = stopAfter
    }
}

extension [Int] {
    /// The place of a number among numbers in rising order; nil when it is not there.
    package func place(of number: Int) -> Int? {
        // Most sets of lanes are 0..<n, where a lane stands at its own place.
        if indices.contains(number), self[number] == number { return number }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == number ? low : nil
    }
}
