// SPDX-License-Identifier: Apache-2.0

/// Which days of a calendar are counted.
public enum DayKind: String, CaseIterable, Sendable {
    /// All days.
    case any = "day"
    /// Open days.
    case open
    /// Closed days.
    case closed
}

/// When a job is to start, by rules of operating days.
public struct ScheduleRule: Hashable, Sendable {
    /// What a rule goes by.
    public enum Timing: Hashable, Sendable {
        /// Days, and a time on them.
        case days(DayTiming)
        /// A pattern of date and clock: cron or systemd OnCalendar.
        case pattern(ClockPattern)
    }

    /// Its number, from 1: it names the rule and orders rules of one time.
    public var number: Int
    /// What it goes by.
    public var timing: Timing
    /// The first business day it may give.
    public var from: Day?
    /// The last one.
    public var until: Day?
    /// Where it was written.
    public var place: Place?

    /// Makes a rule.
    public init(number: Int, _ timing: Timing, from: Day? = nil, until: Day? = nil, at place: Place? = nil) {
        self.number = number
        self.timing = timing
        self.from = from
        self.until = until
        self.place = place
    }
}

/// Days by rule, what is done about those that are closed, and the times on them.
public struct DayTiming: Hashable, Sendable {
    /// Which day of a period.
    public var day: DayRule
    /// How often; nil = as the kind of day says (a date once, a weekday every week, a day of the month every month).
    public var cycle: Cycle?
    /// What is done when the day is closed.
    public var substitute: Substitute
    /// How many days away a substitute may be.
    public var substituteLimit: Int
    /// Days before or after the day that was found; nil = that day.
    public var shift: Shift?
    /// The times on that day.
    public var times: StartTimes

    /// Makes a timing; a closed day is left out.
    public init(
        _ day: DayRule, cycle: Cycle? = nil, substitute: Substitute = .skip,
        substituteLimit: Int = DayTiming.usualSubstituteLimit, shift: Shift? = nil,
        times: StartTimes = StartTimes(.relative(0))
    ) {
        self.day = day
        self.cycle = cycle
        self.substitute = substitute
        self.substituteLimit = substituteLimit
        self.shift = shift
        self.times = times
    }

    /// As JP1/AJS3 has it.
    public static let usualSubstituteLimit = 2
}

/// Which day of a period.
public enum DayRule: Hashable, Sendable {
    /// The first day of validity.
    case registered
    /// One date.
    case date(Day)
    /// Every day, every open day, every closed day.
    case every(DayKind)
    /// The n-th day of the calendar month, or of one month of the year; the last one where the month is shorter.
    case dayOfMonth(Int, month: Int?)
    /// The n-th day of a kind, counted from the base day of the business month: of every month or of one of the year.
    case nth(Int, DayKind, month: Int? = nil)
    /// So many days of a kind before the end of the month, 0 = the last: of the calendar month for all days, of the business
    /// month for open and closed ones; of every month or of one of the year.
    case beforeEnd(Int, DayKind, month: Int? = nil)
    /// A weekday: every one, or the n-th of the month (-1 = the last), in every month or in one.
    case weekday(Weekday, nth: Int?, month: Int?)
    /// The first, the last or a numbered day of the month if it is open; otherwise the n-th open day after (before, if negative).
    case filter(FilterBase, shift: Int)

    /// What a filter looks at first.
    public enum FilterBase: Hashable, Sendable {
        case first
        case last
        case day(Int)
    }
}

/// How often a rule comes.
public struct Cycle: Hashable, Sendable {
    /// What is counted.
    public enum Unit: String, CaseIterable, Sendable {
        case days
        case weeks
        case months
        case years
    }

    /// How many of them.
    public let count: Int
    /// What is counted.
    public let unit: Unit

    /// Makes a cycle.
    public init(_ count: Int, _ unit: Unit) {
        self.count = count
        self.unit = unit
    }
}

/// What is done about a day that is closed.
public enum Substitute: String, CaseIterable, Sendable {
    /// The nearest open day before it.
    case before
    /// The nearest open day after it.
    case after
    /// Nothing runs.
    case skip
    /// It runs all the same.
    case run
}

/// Days before or after the day that was found.
public struct Shift: Hashable, Sendable {
    /// How many; negative = before.
    public var count: Int
    /// Which days count: all, or open ones.
    public var kind: DayKind
    /// How many days away it may be at most.
    public var limit: Int

    /// Makes a shift.
    public init(_ count: Int, _ kind: DayKind, limit: Int = Shift.usualLimit) {
        self.count = count
        self.kind = kind
        self.limit = limit
    }

    /// As JP1/AJS3 has it.
    public static let usualLimit = 10
}

/// The times at which something starts on a day.
public struct StartTimes: Hashable, Sendable {
    /// A time in minutes.
    public enum Clock: Hashable, Sendable {
        /// By the clock of the day, 0:00 to 99:59: 25:00 is 1:00 of the next day.
        case absolute(Int)
        /// After the day's base time.
        case relative(Int)
    }

    /// The only or the first time.
    public var first: Clock
    /// From then on again and again, in real time.
    public var again: Again?

    /// A time that comes again inside a window.
    public struct Again: Hashable, Sendable {
        /// The last time that may come.
        public var until: Clock
        /// Minutes between.
        public var minutes: Int

        /// Makes a repetition.
        public init(until: Clock, minutes: Int) {
            self.until = until
            self.minutes = minutes
        }
    }

    /// Makes times.
    public init(_ first: Clock, again: Again? = nil) {
        self.first = first
        self.again = again
    }
}

/// A pattern of date and clock, as cron and systemd OnCalendar have them.
public struct ClockPattern: Hashable, Sendable {
    /// How it was written.
    public var text: String
    /// The weekdays; nil = all.
    public var weekdays: Set<Weekday>?
    /// The years; nil = all.
    public var years: Set<Int>?
    /// The months, from 1; nil = all.
    public var months: Set<Int>?
    /// The days of the month, from 1; nil = all.
    public var days: Set<Int>?
    /// The days counted from the month's end, from 1 = the last.
    public var daysFromEnd: Set<Int>
    /// Whether a day need be only one of the weekdays or one of the days, as in cron where both are given.
    public var eitherDay: Bool
    /// The hours.
    public var hours: [Int]
    /// The minutes.
    public var minutes: [Int]
    /// The seconds.
    public var seconds: [Int]
    /// Whether it follows real time where the clock is put forward or back, as cron does where every hour or minute matches.
    public var followsRealTime: Bool
    /// Whether it starts nothing on business days that are closed; otherwise it does not ask the calendar.
    public var skipsClosedDays = false

    /// Makes a pattern.
    public init(
        _ text: String, weekdays: Set<Weekday>? = nil, years: Set<Int>? = nil, months: Set<Int>? = nil,
        days: Set<Int>? = nil, daysFromEnd: Set<Int> = [], eitherDay: Bool = false, hours: [Int], minutes: [Int],
        seconds: [Int] = [0], followsRealTime: Bool = false
    ) {
        self.text = text
        self.weekdays = weekdays
        self.years = years
        self.months = months
        self.days = days
        self.daysFromEnd = daysFromEnd
        self.eitherDay = eitherDay
        self.hours = hours
        self.minutes = minutes
        self.seconds = seconds
        self.followsRealTime = followsRealTime
    }
}
