// SPDX-License-Identifier: Apache-2.0

package import Model

/// Which runs may not change things at the same time, because they would change the same ones.
///
/// A run takes all of its targets at once, from its acceptance to its end: so no two runs ever wait for each other. A host
/// stands for every instance on it. What only checks takes nothing, and a run that another has started shares what that has.
package struct TargetLocks: Sendable {
    /// A run that is not over, and what it changes.
    package struct Holder: Sendable {
        package let run: Run
        let targets: Set<Target>

        package init(_ run: Run, _ plan: Plan) {
            self.run = run
            targets = plan.changedTargets
        }
    }

    /// Why a run has to wait.
    package struct Conflict: Hashable, Sendable, CustomStringConvertible {
        /// The run that has what is wanted.
        package let run: RunID
        package let job: JobID
        /// What both would change.
        package let targets: [Target]

        package var description: String {
            let names = targets.prefix(5).map(\.description).joined(separator: ", ")
            return "run \(run) (\(job)) on \(names)\(targets.count > 5 ? " and \(targets.count - 5) more" : "")"
        }
    }

    private let holders: [Holder]

    /// Makes locks of all runs that are not over.
    package init(_ holders: [Holder]) { self.holders = holders }

    /// What a run has to wait for: the runs before it that change something it would change.
    ///
    /// A run that had ended and is to go on has lost its place: it comes after all others.
    package func conflicts(of run: Run, _ plan: Plan) -> [Conflict] {
        let wanted = plan.changedTargets
        guard !wanted.isEmpty else { return [] }
        let family = family(of: run)
        return holders.compactMap { holder in
            guard run.state.isFinal || holder.run.comesBefore(run), !family.contains(holder.run.id) else { return nil }
            let both = wanted.filter { target in holder.targets.contains { $0.overlaps(target) } }
            guard !both.isEmpty else { return nil }
            return Conflict(run: holder.run.id, job: holder.run.job, targets: both.sorted())
        }
    }

    /// The run itself and those that started it.
    private func family(of run: Run) -> Set<RunID> {
        var result: Set<RunID> = [run.id]
        var next = run.caller
        while let caller = next, result.insert(caller).inserted {
            next = holders.first { $0.run.id == caller }?.run.caller
        }
        return result
    }
}

extension Run {
    /// Whether it was accepted earlier than another.
    fileprivate func comesBefore(_ other: Run) -> Bool {
        (createdAt, id.rawValue) < (other.createdAt, other.id.rawValue)
    }
}

extension Target {
    /// Whether changing the one may change the other.
    fileprivate func overlaps(_ other: Target) -> Bool {
        host == other.host && (instance == nil || other.instance == nil || instance == other.instance)
    }
}

extension Plan {
    /// The targets that some step may change.
    fileprivate var changedTargets: Set<Target> {
        var sets: Set<Int> = []
        for step in steps where step.role == .task && step.effect == .change { sets.insert(step.laneSet) }
        return Set(sets.flatMap { laneSets[$0] }.filter { $0 >= 0 }.map { lanes[$0] })
    }
}
