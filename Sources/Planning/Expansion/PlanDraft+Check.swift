// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

// What can be known only when all steps stand: names that lead to steps, accounts that hosts allow.
extension PlanDraft {
    mutating func check() {
        let resolver = self.resolver
        let handled = stepsFollowedByError
        for index in plan.steps.indices where plan.steps[index].type != "" {
            checkNames(index, resolver)
            checkAccount(index, resolver)
            if handled.contains(index) { checkReflection(index) }
        }
        for scope in plan.scopes.indices { checkOutputs(of: scope, resolver) }
    }

    private mutating func checkAccount(_ index: Int, _ resolver: ValueResolver) {
        let step = plan.steps[index]
        guard let account = step.account else { return }
        for lane in plan.laneSets[step.laneSet] where lane >= 0 {
            guard let host = planner.inventory[plan.lanes[lane].host], !host.accounts.isEmpty,
                let name = try? resolver.fill(account, scope: step.scope, lane: lane), !host.accounts.contains(name)
            else { continue }
            problems.add(
                "\(host.name) does not allow the account '\(name)' (allowed: \(host.accounts.joined(separator: ", ")))",
                at: sources[index].task.place, path: "tasks/\(step.path)/account")
        }
    }

    /// A failure that is followed by ERROR is meant to be handled; reflected all the same, it makes the job fail.
    private mutating func checkReflection(_ index: Int) {
        let step = plan.steps[index]
        let branches = planner.registry[step.type]?.branches ?? false
        guard !branches, sources[index].task.reflectsError == nil, step.role != .pause,
            !step.path.rawValue.contains("batch-")
        else { return }
        problems.warn(
            "what follows '\(step.path)' by ERROR handles its failure, yet the failure still makes the job fail; "
                + "say errorReflection: false, or true to keep it so",
            at: sources[index].task.place, path: "tasks/\(step.path)")
    }

    private var stepsFollowedByError: Set<Int> {
        let followers = plan.steps.lazy.filter { !$0.path.rawValue.contains("batch-") }
        return Set(followers.flatMap(\.links).filter { $0.condition == .error }.map(\.from))
    }
}
