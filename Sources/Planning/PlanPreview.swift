// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// What the steps of a plan would do, lane by lane, with equal lanes told once.
struct PlanPreview {
    let plan: Plan
    let registry: TaskTypeRegistry
    private let resolver: ValueResolver

    init(plan: Plan, registry: TaskTypeRegistry) {
        self.plan = plan
        self.registry = registry
        resolver = ValueResolver(plan: plan)
    }

    func actions(of index: Int) -> [PlanDocument.ActionPart] {
        let step = plan.steps[index]
        guard step.role == .task, let type = registry[step.type] else { return [] }
        var targets: [Work: Equals] = [:]
        var order: [Work] = []
        for lane in plan.laneSets[step.laneSet] {
            let account = step.account.map { resolver.known($0, scope: step.scope, lane: lane).text }
            let actions = preview(step, type, lane)
            let work = Work(account: account, actions: actions.map(\.withoutEnvironment))
            let name = lane < 0 ? "controller" : plan.lanes[lane].description
            if targets[work] == nil { order.append(work) }
            targets[work, default: Equals()].add(name, actions.map(\.environment))
        }
        return order.flatMap { work in
            work.actions.enumerated().map { number, action in
                PlanDocument.ActionPart(
                    targets: targets[work]?.targets ?? [], account: work.account, text: action.text,
                    scriptSHA256: action.scriptBytes.map(PlanDigest.digest(of:)),
                    environment: targets[work]?.environment(of: number) ?? [])
            }
        }
    }

    /// What is done on a lane, and as whom.
    private struct Work: Hashable {
        let account: String?
        let actions: [PlannedAction]
    }

    /// The targets on which the same is done, with the environments of each.
    private struct Equals {
        private(set) var targets: [String] = []
        private var environments: [[[PlannedVariable]]] = []

        mutating func add(_ target: String, _ environment: [[PlannedVariable]]) {
            targets.append(target)
            environments.append(environment)
        }

        /// The variables of an action, each value once.
        func environment(of action: Int) -> [PlanDocument.VariablePart] {
            var targetsByValue: [String: [String?: [String]]] = [:]
            var order: [(name: String, value: String?)] = []
            for (target, environment) in zip(targets, environments) {
                for variable in environment[action] {
                    let known = targetsByValue[variable.name]?[variable.value] != nil
                    if !known { order.append((variable.name, variable.value)) }
                    targetsByValue[variable.name, default: [:]][variable.value, default: []].append(target)
                }
            }
            let values = Dictionary(grouping: order, by: \.name)
            return values.keys.sorted().map { name in
                PlanDocument.VariablePart(
                    name: name,
                    values: (values[name] ?? []).map { _, value in
                        let found = targetsByValue[name]?[value] ?? []
                        return .init(value: value, targets: found.count == targets.count ? nil : found)
                    })
            }
        }
    }

    private func preview(_ step: PlannedStep, _ type: any TaskType, _ lane: Int) -> [PlannedAction] {
        let filled = step.settings.filled(type.parameters) {
            resolver.known($1, scope: step.scope, lane: lane, showsSecrets: $0?.secrets == .revealed)
        }
        // Planning has decoded the same settings before; what could not be decoded has no plan.
        return (try? PreparedTask(type, ParameterValues(filled)))?.preview ?? []
    }
}

extension PlannedAction {
    fileprivate var withoutEnvironment: PlannedAction { PlannedAction(text, scriptBytes: scriptBytes) }
}
