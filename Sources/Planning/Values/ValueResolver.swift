// SPDX-License-Identifier: Apache-2.0

package import Expressions
package import Model

/// What a step on a lane has come to, as `steps.NAME.…` sees it.
package struct StepOutcome: Hashable, Sendable {
    package var state: StepState
    package var level: Level
    package var changed: Bool
    package var exitCode: Int?
    package var outputs: [String: Value]
    package init(state: StepState, level: Level, changed: Bool, exitCode: Int?, outputs: [String: Value]) {
        self.state = state
        self.level = level
        self.changed = changed
        self.exitCode = exitCode
        self.outputs = outputs
    }
}

/// Finds the values that `${…}` names in a plan: the same rules while planning and while running.
package struct ValueResolver: Sendable {
    /// What is known of a step on a lane; nil = nothing yet.
    package typealias Outcomes = @Sendable (_ step: Int, _ lane: Int) -> StepOutcome?
    /// What is counted of a step's lanes; nil = nothing is counted, and `Outcomes` is asked for each lane.
    package typealias Tally = @Sendable (_ step: Int) -> StepTally?

    private let plan: Plan
    private let index: PlanIndex
    private let facts: [String: Value]
    private let outcomes: Outcomes
    private let tally: Tally

    /// Makes a resolver.
    ///
    /// - Parameters:
    ///   - plan: The plan, or as much of it as there is.
    ///   - index: Where its hosts and steps are; nil = they are looked for.
    ///   - facts: What `run.NAME` gives.
    ///   - outcomes: What steps have come to.
    ///   - tally: What is counted of a step's lanes, where the caller counts them.
    package init(
        plan: Plan, index: PlanIndex? = nil, facts: [String: Value] = [:],
        outcomes: @escaping Outcomes = { _, _ in nil }, tally: @escaping Tally = { _ in nil }
    ) {
        self.plan = plan
        self.index = index ?? PlanIndex(plan)
        self.facts = facts
        self.outcomes = outcomes
        self.tally = tally
    }

    /// The host of a lane.
    package func host(of lane: Int) -> Host? {
        lane >= 0 ? index.hosts[plan.lanes[lane].host] : nil
    }

    /// The instance of a lane.
    package func instance(of lane: Int) -> Instance? {
        guard lane >= 0, let name = plan.lanes[lane].instance else { return nil }
        return host(of: lane)?.instances.first { $0.name == name }
    }

    /// Fills the `${…}` of a text.
    ///
    /// - Throws: `EvaluationError` where a value is missing or not what its parameter takes, and where a secret would come in
    ///   that `reveal` does not give.
    package func fill(
        _ text: String, scope: Int, lane: Int, reveal: Reveal = refuseSecret
    ) throws(EvaluationError) -> String {
        guard text.contains("${") else { return text }
        return try template(text).fill(lookup(scope: scope, lane: lane), reveal: reveal)
    }

    /// Fills the `${…}` of a text, and keeps the kind of a single one's value.
    ///
    /// - Throws: What `fill` throws.
    package func filled(
        _ text: String, scope: Int, lane: Int, reveal: Reveal = refuseSecret
    ) throws(EvaluationError) -> FilledText {
        guard text.contains("${") else { return FilledText(text) }
        return try template(text).filled(lookup(scope: scope, lane: lane), reveal: reveal)
    }

    /// The value of a text: of a single `${…}` with its kind, of anything else as text.
    package func value(_ text: String, scope: Int, lane: Int) throws(EvaluationError) -> Value {
        guard text.contains("${") else { return .text(text) }
        return try template(text).value(lookup(scope: scope, lane: lane))
    }

    /// The value of a name.
    package func value(of reference: Reference, scope: Int, lane: Int) throws(EvaluationError) -> Value {
        if let problem = Facts.problem(reference) { throw EvaluationError(problem) }
        let path = Array(reference.path.dropFirst())
        switch reference.path.first {
        case "params": return try parameter(path.joined(separator: "."), scope: scope, lane: lane)
        case "steps": return try step(path, scope: scope, lane: lane)
        case "host": return try present(host(of: lane).flatMap { Facts.value(path, of: $0) }, reference, lane)
        case "instance": return try present(instance(of: lane).flatMap { Facts.value(path, of: $0) }, reference, lane)
        case "target": return try present(lane >= 0 ? .text(plan.lanes[lane].description) : nil, reference, lane)
        case "run": return facts[path.joined(separator: ".")] ?? .null
        default: throw EvaluationError("there is nothing called '\(reference.text)'")
        }
    }

    private func lookup(scope: Int, lane: Int) -> Lookup {
        { (reference: Reference) throws(EvaluationError) -> Value in
            try value(of: reference, scope: scope, lane: lane)
        }
    }

    private func present(_ value: Value?, _ reference: Reference, _ lane: Int) throws(EvaluationError) -> Value {
        if let value { return value }
        let whom = lane >= 0 ? plan.lanes[lane].description : "the controller"
        throw EvaluationError("\(whom) has no '\(reference.text)'", isAbsence: true)
    }

    private func template(_ text: String) throws(EvaluationError) -> Template {
        do throws(ExpressionError) {
            return try Template(text)
        } catch {
            throw EvaluationError(error.message, column: error.column)
        }
    }

    private func parameter(_ name: String, scope: Int, lane: Int) throws(EvaluationError) -> Value {
        let own = plan.scopes[scope]
        if let value = own.laneValues[lane]?[name] { return value }
        switch own.bindings[name] {
        case .value(let value)?: return value
        case .template(let text)?:
            let value = try value(text, scope: own.parent ?? scope, lane: lane)
            return try own.rules?[name].map { (rule: Parameter) throws(EvaluationError) in
                try rule.judged(value, from: text)
            } ?? value
        case nil: return .null
        }
    }
}

// Names of steps: `steps.TASK.FIELD`, or `steps.CALL.TASK.FIELD` into a called job.
extension ValueResolver {
    /// The step that a name means, as seen from a job, and the field asked for.
    package func find(_ path: [String], scope: Int) -> (step: Int, field: String)? {
        guard path.count >= 2, let field = path.last else { return nil }
        let name = path.dropLast().joined(separator: "/")
        return index.steps[plan.scopes[scope].prefix.child(name)].map { ($0, field) }
    }

    private func step(_ path: [String], scope: Int, lane: Int) throws(EvaluationError) -> Value {
        guard let (step, field) = find(path, scope: scope) else {
            throw EvaluationError("there is no step 'steps.\(path.joined(separator: "."))'")
        }
        let lanes = plan.laneSets[plan.steps[step].laneSet]
        if lanes.first == Plan.controllerLane { return try ownValue(field, of: step, lane: Plan.controllerLane) }
        return plan.runs(step, on: lane) ? try ownValue(field, of: step, lane: lane) : allLanes(field, step, lanes)
    }

    private func ownValue(_ field: String, of step: Int, lane: Int) throws(EvaluationError) -> Value {
        guard let outcome = outcomes(step, lane) else { return .null }
        switch field {
        case "state": return .text(outcome.state.rawValue)
        case "level": return .text(outcome.level.rawValue)
        case "changed": return .bool(outcome.changed)
        case "exitCode": return outcome.exitCode.map(Value.integer) ?? .null
        default:
            if let value = outcome.outputs[field] { return value }
            return try calledOutput(field, of: step, lane: lane)
        }
    }

    /// An output that a called job declares for its callers.
    private func calledOutput(_ field: String, of step: Int, lane: Int) throws(EvaluationError) -> Value {
        let path = plan.steps[step].path
        guard let scope = plan.scopes.firstIndex(where: { $0.prefix == path }),
            let text = plan.scopes[scope].outputs[field]
        else { return .null }
        return try value(text, scope: scope, lane: lane)
    }

    /// What several lanes have come to, seen from where they meet.
    private func allLanes(_ field: String, _ step: Int, _ lanes: [Int]) -> Value {
        if let tally = tally(step) { return tally.value(field, lanes: lanes.count) }
        var tally = StepTally()
        for outcome in lanes.lazy.compactMap({ outcomes(step, $0) }) { tally.count(outcome) }
        return tally.value(field, lanes: lanes.count)
    }
}

extension ValueResolver {
    /// What a secret is for, as a person who is asked for it reads it: the parameter that was given its source.
    package func purpose(of parameter: String, scope: Int) -> String {
        var (name, scope) = (parameter, scope)
        while case .template(let text)? = binding(name, scope: scope), let parent = parent(of: scope),
            let source = (try? Template(text))?.single?.soleReference
        {
            (name, scope) = (source.path.dropFirst().joined(separator: "."), parent)
        }
        return "the secret '\(name)' of \(plan.scopes[scope].job)"
    }

    /// What a job's parameter is bound to.
    func binding(_ name: String, scope: Int) -> Scope.Binding? { plan.scopes[scope].bindings[name] }
    /// The caller of a job.
    func parent(of scope: Int) -> Int? { plan.scopes[scope].parent }
}
