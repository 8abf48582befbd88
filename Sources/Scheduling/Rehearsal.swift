// SPDX-License-Identifier: Apache-2.0

package import Model

/// What a period will bring: how often each schedule starts, and which starts would have to wait for each other.
package struct Rehearsal: Sendable {
    /// What a schedule's runs take hold of.
    package struct Footprint: Hashable, Sendable {
        package let job: JobID
        /// The hosts whose targets it changes; empty where it only reads.
        package let changedHosts: Set<HostName>
        /// Whether two runs of the job may go on at a time.
        package let allowsConcurrentRuns: Bool
        /// The windows and freezes that are about what it changes.
        package let windows: Set<WindowName>

        package init(
            job: JobID, changedHosts: Set<HostName>, allowsConcurrentRuns: Bool, windows: Set<WindowName> = []
        ) {
            self.job = job
            self.changedHosts = changedHosts
            self.allowsConcurrentRuns = allowsConcurrentRuns
            self.windows = windows
        }
    }

    /// Two starts so near each other that the later one would have to wait.
    package struct Clash: Hashable, Sendable {
        package enum Cause: Hashable, Sendable {
            /// Both change these hosts.
            case hosts([HostName])
            /// They are of one job, which allows one run at a time.
            case job(JobID)
        }

        package let earlier: PlannedStart
        package let later: PlannedStart
        package let cause: Cause
    }

    /// A start that a window or a freeze has something against.
    package struct Hindrance: Hashable, Sendable {
        package let start: PlannedStart
        package let objection: Objection
    }

    /// All starts, in order.
    package let starts: [PlannedStart]
    package let clashes: [Clash]
    package let hindrances: [Hindrance]

    /// Rehearses a plan.
    ///
    /// - Parameters:
    ///   - starts: The starts in order; those that are excluded clash with nobody.
    ///   - footprints: What each schedule's runs take hold of; one that is not known clashes with nobody.
    ///   - windows: The maintenance windows and freezes.
    ///   - duration: How long a run is taken to last.
    package init(
        _ starts: [PlannedStart], footprints: [ScheduleName: Footprint], windows: [ChangeWindow] = [],
        duration: Duration
    ) {
        self.starts = starts
        hindrances = starts.filter { $0.excludedBy == nil }.flatMap { start -> [Hindrance] in
            guard let about = footprints[start.schedule]?.windows, !about.isEmpty else { return [] }
            return windows.filter { about.contains($0.definition.name) }
                .compactMap { $0.objection(at: start.occurrence.instant) }
                .map { Hindrance(start: start, objection: $0) }
        }
        var (clashes, going): ([Clash], [PlannedStart]) = ([], [])
        // What is refused holds up nobody.
        let refused = Set(hindrances.filter { $0.objection.policy == .block }.map(\.start))
        for start in starts where start.excludedBy == nil && !refused.contains(start) {
            going.removeAll { $0.occurrence.instant + duration <= start.occurrence.instant }
            guard let mine = footprints[start.schedule] else { continue }
            for other in going {
                guard let theirs = footprints[other.schedule], let cause = mine.cause(of: theirs) else { continue }
                clashes.append(Clash(earlier: other, later: start, cause: cause))
            }
            going.append(start)
        }
        self.clashes = clashes
    }
}

extension Rehearsal.Footprint {
    /// Why a run of this one would wait for one of another.
    fileprivate func cause(of other: Self) -> Rehearsal.Clash.Cause? {
        if job == other.job, !allowsConcurrentRuns { return .job(job) }
        let both = changedHosts.intersection(other.changedHosts)
        return both.isEmpty ? nil : .hosts(both.sorted())
    }
}
