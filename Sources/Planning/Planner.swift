// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// What is to be planned.
package struct PlanRequest: Sendable {
    /// The job.
    package var job: JobID
    /// The targets, as selected.
    package var selection: Selection
    /// The values given, as they were written.
    package var values: [String: Setting]
    /// A pace that overrides the job's own.
    package var pace: Pace
    /// Jobs that take no part where they are called, for a start of this business day: what follows them goes on.
    package var leftOut: Set<JobID> = []
    /// The business day it is planned for, if it is for one.
    package var day: Day?
    /// What is made up where nobody is to run the plan; nil = it is to be run.
    package var trial: Trial?

    /// What is made up, so that a job can be planned where its values and hosts are not known.
    package struct Trial: Sendable {
        /// The parameters of the job that was asked for whose values are made up: they are judged by no called job.
        package var madeUp: Set<String>
        /// Gives a value where the inventory would give one.
        package var value: @Sendable (Parameter) -> Value?

        package init(madeUp: Set<String>, value: @escaping @Sendable (Parameter) -> Value?) {
            self.madeUp = madeUp
            self.value = value
        }
    }

    package init(job: JobID, selection: Selection, values: [String: Setting] = [:], pace: Pace = Pace()) {
        self.job = job
        self.selection = selection
        self.values = values
        self.pace = pace
    }
}

/// Turns a job, targets and values into a plan or a list of problems.
///
/// Touches nothing.
package struct Planner: Sendable {
    let library: JobLibrary
    let inventory: Inventory
    let registry: TaskTypeRegistry

    package init(library: JobLibrary, inventory: Inventory, registry: TaskTypeRegistry) {
        self.library = library
        self.inventory = inventory
        self.registry = registry
    }

    /// Makes a plan.
    ///
    /// - Returns: The plan with its digest, and warnings if there are any.
    /// - Throws: Every problem there is, at once.
    package func plan(_ request: PlanRequest) throws(Problems) -> (plan: Plan, warnings: Problems) {
        guard let job = library[request.job] else { throw unknownJob(request.job) }
        guard job.isActive else { throw Problems("the job \(job.id) is not active", at: job.place) }
        let chosen = try JobTargets(of: job, among: request.selection, in: inventory)
        var draft = PlanDraft(job: job, targets: chosen.targets, pace: merged(request.pace, job.pace), planner: self)
        draft.problems.add(chosen.warnings)
        draft.needsTargets = chosen.targets.isEmpty && job.software != nil
        (draft.leftOut, draft.day, draft.trial) = (request.leftOut, request.day, request.trial)
        let scope = draft.addRootScope(job, values: request.values)
        draft.expandRoot(job, scope: scope)
        guard !draft.needsTargets else { throw Selection.missing }
        draft.checkGivenNames(job, values: request.values)
        draft.check()
        try draft.problems.throwIfErrors()
        var plan = draft.plan
        plan.parallel = merged(request.pace, job.pace).parallel ?? (plan.changesAnything ? 64 : 512)
        plan.digest = PlanDigest.digest(of: plan)
        return (plan, draft.problems)
    }

    func unknownJob(_ id: JobID, at place: Place? = nil, path: String = "") -> Problems {
        let hint = didYouMean(
            id.rawValue, among: library.all.map(\.id.rawValue),
            orElse: "; 'firstline job list' shows the jobs there are")
        return Problems("there is no job '\(id)'\(hint)", at: place, path: path)
    }

    private func merged(_ given: Pace, _ own: Pace) -> Pace {
        Pace(
            parallel: given.parallel ?? own.parallel, batch: given.batch ?? own.batch,
            between: given.between ?? own.between,
            stopAfter: given.stopAfter ?? own.stopAfter)
    }
}

extension Plan {
    /// Whether any step changes anything.
    package var changesAnything: Bool {
        steps.contains { $0.role == .task && $0.effect == .change }
    }
}
