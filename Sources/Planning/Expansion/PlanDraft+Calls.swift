// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

// A called job opens in place: its steps stand inside the step that calls it.
extension PlanDraft {
    /// Makes a step the group of the job it calls.
    mutating func call(_ call: JobCall, from index: Int, lanes: [Int]) {
        if leftOut.contains(call.job) { return leaveOut(call.job, index) }
        let task = sources[index].task
        let scope = plan.steps[index].scope
        plan.steps[index].role = .group
        plan.steps[index].timeLimit = .zero
        plan.steps[index].expectsError = call.expects == .error
        guard let batch = task.pace.batch, batch.lanes(of: lanes.count) < lanes.count else {
            plan.steps[index].stopAfter = task.pace.stopAfter?.lanes(of: lanes.count)
            return open(call, group: index, lanes: lanes, scope: scope, place: task.place)
        }
        plan.steps[index].stopAfter = task.pace.stopAfter?.lanes(of: lanes.count) ?? 1
        let cut = Cut(lanes: lanes, batch: batch, between: task.pace.between)
        expandBatches(cut, prefix: plan.steps[index].path, parent: index, scope) { draft, _, group, lanes in
            draft.open(call, group: group, lanes: lanes, scope: scope, place: task.place)
        }
    }

    /// Makes a call a step that does nothing, for the job it calls has no start on the business day.
    ///
    /// Source: JP1/AJS3, where a nested jobnet without a schedule on its root's day is bypassed and the flow goes on behind it.
    private mutating func leaveOut(_ job: JobID, _ index: Int) {
        plan.steps[index].type = "Start"
        // Whoever looks at the run later must not take it for one in which that job ran.
        let note = "left out: \(job) has no start\(day.map { " on \($0)" } ?? "") by its schedule"
        plan.steps[index].settings = Setting(.map([.init("note", Setting(.scalar(note, quoted: true)))]))
        plan.steps[index].effect = .check
        plan.steps[index].title = plan.steps[index].title.appending(" (\(day.map { "not on \($0)" } ?? "left out"))")
    }

    /// Expands a job inside a group.
    mutating func open(_ call: JobCall, group: Int, lanes: [Int], scope: Int, place: Place?) {
        let path = "tasks/\(plan.steps[group].path)"
        guard let job = planner.library[call.job] else {
            return problems.add(planner.unknownJob(call.job, at: place, path: path + "/with/job"))
        }
        guard job.isActive else {
            return problems.add(
                "the job \(job.id) is not active and cannot be called", at: place, path: path + "/with/job")
        }
        guard !calls.contains(job.id) else {
            let circle = (calls.drop { $0 != job.id } + [job.id]).map(\.rawValue).joined(separator: " → ")
            return problems.add("jobs call each other in a circle: \(circle)", at: place, path: path + "/with/job")
        }
        let inner = addScope(
            job, prefix: plan.steps[group].path, caller: scope, values: call.values, lanes: lanes, place: place,
            path: path)
        calls.append(job.id)
        expand(job, scope: inner, parent: group, lanes: lanes)
        calls.removeLast()
    }
}
