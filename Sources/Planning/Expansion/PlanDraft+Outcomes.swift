// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

// Names that lead to what a step comes to, and what a job hands to its caller.
extension PlanDraft {
    /// What every step has, and what several lanes have together.
    private static let common = ["state", "level", "changed", "exitCode"]
    private static let summary = [
        "state", "level", "changed", "lanes", "succeeded", "failed", "unknown", "cancelled",
    ]

    /// What is wrong with `steps.…`; nil = nothing.
    func stepProblem(_ parts: [String], _ spot: Spot, _ resolver: ValueResolver) -> String? {
        let shown = "steps." + parts.joined(separator: ".")
        guard let (found, field) = resolver.find(parts, scope: spot.scope) else {
            return "'\(shown)' names no task of this job\(taskHint(parts, spot))"
        }
        if let step = spot.step, !comesBefore(found, step) {
            return "'\(shown)' is not known here: that task does not come before this one"
        }
        let lanes = plan.steps[found].laneSet
        guard plan.laneSets[lanes] == [Plan.controllerLane] || lanes == spot.laneSet else {
            guard !Self.summary.contains(field) else { return nil }
            let list = Self.summary.joined(separator: ", ")
            return "'\(shown)' has a value for each target; here only \(list) are known"
        }
        guard !Self.common.contains(field), !sources[found].outputs.contains(field), !hasOutput(found, field) else {
            return nil
        }
        let known = sources[found].outputs.union(calledOutputs(found)).sorted() + Self.common
        return "the task has no output '\(field)'; it has \(known.joined(separator: ", "))"
    }

    private func taskHint(_ parts: [String], _ spot: Spot) -> String {
        guard parts.count == 2, let job = planner.library[plan.scopes[spot.scope].job] else { return "" }
        return didYouMean(parts[0], among: job.tasks.map(\.name.rawValue))
    }

    private func hasOutput(_ step: Int, _ field: String) -> Bool { calledOutputs(step).contains(field) }

    private func calledOutputs(_ step: Int) -> Set<String> {
        guard plan.steps[step].role == .group, let call = sources[step].call else { return [] }
        return Set(planner.library[call.job]?.outputs.map(\.key) ?? [])
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

    /// Checks what a job hands to its caller.
    mutating func checkOutputs(of scope: Int, _ resolver: ValueResolver) {
        guard let job = planner.library[plan.scopes[scope].job] else { return }
        let group = plan.steps.first { $0.path == plan.scopes[scope].prefix && $0.role == .group }
        let laneSet = group?.laneSet ?? plan.laneSets.firstIndex(of: Array(0..<plan.targetCount)) ?? 0
        for entry in job.outputs {
            let place = entry.value.place ?? entry.place
            let path = "outputs/\(entry.key)"
            guard entry.value.text != nil else {
                problems.add("must be a text with ${…}", at: place, path: path)
                continue
            }
            let spot = Spot(scope: scope, laneSet: laneSet, step: nil, place: place, path: path)
            checkText(entry.value, spot, resolver)
        }
    }
}
