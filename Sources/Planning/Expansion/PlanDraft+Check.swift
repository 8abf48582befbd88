// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

// What can be known only when all steps stand: names that lead to steps, accounts that hosts allow.
extension PlanDraft {
    mutating func check() {
        let resolver = ValueResolver(plan: plan)
        for index in plan.steps.indices where plan.steps[index].type != "" {
            checkNames(index, resolver)
            checkAccount(index, resolver)
            checkReflection(index)
        }
        for scope in plan.scopes.indices { checkOutputs(scope, resolver) }
    }

    private mutating func checkNames(_ index: Int, _ resolver: ValueResolver) {
        let step = plan.steps[index]
        let specs = planner.registry[step.type]?.parameters ?? []
        for entry in step.settings.entries {
            let shape = specs.first { $0.name == entry.key }?.shape
            let path = "tasks/\(step.path)/with/\(entry.key)"
            if shape == .expression {
                checkExpression(entry.value, index, path, resolver)
            } else if shape != .verbatim {
                for setting in entry.value.allSettings { checkTexts(setting, index, path, resolver) }
            }
        }
        if let account = sources[index].task.account {
            checkTexts(account, index, "tasks/\(step.path)/account", resolver)
        }
    }

    private mutating func checkExpression(_ setting: Setting, _ index: Int, _ path: String, _ resolver: ValueResolver) {
        // An expression that cannot be read was told of when the task was decoded.
        guard let expression = setting.text.flatMap({ try? Expression($0) }) else { return }
        for reference in expression.references { check(reference, index, setting.place, path, resolver) }
    }

    private mutating func checkTexts(_ setting: Setting, _ index: Int, _ path: String, _ resolver: ValueResolver) {
        guard let text = setting.text, text.contains("${") else { return }
        do throws(ExpressionError) {
            for reference in try Template(text).references { check(reference, index, setting.place, path, resolver) }
        } catch {
            problems.add("\(error)", at: setting.place, path: path)
        }
    }

    private mutating func check(
        _ reference: Reference, _ index: Int, _ place: Place?, _ path: String, _ resolver: ValueResolver
    ) {
        let step = plan.steps[index]
        let parts = reference.path
        switch parts.first {
        case "params":
            let name = parts.dropFirst().joined(separator: ".")
            checkParameter(name, index, place, path)
        case "steps":
            checkStep(Array(parts.dropFirst()), index, place, path, resolver)
        case "host", "instance", "target":
            guard plan.laneSets[step.laneSet] == [Plan.controllerLane] else { return }
            problems.add(
                "'\(reference.text)' has no meaning here: the task runs once, on the controller", at: place, path: path)
        case "run": break
        default:
            problems.add(
                "there is nothing called '\(reference.text)'; known are params, steps, host, instance, target and run",
                at: place, path: path)
        }
    }

    private mutating func checkParameter(_ name: String, _ index: Int, _ place: Place?, _ path: String) {
        let step = plan.steps[index]
        let scope = plan.scopes[step.scope]
        let job = planner.library[scope.job]
        guard let parameter = job?.parameters.first(where: { $0.name == name }) else {
            let hint = didYouMean(name, among: job?.parameters.map(\.name) ?? [])
            problems.add("the job \(scope.job) has no parameter '\(name)'\(hint)", at: place, path: path)
            return
        }
        guard parameter.isFromInventory, plan.laneSets[step.laneSet] == [Plan.controllerLane] else { return }
        let values = Set(scope.laneValues.values.compactMap { $0[name] })
        if values.count > 1 {
            problems.add(
                "'params.\(name)' differs between the targets, and the task runs once, on the controller", at: place,
                path: path)
        }
    }

    private mutating func checkStep(
        _ parts: [String], _ index: Int, _ place: Place?, _ path: String, _ resolver: ValueResolver
    ) {
        let step = plan.steps[index]
        let shown = "steps." + parts.joined(separator: ".")
        guard let (found, field) = resolver.find(parts, scope: step.scope) else {
            problems.add("'\(shown)' names no task of this job", at: place, path: path)
            return
        }
        guard comesBefore(found, index) else {
            problems.add("'\(shown)' is not known here: that task does not come before this one", at: place, path: path)
            return
        }
        let common = ["state", "level", "changed", "exitCode"]
        let isSame =
            plan.laneSets[plan.steps[found].laneSet] == [Plan.controllerLane]
            || plan.steps[found].laneSet == step.laneSet
        let summary = ["state", "level", "changed", "lanes", "succeeded", "failed", "unknown", "cancelled"]
        if !isSame {
            guard !summary.contains(field) else { return }
            problems.add(
                "'\(shown)' has a value for each target; here only \(summary.joined(separator: ", ")) are known",
                at: place, path: path)
        } else if !common.contains(field), !sources[found].outputs.contains(field), !hasOutput(found, field) {
            let known = (sources[found].outputs.sorted() + common).joined(separator: ", ")
            problems.add("the task has no output '\(field)'; it has \(known)", at: place, path: path)
        }
    }

    private func hasOutput(_ step: Int, _ field: String) -> Bool {
        plan.scopes.contains { $0.prefix == plan.steps[step].path && $0.outputs[field] != nil }
    }

    /// Whether a step has ended when another begins: it is an ancestor, or stands inside one.
    private func comesBefore(_ earlier: Int, _ later: Int) -> Bool {
        var outer: Int? = earlier
        while let step = outer {
            if sources[later].ancestors.contains(step) { return true }
            outer = plan.steps[step].parent
        }
        return false
    }

    private mutating func checkOutputs(_ scope: Int, _ resolver: ValueResolver) {
        guard let job = planner.library[plan.scopes[scope].job] else { return }
        for entry in job.outputs {
            guard let text = entry.value.text, let template = try? Template(text) else {
                problems.add(
                    "must be a text with ${…}", at: entry.value.place ?? entry.place, path: "outputs/\(entry.key)")
                continue
            }
            for reference in template.references where reference.path.first == "steps" {
                if resolver.find(Array(reference.path.dropFirst()), scope: scope) == nil {
                    problems.add(
                        "'\(reference.text)' names no task of this job", at: entry.value.place,
                        path: "outputs/\(entry.key)")
                }
            }
        }
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
        let handled = plan.steps.contains { follower in
            follower.links.contains { $0.from == index && $0.condition == .error }
                && !follower.path.rawValue.contains("batch-")
        }
        let branches = planner.registry[step.type]?.branches ?? false
        guard handled, !branches, sources[index].task.reflectsError == nil, step.role != .pause,
            !step.path.rawValue.contains("batch-")
        else { return }
        problems.warn(
            "what follows '\(step.path)' by ERROR handles its failure, yet the failure still makes the job fail; "
                + "say errorReflection: false, or true to keep it so",
            at: sources[index].task.place, path: "tasks/\(step.path)")
    }
}
