// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// A task as it takes part in its job's flow: what it leaves to defaults is filled in.
struct FlowStep: Sendable {
    let task: JobTask
    /// The links into it.
    let links: [Link]
    let effect: Effect
    let placement: Placement
    /// The job it calls.
    let call: JobID?
}

/// Reads jobs as flows.
struct FlowReader: Sendable {
    /// The task type that calls a job.
    private static let callType: TaskTypeName = "ExecuteJOB"
    /// How deep calls are followed; a plan does not go deeper either.
    static let deepestCall = 100

    let library: JobLibrary
    let registry: TaskTypeRegistry

    /// The tasks of a job, in order.
    func steps(of job: Job) -> [FlowStep] { steps(of: job, callers: [job.id]) }

    /// What a job does: it changes something when any of its tasks, or of those it calls, does.
    func effect(of job: Job) -> Effect { effect(of: job, callers: [job.id]) }

    private func steps(of job: Job, callers: Set<JobID>) -> [FlowStep] {
        var previous: TaskName?
        return job.tasks.map { task in
            defer { previous = task.name }
            return FlowStep(
                task: task, links: task.after ?? previous.map { [Link($0)] } ?? [], effect: effect(of: task, callers),
                placement: task.placement ?? registry[task.type]?.defaultPlacement ?? .each, call: call(of: task))
        }
    }

    private func call(of task: JobTask) -> JobID? {
        guard task.type == Self.callType else { return nil }
        return task.settings["job"]?.text.map { JobID($0) }
    }

    private func effect(of task: JobTask, _ callers: Set<JobID>) -> Effect {
        if let call = call(of: task), let job = library[call] {
            // Jobs that call each other in a circle cannot be run; planning says so.
            guard callers.count < Self.deepestCall else { return .change }
            return callers.contains(call) ? .check : effect(of: job, callers: callers.union([call]))
        }
        return task.effect ?? registry[task.type].map { $0.effect(written: task.settings) } ?? .change
    }

    private func effect(of job: Job, callers: Set<JobID>) -> Effect {
        job.tasks.contains { effect(of: $0, callers) == .change } ? .change : .check
    }
}

extension FlowStep {
    /// What does the work: the task type, or the job that is called.
    var work: String { call.map { "→ \($0)" } ?? task.type.rawValue }

    /// Where it runs, in words.
    var whereabouts: String {
        switch placement {
        case .each: "each target"
        case .controller: "once, on the controller"
        case .selector(let text): text
        }
    }

    /// Its links in words, such as `stop, probe by ERROR`.
    var follows: String {
        links.map { $0.condition == .ok ? $0.task.rawValue : "\($0.task) by \($0.condition.rawValue.uppercased())" }
            .joined(separator: task.join == .any ? " or " : ", ")
    }
}

extension TaskType {
    /// What a task does to its host by what it asks for; where a choice is known only to the plan, the gravest that it may be.
    fileprivate func effect(written settings: Setting) -> Effect {
        guard defaultEffect == .check else { return .change }
        var possible = [settings]
        for spec in parameters where settings[spec.name]?.text?.contains("${") ?? false && !spec.choices.isEmpty {
            possible = possible.flatMap { settings in spec.choices.map { settings.with(spec.name, $0) } }
        }
        let isChange = possible.contains { (try? PreparedTask(self, ParameterValues($0)))?.effect == .change }
        return isChange ? .change : .check
    }
}

extension Setting {
    /// The same map with another text under a key.
    fileprivate func with(_ key: String, _ text: String) -> Setting {
        Setting(.map(entries.map { $0.key == key ? Entry(key, Setting(.scalar(text, quoted: true))) : $0 }), at: place)
    }
}
