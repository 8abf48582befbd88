// SPDX-License-Identifier: Apache-2.0

import Model

/// A job's steps with those of the jobs it calls inside them, as a plan would show them.
struct FlowTree: Sendable {
    let step: FlowStep
    /// Where it stands, such as `stop/wait-down`.
    let path: StepPath
    let inner: [FlowTree]

    /// The steps of a job; a job that calls itself is not opened again.
    static func trees(of job: Job, _ reader: FlowReader) -> [FlowTree] {
        trees(of: job, reader, path: "", callers: [job.id])
    }

    private static func trees(of job: Job, _ reader: FlowReader, path: StepPath, callers: Set<JobID>) -> [FlowTree] {
        reader.steps(of: job).map { step in
            let path = path.child(step.task.name.rawValue)
            guard let call = step.call, !callers.contains(call), callers.count < FlowReader.deepestCall,
                let called = reader.library[call]
            else {
                return FlowTree(step: step, path: path, inner: [])
            }
            let inner = trees(of: called, reader, path: path, callers: callers.union([call]))
            return FlowTree(step: step, path: path, inner: inner)
        }
    }

    /// How deep it stands, from 0.
    var depth: Int { path.rawValue.count { $0 == "/" } }

    /// The step and all inside it, in order.
    var all: [FlowTree] { [self] + inner.flatMap(\.all) }
}

extension [FlowTree] {
    /// The steps that alter something, without those that only call others.
    var changes: [FlowTree] { flatMap(\.all).filter { $0.inner.isEmpty && $0.step.effect == .change } }
}
