// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// A plan as it is shown: every step with what would be sent to which targets.
package struct PlanDocument: Encodable, Sendable {
    package struct StepPart: Encodable, Sendable {
        package let path: StepPath
        package let title: String
        package let type: TaskTypeName
        package let effect: Effect
        /// `each target`, `controller`, or the names of the targets.
        package let on: String
        package let after: [String]
        package let join: Join?
        package let timeLimit: String?
        package let onTimeLimit: LimitAction?
        package let retry: String?
        package let errorReflection: Bool
        package let actions: [ActionPart]
    }

    /// What would be done, and on which targets it is just this.
    package struct ActionPart: Encodable, Hashable, Sendable {
        package let targets: [String]
        /// The account it runs as; nil = the one that logs in.
        package let account: String?
        package let text: String
        package let scriptSHA256: String?
        package let environment: [VariablePart]
    }

    /// A variable in the environment of what is started, with the values that the targets have.
    package struct VariablePart: Encodable, Hashable, Sendable {
        package let name: String
        package let values: [VariableValue]
    }

    /// A value of a variable, and the targets that have it.
    package struct VariableValue: Encodable, Hashable, Sendable {
        /// The value; nil = the variable has the value that it has where the program starts.
        package let value: String?
        /// The targets; nil = every target of the action has it.
        package let targets: [String]?
    }

    /// A parameter of a job in the plan, with the values that its targets have.
    package struct ParameterPart: Encodable, Sendable {
        package let job: JobID
        /// The step that calls the job; nil = it is the job that was asked for.
        package let step: StepPath?
        package let name: String
        package let values: [ValuePart]
    }

    /// A value, and the targets that have it.
    package struct ValuePart: Encodable, Sendable {
        /// The value.
        ///
        /// Of a secret only that there is one; a text with `${…}` waits for an earlier step.
        package let value: Value
        /// The targets; nil = every target has it.
        package let targets: [String]?
    }

    package let job: JobID
    package let title: String
    package let digest: String
    package let targets: [String]
    package let parameters: [ParameterPart]
    package let parallel: Int
    package let stopAfter: Int?
    package let changes: Bool
    package let steps: [StepPart]

    /// Makes the document, with titles in a language.
    package init(_ plan: Plan, registry: TaskTypeRegistry, language: Language) {
        job = plan.job
        title = plan.title.text(language)
        digest = plan.digest
        targets = plan.lanes.prefix(plan.targetCount).map(\.description)
        parameters = PlanValues(plan).parts
        parallel = plan.parallel
        stopAfter = plan.stopAfter
        changes = plan.changesAnything
        let preview = PlanPreview(plan: plan, registry: registry)
        steps = plan.steps.indices.map { index in
            let step = plan.steps[index]
            return StepPart(
                path: step.path, title: step.title.text(language), type: step.type, effect: step.effect,
                on: plan.place(of: step), after: plan.predecessors(of: step),
                join: step.links.count > 1 ? step.join : nil,
                timeLimit: step.timeLimit > .zero ? step.timeLimit.written : nil,
                onTimeLimit: step.timeLimit > .zero ? step.onTimeLimit : nil,
                retry: step.retryTimes > 0 ? "\(step.retryTimes) times, every \(step.retryDelay.written)" : nil,
                errorReflection: step.reflectsError, actions: preview.actions(of: index))
        }
    }
}

extension Plan {
    /// Where a step runs, in words.
    func place(of step: PlannedStep) -> String {
        let lanes = laneSets[step.laneSet]
        if lanes == [Plan.controllerLane] { return "controller" }
        if lanes.count == targetCount, lanes.last == targetCount - 1 { return "each target" }
        return lanes.map { self.lanes[$0].description }.joined(separator: ", ")
    }

    /// What a step follows, in words: `stop OK`, `probe ERROR (all lanes)`.
    func predecessors(of step: PlannedStep) -> [String] {
        step.links.map { link in
            let waits = steps[link.from].laneSet == step.laneSet ? "" : barrier(link.requirement)
            return "\(steps[link.from].path) \(link.condition.rawValue.uppercased())\(waits)"
        }
    }

    private func barrier(_ requirement: Requirement) -> String {
        switch requirement {
        case .all: " on all"
        case .any: " on any"
        case .percent(let share): " on \(Value.number(share).text)%"
        }
    }
}
