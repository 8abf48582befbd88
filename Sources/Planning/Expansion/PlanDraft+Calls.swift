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
        guard let job = calledJob(call.job, place, path) else { return }
        guard !calls.contains(job.id) else {
            let circle = (calls.drop { $0 != job.id } + [job.id]).map(\.rawValue).joined(separator: " → ")
            return problems.add("jobs call each other in a circle: \(circle)", at: place, path: path + "/with/job")
        }
        guard calls.count < PlanDraft.deepestCall else {
            return problems.add(
                "jobs call each other more than \(PlanDraft.deepestCall) deep: \(calls.prefix(3).map(\.rawValue).joined(separator: " → ")) → …",
                at: place, path: path + "/with/job")
        }
        guard plan.steps.count < PlanDraft.mostSteps else {
            return problems.addOnce(
                "the plan has more than \(PlanDraft.mostSteps) steps; let jobs call fewer others, or take larger batches",
                at: place)
        }
        guard mayWork(job, on: lanes, place, path) else { return }
        let inner = addScope(
            job, prefix: plan.steps[group].path, caller: scope, values: call.values, lanes: lanes, place: place,
            path: path)
        calls.append(job.id)
        expand(job, scope: inner, parent: group, lanes: lanes)
        calls.removeLast()
    }

    /// Checks a call in the background, whose run is planned when it starts: with the values that the call gives, and no others.
    mutating func checkBackground(_ call: JobCall, from index: Int, lanes: [Int]) {
        let step = plan.steps[index]
        let (place, path) = (sources[index].task.place, "tasks/\(step.path)")
        guard let job = calledJob(call.job, place, path), mayWork(job, on: lanes, place, path) else { return }
        checkNames(of: call.values, job, place: place, path: path)
        for parameter in job.parameters {
            let given = call.values[parameter.name]
            let path = "\(path)/with/values/\(parameter.name)"
            let isNeeded = parameter.defaultValue == nil && !parameter.isOptional && !parameter.isFromInventory
            if given == nil, isNeeded {
                problems.add(
                    "\(job.id) needs the parameter '\(parameter.name)', \(parameter.expectation): a job in the background takes "
                        + "only what stands in with.values", at: place, path: path)
            } else if let given, !given.allTexts.contains(where: { $0.contains("${") }) {
                checkGiven(given, parameter, path)
            } else if let text = given?.text, !isMadeUp(text, step.scope) {
                let called = Call(job: job, caller: step.scope, lanes: lanes, place: place, path: path)
                guard let problem = judge(parameter, text, called) else { continue }
                problems.add("\(job.id): \(problem)", at: given?.place ?? place, path: path)
            }
        }
    }

    /// Whether the lanes of a call are targets of the job it calls; reports it where they are not.
    ///
    /// The job would take a host, or another software's instance, for an instance of its own.
    private mutating func mayWork(_ job: Job, on lanes: [Int], _ place: Place?, _ path: String) -> Bool {
        guard let software = job.software else { return true }
        needsTargets = needsTargets || lanes.isEmpty
        let strange = lanes.filter { lane in
            guard lane >= 0, let instance = planner.inventory.instance(plan.lanes[lane]) else {
                return !job.worksOnHosts
            }
            return instance.software != software
        }
        guard !strange.isEmpty else { return true }
        // Said once, and not of each batch by itself.
        let rule = "\(job.id) works on instances of \(software)"
        guard !problems.all.contains(where: { $0.place == place && $0.message.hasPrefix(rule) }) else { return false }
        let whom = strange == [Plan.controllerLane] ? "once on the controller" : "on \(names(strange))"
        problems.add(
            "\(rule), and this call is made \(whom): write 'target: \(software)' in the job that calls it, or "
                + "'target: {software: \(software), hosts: true}' in \(job.id) where it works on hosts too",
            at: place, path: path + "/with/job")
        return false
    }

    private mutating func checkGiven(_ given: Setting, _ parameter: Parameter, _ path: String) {
        do throws(Problem) {
            _ = try parameter.value(given: given)
        } catch {
            problems.add(error.message, at: error.place, path: path)
        }
    }

    /// The job that a task calls, if it can be called.
    private mutating func calledJob(_ id: JobID, _ place: Place?, _ path: String) -> Job? {
        guard let job = planner.library[id] else {
            problems.add(planner.unknownJob(id, at: place, path: path + "/with/job"))
            return nil
        }
        guard job.isActive else {
            problems.add("the job \(job.id) is not active and cannot be called", at: place, path: path + "/with/job")
            return nil
        }
        return job
    }
}

extension Problems {
    /// Adds a problem that would otherwise be repeated at every step.
    fileprivate mutating func addOnce(_ message: String, at place: Place?) {
        guard !all.contains(where: { $0.message == message }) else { return }
        add(message, at: place)
    }
}
