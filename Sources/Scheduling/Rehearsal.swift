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

    /// More comparisons of starts with each other and with windows would take too long.
    package struct TooMany: Error, Hashable, Sendable {
        /// The day that was come to.
        package let day: Day
    }

    /// A start whose run still goes on.
    private struct Going {
        let start: PlannedStart
        let schedule: Int
        let end: Instant
    }

    /// What is known of a schedule whose runs go on when another starts.
    private struct Relation {
        /// Why the other would wait; nil = it would not.
        let cause: Clash.Cause?
        var clash: Clash?

        /// Counts a start of the other, if it would wait; whether it would.
        mutating func note(_ earlier: PlannedStart, _ later: PlannedStart) -> Bool {
            guard let cause else { return false }
            if clash == nil {
                clash = Clash(earlier: earlier, later: later, cause: cause, last: later)
            } else {
                clash?.count += 1
                clash?.last = later
            }
            return true
        }
    }

    /// What a window or a freeze has against changes, and up to when that stays so; nil = for ever.
    private struct Answer {
        let objection: Objection?
        let end: Instant?
    }

    /// What is told of each schedule that starts.
    package private(set) var summaries: [ScheduleName: Summary] = [:]
    /// Of two schedules, by the number of the first and that of the other behind it.
    private var relations: [Int: Relation] = [:]
    /// Of a schedule and a window or freeze, by their numbers in the same way.
    private var hindrancesByPair: [Int: Hindrance] = [:]
    /// The last answer of each window and freeze: starts come in order, and most have the answer of the start before them.
    private var answers: [Answer?]
    /// The last start of each schedule whose run still goes on.
    private var going: [Going] = []
    /// Schedules are compared very often, and numbers are compared faster than names.
    private var numbers: [ScheduleName: Int] = [:]
    private var comparisons = 0
    private let footprints: [ScheduleName: Footprint]
    private let windows: [ChangeWindow]
    /// The windows and freezes that are about what each schedule changes, by their places.
    private let windowsOf: [ScheduleName: [Int]]
    private let duration: Duration

    /// So many starts, and so many comparisons of them with each other and with windows, are gone through within ten seconds and
    /// 300 MB (Benchmarks/run schedule measures it).
    package static let mostStarts = 1_000_000
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
        answers = Array(repeating: nil, count: windows.count)
        windowsOf = footprints.mapValues { footprint in
            windows.indices.filter { footprint.windows.contains(windows[$0].definition.name) }
        }
    }

    /// The clashes, in the order of their first starts.
    package var clashes: [Clash] {
        relations.values.compactMap(\.clash).sorted {
            ($0.later.occurrence.instant, $0.later.schedule, $0.earlier.schedule)
                < ($1.later.occurrence.instant, $1.later.schedule, $1.earlier.schedule)
        }
    }

    /// The hindrances, in the order of their first starts.
    package var hindrances: [Hindrance] {
        hindrancesByPair.values.sorted {
            ($0.first.occurrence.instant, $0.first.schedule, $0.objection.window)
                < ($1.first.occurrence.instant, $1.first.schedule, $1.objection.window)
        }
    }

    /// Adds starts that follow those before them, in order; those that are excluded clash with nobody.
    package mutating func add(_ starts: [PlannedStart]) throws(TooMany) {
        for start in starts {
            count(start)
            guard start.excludedBy == nil, let mine = footprints[start.schedule] else { continue }
            let (instant, number) = (start.occurrence.instant, number(of: start.schedule))
            going.removeAll { $0.end <= instant }
            let windows = windowsOf[start.schedule] ?? []
            comparisons += going.count + windows.count
            guard comparisons <= Self.mostComparisons else { throw TooMany(day: start.occurrence.day) }
            guard !hinder(start, number, windows) else { continue }
            var waits = false
            for other in going where clash(other, start, number, mine) { waits = true }
            if waits { summaries[start.schedule]?.clashes += 1 }
            going.removeAll { $0.schedule == number }
            going.append(Going(start: start, schedule: number, end: instant + duration))
        }
    }

    private mutating func number(of schedule: ScheduleName) -> Int {
        if let known = numbers[schedule] { return known }
        numbers[schedule] = numbers.count
        return numbers.count - 1
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
    private mutating func hinder(_ start: PlannedStart, _ number: Int, _ windows: [Int]) -> Bool {
        var isRefused = false
        for window in windows {
            guard let objection = objection(of: window, at: start.occurrence.instant) else { continue }
            isRefused = isRefused || objection.policy == .block
            let pair = number << 32 | window
            if hindrancesByPair[pair] == nil {
                hindrancesByPair[pair] = Hindrance(first: start, objection: objection, last: start)
            } else {
                hindrancesByPair[pair]?.count += 1
                hindrancesByPair[pair]?.last = start
            }
        }
        return isRefused
    }

    private mutating func objection(of window: Int, at instant: Instant) -> Objection? {
        if let known = answers[window], known.end.map({ instant < $0 }) ?? true { return known.objection }
        let (objection, end) = windows[window].answer(at: instant)
        answers[window] = Answer(objection: objection, end: end)
        return objection
    }

    /// Notes that a start would wait for another, if it would.
    private mutating func clash(_ earlier: Going, _ later: PlannedStart, _ number: Int, _ mine: Footprint) -> Bool {
        let pair = earlier.schedule << 32 | number
        if relations[pair] == nil {
            relations[pair] = Relation(cause: footprints[earlier.start.schedule].flatMap { mine.cause(of: $0) })
        }
        return relations[pair]?.note(earlier.start, later) ?? false
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
