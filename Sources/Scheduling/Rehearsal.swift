// SPDX-License-Identifier: Apache-2.0

package import Model

/// What a period will bring: how often each schedule starts, and which starts would have to wait for each other or are hindered.
///
/// Starts are added piece by piece, and only what is told of them is kept, so that a long period needs no more memory than a short one.
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

    /// How often a schedule starts, and how many of these starts are excluded or would wait.
    package struct Summary: Hashable, Sendable {
        package fileprivate(set) var starts = 0
        package fileprivate(set) var excluded = 0
        package fileprivate(set) var clashes = 0
        package fileprivate(set) var first: PlannedStart?
        package fileprivate(set) var last: PlannedStart?
    }

    /// The starts of one schedule that come while runs of another, or of its own, still go on, so that they would have to wait.
    package struct Clash: Hashable, Sendable {
        package enum Cause: Hashable, Sendable {
            /// Both change these hosts.
            case hosts([HostName])
            /// They are of one job, which allows one run at a time.
            case job(JobID)
        }

        /// The start before the first of them.
        package let earlier: PlannedStart
        /// The first of them.
        package let later: PlannedStart
        package let cause: Cause
        /// The last of them.
        package fileprivate(set) var last: PlannedStart
        package fileprivate(set) var count = 1
    }

    /// The starts of a schedule that a window or a freeze has something against.
    package struct Hindrance: Hashable, Sendable {
        package let first: PlannedStart
        /// What stands against the first of them.
        package let objection: Objection
        package fileprivate(set) var last: PlannedStart
        package fileprivate(set) var count = 1
    }

    /// More comparisons of starts with each other would take too long.
    package struct TooMany: Error, Hashable, Sendable {
        /// The day that was come to.
        package let day: Day
    }

    private struct Pair: Hashable {
        let earlier: ScheduleName
        let later: ScheduleName
    }

    private struct Hold: Hashable {
        let schedule: ScheduleName
        let window: WindowName
    }

    /// What is told of each schedule that starts.
    package private(set) var summaries: [ScheduleName: Summary] = [:]
    private var clashesByPair: [Pair: Clash] = [:]
    private var hindrancesByHold: [Hold: Hindrance] = [:]
    /// The last start of each schedule whose run still goes on.
    private var going: [ScheduleName: PlannedStart] = [:]
    private var causes: [Pair: Clash.Cause?] = [:]
    private var comparisons = 0
    private let footprints: [ScheduleName: Footprint]
    private let windows: [ChangeWindow]
    private let duration: Duration

    /// So many comparisons of starts with each other end within seconds.
    package static let mostComparisons = 20_000_000

    /// Begins a rehearsal.
    ///
    /// - Parameters:
    ///   - footprints: What each schedule's runs take hold of; one that is not known clashes with nobody.
    ///   - windows: The maintenance windows and freezes.
    ///   - duration: How long a run is taken to last.
    package init(footprints: [ScheduleName: Footprint], windows: [ChangeWindow] = [], duration: Duration) {
        self.footprints = footprints
        self.windows = windows
        self.duration = duration
    }

    /// The clashes, in the order of their first starts.
    package var clashes: [Clash] {
        clashesByPair.values.sorted {
            ($0.later.occurrence.instant, $0.later.schedule, $0.earlier.schedule)
                < ($1.later.occurrence.instant, $1.later.schedule, $1.earlier.schedule)
        }
    }

    /// The hindrances, in the order of their first starts.
    package var hindrances: [Hindrance] {
        hindrancesByHold.values.sorted {
            ($0.first.occurrence.instant, $0.first.schedule, $0.objection.window)
                < ($1.first.occurrence.instant, $1.first.schedule, $1.objection.window)
        }
    }

    /// Adds starts that follow those before them, in order; those that are excluded clash with nobody.
    package mutating func add(_ starts: [PlannedStart]) throws(TooMany) {
        for start in starts {
            count(start)
            guard start.excludedBy == nil, !hinder(start), let mine = footprints[start.schedule] else { continue }
            going = going.filter { $0.value.occurrence.instant + duration > start.occurrence.instant }
            comparisons += going.count
            guard comparisons <= Self.mostComparisons else { throw TooMany(day: start.occurrence.day) }
            var waits = false
            for other in going.values where clash(other, start, mine) { waits = true }
            if waits { summaries[start.schedule]?.clashes += 1 }
            going[start.schedule] = start
        }
    }

    private mutating func count(_ start: PlannedStart) {
        var summary = summaries[start.schedule] ?? Summary()
        summary.starts += 1
        if start.excludedBy != nil { summary.excluded += 1 }
        summary.first = summary.first ?? start
        summary.last = start
        summaries[start.schedule] = summary
    }

    /// Notes what windows and freezes have against a start; true when one refuses it, so that it holds up nobody.
    private mutating func hinder(_ start: PlannedStart) -> Bool {
        guard let about = footprints[start.schedule]?.windows, !about.isEmpty else { return false }
        var isRefused = false
        for window in windows where about.contains(window.definition.name) {
            guard let objection = window.objection(at: start.occurrence.instant) else { continue }
            isRefused = isRefused || objection.policy == .block
            let hold = Hold(schedule: start.schedule, window: objection.window)
            if hindrancesByHold[hold] == nil {
                hindrancesByHold[hold] = Hindrance(first: start, objection: objection, last: start)
            } else {
                hindrancesByHold[hold]?.count += 1
                hindrancesByHold[hold]?.last = start
            }
        }
        return isRefused
    }

    /// Notes that a start would wait for another, if it would.
    private mutating func clash(_ earlier: PlannedStart, _ later: PlannedStart, _ mine: Footprint) -> Bool {
        let pair = Pair(earlier: earlier.schedule, later: later.schedule)
        let cause = causes[pair] ?? footprints[earlier.schedule].flatMap { mine.cause(of: $0) }
        causes[pair] = .some(cause)
        guard let cause else { return false }
        if clashesByPair[pair] == nil {
            clashesByPair[pair] = Clash(earlier: earlier, later: later, cause: cause, last: later)
        } else {
            clashesByPair[pair]?.count += 1
            clashesByPair[pair]?.last = later
        }
        return true
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
