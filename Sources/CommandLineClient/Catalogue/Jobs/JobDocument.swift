// SPDX-License-Identifier: Apache-2.0

import Model

/// A job as programs see it.
///
/// Its keys are documented and keep their meaning.
struct JobDocument: Encodable, Sendable {
    let id: JobID
    let title: Localized
    let help: Localized
    let work: WorkUnit?
    let aliases: [String]
    let active: Bool
    let concurrent: Bool
    /// The software whose instances it works on; nil = hosts.
    let target: String?
    /// Whether it works on a host, too, that records no instance of that software.
    let hosts: Bool
    let effect: Effect
    let pace: PaceDocument
    let parameters: [ParameterDocument]
    let outputs: [String]
    let steps: [StepDocument]
    /// The paths of the steps that alter something.
    let changes: [StepPath]
    let file: String?
    let line: Int?

    init(_ job: Job, _ flow: FlowReader, _ trees: [FlowTree]) {
        id = job.id
        title = job.title
        help = job.help
        work = job.work
        aliases = job.aliases
        active = job.isActive
        concurrent = job.allowsConcurrentRuns
        target = job.software
        hosts = job.worksOnHosts || job.software == nil
        effect = flow.effect(of: job)
        pace = PaceDocument(job.pace)
        parameters = job.parameters.map(ParameterDocument.init)
        outputs = job.outputs.map(\.key)
        steps = trees.map(StepDocument.init)
        changes = trees.changes.map(\.path)
        file = job.place?.file
        line = job.place?.line
    }
}

/// How many targets at once, in what portions.
struct PaceDocument: Encodable, Sendable {
    let parallel: Int?
    let batch: String?
    let between: String?
    let stopAfter: String?

    init(_ pace: Pace) {
        parallel = pace.parallel
        batch = pace.batch?.description
        stopAfter = pace.stopAfter?.description
        between =
            switch pace.between {
            case nil: nil
            case .pause(let duration)?: duration.written
            case .job(let job)?: job.rawValue
            }
    }

    /// In words; empty where nothing is said.
    var text: String {
        let parts = [
            parallel.map { "at most \($0) at once" }, batch.map { "\($0) of the targets at a time" },
            between.map { "\($0) between" }, stopAfter.map { "stops after \($0) failed" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

/// One step, with those of the job it calls.
struct StepDocument: Encodable, Sendable {
    struct After: Encodable, Sendable {
        let task: TaskName
        let when: LinkCondition
    }

    let name: TaskName
    let title: Localized?
    let type: TaskTypeName
    let effect: Effect
    /// `each`, `controller` or a selection.
    let on: String
    let after: [After]
    let join: Join
    let calls: JobID?
    let pace: PaceDocument?
    let steps: [StepDocument]?

    init(_ tree: FlowTree) {
        let task = tree.step.task
        name = task.name
        title = task.title
        type = task.type
        effect = tree.step.effect
        on = tree.step.placement.written
        after = tree.step.links.map { After(task: $0.task, when: $0.condition) }
        join = task.join
        calls = tree.step.call
        pace = task.pace == Pace() ? nil : PaceDocument(task.pace)
        steps = tree.step.call == nil ? nil : tree.inner.map(StepDocument.init)
    }
}

extension Placement {
    /// As it stands in a playbook.
    var written: String {
        switch self {
        case .each: "each"
        case .controller: "controller"
        case .selector(let text): text
        }
    }
}
