// SPDX-License-Identifier: Apache-2.0

/// A schedule as somebody wrote it: which job on which targets with which values, by which calendar and rules, in which zone,
/// and what is done about starts that were missed or overlap.
public struct ScheduleDefinition: Hashable, Sendable {
    /// What is done about starts that passed while nobody was there to begin them.
    public enum Missed: Hashable, Sendable {
        /// Nothing; each is written down.
        case skip
        /// The latest is run, if it is not older than the window.
        case runOnce(window: Duration)
        /// Each is run, up to so many.
        case runAll(limit: Int)
    }

    /// What is done when a start comes while the run before has not ended.
    public enum Overlap: String, CaseIterable, Sendable {
        /// It does not run.
        case skip
        /// It waits; of several the first.
        case queueOne = "queue-one"
        /// Both run.
        case allow
        /// The run before is cancelled.
        case stopOld = "stop-old"
    }

    /// Its name.
    public var name: ScheduleName
    /// Its title.
    public var title: Localized?
    /// The job.
    public var job: JobID
    /// The selection of targets, as on the command line.
    public var on: String?
    /// Which of those not.
    public var except: String?
    /// The values given to the job.
    public var values: [String: Setting]
    /// The calendar it goes by; nil = every day is open.
    public var calendar: CalendarName?
    /// The time zone, by its IANA name.
    public var zone: String
    /// Whether 25:00 belongs to its own day.
    public var is48Hours: Bool
    /// When it starts.
    public var rules: [ScheduleRule]
    /// About missed starts.
    public var missed: Missed
    /// About overlapping runs.
    public var overlap: Overlap
    /// Schedules on whose business days it does not run.
    public var exclusive: [ScheduleName]
    /// What of its times is watched.
    public var watch: TimeWatch {
        get { watches.first ?? TimeWatch() }
        set { watches = newValue == TimeWatch() ? [] : [newValue] }
    }
    /// None or one: most schedules watch nothing, and there may be very many of them.
    private var watches: [TimeWatch] = []
    /// Whether it starts its job by itself.
    public var isEnabled: Bool
    /// Whether it says only on which business days its job takes part in the jobs that call it; it starts nothing then.
    public var isForCallers = false
    /// Where it was written.
    public var place: Place?

    /// Makes a schedule that misses and overlaps as is usual.
    public init(
        _ name: ScheduleName, title: Localized? = nil, job: JobID, on: String? = nil, except: String? = nil,
        values: [String: Setting] = [:], calendar: CalendarName? = nil, zone: String, is48Hours: Bool = false,
        rules: [ScheduleRule], missed: Missed = .usual, overlap: Overlap = .skip, exclusive: [ScheduleName] = [],
        isEnabled: Bool = true, at place: Place? = nil
    ) {
        self.name = name
        self.title = title
        self.job = job
        self.on = on
        self.except = except
        self.values = values
        self.calendar = calendar
        self.zone = zone
        self.is48Hours = is48Hours
        self.rules = rules
        self.missed = missed
        self.overlap = overlap
        self.exclusive = exclusive
        self.isEnabled = isEnabled
        self.place = place
    }
}

extension ScheduleDefinition.Missed {
    /// Once, if it is not older than an hour.
    public static let usual = Self.runOnce(window: .seconds(3600))
}
