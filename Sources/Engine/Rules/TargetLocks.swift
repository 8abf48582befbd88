// SPDX-License-Identifier: Apache-2.0

package import Model

/// Which runs may not change things at the same time, because they would change the same ones.
///
/// A run takes all of its targets at once, from its acceptance to its end, and waits for the runs that arrived before it: so no two
/// runs ever wait for each other. A host includes every instance on it. What only checks takes nothing, and a run that another has
/// started shares what that has.
///
/// The runs that want a host are kept by host: a question costs as much as the run that asks has targets, however many runs there are.
package struct TargetLocks: Sendable {
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

        /// For what a run waits.
        package var sentence: Sentence {
            let names = targets.prefix(5).map(\.description).joined(separator: ", ")
            return Sentence(
                targets.count > 5
                    ? "for run {run} ({job}) on {targets} and {count} more" : "for run {run} ({job}) on {targets}",
                ["run": run, "job": job, "targets": names, "count": targets.count - 5])
        }
    }

    private var claims: [RunID: Claim] = [:]
    /// The runs that change something on each host, by arrival; those without a number yet come last.
    private var queues: [HostName: [RunID]] = [:]

    package init() {}

    /// The runs that are not over.
    package var runs: some Collection<RunID> { claims.keys }

    /// What a run has taken; nil when it has taken nothing or given it back.
    package func claim(of run: RunID) -> Claim? { claims[run] }

    /// A run of a job that is not over.
    package func run(of job: JobID) -> RunID? { claims.values.first { $0.job == job }?.run }

    /// Takes what a run changes, in place of what it had taken.
    package mutating func take(_ claim: Claim) {
        giveBack(claim.run)
        claims[claim.run] = claim
        for host in claim.hosts.keys { queue(claim, at: host) }
    }

    /// Gives back what a run has taken.
    package mutating func giveBack(_ run: RunID) {
        guard let claim = claims.removeValue(forKey: run) else { return }
        for host in claim.hosts.keys {
            queues[host]?.removeAll { $0 == run }
            if queues[host]?.isEmpty == true { queues[host] = nil }
        }
    }

    private mutating func queue(_ claim: Claim, at host: HostName) {
        let queue = queues[host] ?? []
        let before = queue.lastIndex { claims[$0].map { $0.place <= claim.place } ?? true }
        queues[host, default: []].insert(claim.run, at: before.map { $0 + 1 } ?? 0)
    }

    /// What a run has to wait for: of the runs before it that change something it would change the one that arrived last.
    ///
    /// While one of two runs has no number, either may be the earlier one.
    ///
    /// - Parameters:
    ///   - claim: What the run changes; it need not have been taken.
    ///   - matters: Which runs are asked about.
    /// - Returns: That run; nil when the asking run may go on.
    package func conflict(of claim: Claim, where matters: (RunID) -> Bool = { _ in true }) -> Conflict? {
        guard !claim.hosts.isEmpty else { return nil }
        let family = family(of: claim)
        var last: Claim?
        for (host, instances) in claim.hosts {
            let other = queues[host, default: []].lazy.reversed().compactMap { claims[$0] }.first { other in
                claim.mayFollow(other) && !family.contains(other.run) && matters(other.run)
                    && other.hosts[host].map { overlap($0, instances) } ?? false
            }
            guard let other, last.map({ $0.place < other.place }) ?? true else { continue }
            last = other
        }
        return last.map { Conflict(run: $0.run, job: $0.job, targets: claim.targets(alsoOf: $0)) }
    }

    /// The run itself and those that started it.
    private func family(of claim: Claim) -> Set<RunID> {
        var result: Set<RunID> = [claim.run]
        var next = claim.caller
        while let caller = next, result.insert(caller).inserted { next = claims[caller]?.caller }
        return result
    }
}

extension TargetLocks {
    /// What one run changes, and its place among the others.
    package struct Claim: Sendable {
        package let run: RunID
        package let job: JobID
        let caller: RunID?
        /// The store's number for it; nil while the store has not given it one.
        package var arrival: Int?
        /// The instances on each host; nil among them = the whole host.
        let hosts: [HostName: Set<InstanceName?>]

        /// What a run of a plan changes.
        package init(_ run: Run, _ plan: Plan, arrival: Int?) {
            (self.run, job, caller) = (run.id, run.job, run.caller)
            self.arrival = arrival
            hosts = plan.changedHosts
        }

        /// Its place in a queue.
        var place: Int { arrival ?? .max }

        /// Whether another run may have arrived before it.
        func mayFollow(_ other: Claim) -> Bool { arrival == nil || other.arrival == nil || other.place < place }

        /// Its own targets that another run changes too.
        func targets(alsoOf other: Claim) -> [Target] {
            hosts.flatMap { host, instances in
                instances.filter { overlap([$0], other.hosts[host] ?? []) }.map { Target(host: host, instance: $0) }
            }.sorted()
        }
    }
}

/// Whether changing the one may change the other.
private func overlap(_ one: Set<InstanceName?>, _ other: Set<InstanceName?>) -> Bool {
    if one.contains(nil) { return !other.isEmpty }
    return other.contains(nil) || !one.isDisjoint(with: other)
}

extension Plan {
    /// The hosts and instances that some step may change.
    fileprivate var changedHosts: [HostName: Set<InstanceName?>] {
        var sets: Set<Int> = []
        for step in steps where step.role == .task && step.effect == .change { sets.insert(step.laneSet) }
        var hosts: [HostName: Set<InstanceName?>] = [:]
        for lane in sets.lazy.flatMap({ laneSets[$0] }) where lane >= 0 {
            hosts[lanes[lane].host, default: []].insert(lanes[lane].instance)
        }
        return hosts
    }
}
