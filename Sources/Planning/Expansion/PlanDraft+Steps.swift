// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

// Tasks become steps; called jobs open in place.
extension PlanDraft {
    /// The job that was asked for: all targets at once, or batch after batch.
    mutating func expandRoot(_ job: Job, scope: Int) {
        let lanes = Array(plan.lanes.indices)
        calls = [job.id]
        guard let batch = pace.batch, batch.lanes(of: lanes.count) < lanes.count else {
            plan.stopAfter = pace.stopAfter?.lanes(of: lanes.count)
            expand(job, scope: scope, parent: nil, lanes: lanes)
            return
        }
        // A rolling run that breaks a host does not go on to break the next, unless it is told to.
        plan.stopAfter = pace.stopAfter?.lanes(of: lanes.count) ?? 1
        let values = plan.scopes[scope].bindings.keys
        expandBatches(Cut(lanes: lanes, batch: batch, between: pace.between), prefix: "", parent: nil, scope) {
            draft, prefix, group, lanes in
            var inner = draft.plan.scopes[scope]
            inner.prefix = prefix
            inner.parent = scope
            for name in values { inner.bindings[name] = .template("${params.\(name)}") }
            draft.plan.scopes.append(inner)
            draft.expand(job, scope: draft.plan.scopes.count - 1, parent: group, lanes: lanes)
        }
    }

    /// Targets cut into batches.
    struct Cut {
        var lanes: [Int]
        var batch: Pace.Amount
        var between: Pace.Between?

        var portions: [[Int]] {
            let size = batch.lanes(of: lanes.count)
            return stride(from: 0, to: lanes.count, by: size).map { Array(lanes[$0..<min($0 + size, lanes.count)]) }
        }
    }

    /// Opens a body once per batch, each batch after the one before has ended, with what is asked for in between.
    mutating func expandBatches(
        _ cut: Cut, prefix: StepPath, parent: Int?, _ scope: Int,
        _ body: (inout PlanDraft, StepPath, Int, [Int]) -> Void
    ) {
        var before: Int?
        let portions = cut.portions
        for (index, lanes) in portions.enumerated() {
            if let previous = before {
                let done = portions[index - 1]
                before = addBetween(
                    cut.between, index, done: done, after: previous, prefix: prefix, parent: parent, scope)
            }
            let path = prefix.child("batch-\(index + 1)")
            let links = before.map { [link(from: $0)] } ?? []
            let step = PlannedStep(
                path: path, title: Localized("batch \(index + 1) of \(portions.count)"), type: "ExecuteJOB",
                role: .group,
                laneSet: laneSet(lanes), parent: parent, links: links, join: .all, effect: .check,
                settings: Setting(.map([])), scope: scope)
            let group = append(step, JobTask(name: "batch", type: "ExecuteJOB"), areBeforeNamed: false)
            body(&self, path, group, lanes)
            before = group
        }
    }

    private mutating func addBetween(
        _ between: Pace.Between?, _ index: Int, done: [Int], after previous: Int, prefix: StepPath, parent: Int?,
        _ scope: Int
    ) -> Int {
        let path = prefix.child("between-\(index)")
        switch between {
        case nil: return previous
        case .pause(let duration)?:
            let link = PlannedStep.Link(from: previous, condition: .all, requirement: .all)
            var step = PlannedStep(
                path: path, title: "pause", type: "Start", role: .pause, laneSet: 0, parent: parent, links: [link],
                join: .all, effect: .check, settings: Setting(.map([])), scope: scope, retryDelay: duration)
            step.isGate = true
            return append(step, JobTask(name: "between", type: "Start"), areBeforeNamed: false)
        case .job(let id)?:
            // It works on the targets of the batch before that came through it.
            let link = PlannedStep.Link(from: previous, condition: .ok, requirement: .all)
            var step = PlannedStep(
                path: path, title: planner.library[id]?.title ?? Localized(id.rawValue), type: "ExecuteJOB",
                role: .group,
                laneSet: laneSet(done), parent: parent, links: [link], join: .all, effect: .check,
                settings: Setting(.map([])), scope: scope)
            step.isGate = true
            let group = append(step, JobTask(name: "between", type: "ExecuteJOB"), areBeforeNamed: false)
            let place = parent.flatMap { sources[$0].task.place } ?? planner.library[plan.job]?.place
            open(JobCall(job: id), group: group, lanes: done, scope: scope, place: place)
            return group
        }
    }

    /// What a batch waits for: the batch before, however that ended, or the gate before it, which must let it.
    private func link(from before: Int) -> PlannedStep.Link {
        let isJob = plan.steps[before].isGate == true && plan.steps[before].role == .group
        return PlannedStep.Link(
            from: before, condition: isJob ? .ok : .all, requirement: isJob ? .any : .all)
    }

    /// Expands a job's tasks inside a group, on its lanes.
    mutating func expand(_ job: Job, scope: Int, parent: Int?, lanes: [Int]) {
        var steps: [TaskName: Int] = [:]
        var previous: TaskName?
        for task in job.tasks {
            let after = task.after ?? previous.map { [Link($0)] } ?? []
            steps[task.name] = add(task, after: after, among: steps, job, scope: scope, parent: parent, lanes: lanes)
            previous = task.name
        }
        if job.tasks.isEmpty { problems.add("the job \(job.id) has no tasks", at: job.place, path: "tasks") }
    }

    private mutating func add(
        _ task: JobTask, after: [Link], among steps: [TaskName: Int], _ job: Job, scope: Int, parent: Int?, lanes: [Int]
    ) -> Int {
        let path = plan.scopes[scope].prefix.child(task.name.rawValue)
        guard let type = planner.registry[task.type] else {
            problems.add(planner.registry.unknown(task.type), at: task.place, path: "tasks/\(path)/type")
            return appendUnknown(task, path, scope, parent, lanes)
        }
        let own = self.lanes(of: task, type, lanes, path)
        var links: [PlannedStep.Link] = []
        for link in after {
            guard let from = steps[link.task] else {
                problems.add(
                    "'\(link.task)' does not stand before '\(task.name)'; a task can follow only tasks written above it",
                    at: link.place ?? task.place, path: "tasks/\(path)/after")
                continue
            }
            links.append(PlannedStep.Link(from: from, condition: link.condition, requirement: task.requirement))
        }
        let step = PlannedStep(
            path: path, title: task.title ?? Localized(task.name.rawValue), type: task.type, role: .task,
            laneSet: laneSet(own),
            parent: parent, links: links, join: task.join, effect: task.effect ?? type.defaultEffect,
            settings: task.settings, scope: scope, account: task.account?.text, become: task.become,
            onTimeLimit: task.onTimeLimit, reflectsError: task.reflectsError ?? true)
        let index = append(step, task)
        prepare(index, type, lanes: own)
        return index
    }

    private mutating func appendUnknown(_ task: JobTask, _ path: StepPath, _ scope: Int, _ parent: Int?, _ lanes: [Int])
        -> Int
    {
        append(
            PlannedStep(
                path: path, title: Localized(task.name.rawValue), type: task.type, role: .task, laneSet: laneSet(lanes),
                parent: parent, links: [], join: .all, effect: .check, settings: task.settings, scope: scope), task)
    }

    private mutating func lanes(of task: JobTask, _ type: any TaskType, _ lanes: [Int], _ path: StepPath) -> [Int] {
        switch task.placement ?? type.defaultPlacement {
        case .each: lanes.isEmpty ? lanesWithoutTargets(task, type) : lanes
        case .controller: [Plan.controllerLane]
        case .selector(let text): self.lanes(text, at: task.place, path: "tasks/\(path)/on")
        }
    }

    /// Where a task for each target runs when there is none: once, if it needs none.
    private mutating func lanesWithoutTargets(_ task: JobTask, _ type: any TaskType) -> [Int] {
        guard task.placement == nil, !type.needsTarget else {
            needsTargets = true
            return []
        }
        return [Plan.controllerLane]
    }
}
