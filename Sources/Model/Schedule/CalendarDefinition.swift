// SPDX-License-Identifier: Apache-2.0

/// An operating-day calendar as somebody wrote it: which days are open, when a day and a month begin.
public struct CalendarDefinition: Hashable, Sendable {
    /// What it starts from, before its week and its days are laid over it.
    public indirect enum Base: Hashable, Sendable {
        /// Open where that calendar is.
        case calendar(CalendarName)
        /// Open where all of them are.
        case all([Base])
        /// Open where any of them is.
        case any([Base])
        /// Open where that is closed.
        case not(Base)
    }

    /// Days that are open or closed; what comes later counts more.
    public struct Entry: Hashable, Sendable {
        /// Whether they are open.
        public let isOpen: Bool
        /// Which days.
        public let days: DayPattern
        /// Where it was written.
        public let place: Place?

        /// Makes an entry.
        public init(isOpen: Bool, _ days: DayPattern, at place: Place? = nil) {
            self.isOpen = isOpen
            self.days = days
            self.place = place
        }
    }

    /// Its name.
    public var name: CalendarName
    /// Its title.
    public var title: Localized?
    /// What it starts from; nil = all days are open.
    public var base: Base?
    /// The weekdays that are open; nil = as the base says.
    public var week: Set<Weekday>?
    /// What differs from base and week, general to specific.
    public var entries: [Entry]
    /// Minutes after midnight at which a business day begins.
    public var baseTime: Int
    /// The day a business month begins.
    public var baseDay: BaseDay
    /// Whether a business month that begins in August is called August, or September.
    public var namesMonthAfterEnd: Bool
    /// Where it was written.
    public var place: Place?

    /// Makes a calendar; without more, all days are open.
    public init(
        _ name: CalendarName, title: Localized? = nil, base: Base? = nil, week: Set<Weekday>? = nil,
        entries: [Entry] = [], baseTime: Int = 0, baseDay: BaseDay = .date(1), namesMonthAfterEnd: Bool = false,
        at place: Place? = nil
    ) {
        self.name = name
        self.title = title
        self.base = base
        self.week = week
        self.entries = entries
        self.baseTime = baseTime
        self.baseDay = baseDay
        self.namesMonthAfterEnd = namesMonthAfterEnd
        self.place = place
    }
}

/// The day a business month begins.
public enum BaseDay: Hashable, Sendable {
    /// A day of the month; the last one where the month is shorter.
    case date(Int)
    /// The n-th of a weekday.
    case weekday(Weekday, Int)
}

/// Days that come back, or not.
public enum DayPattern: Hashable, Sendable {
    /// One day.
    case day(Day)
    /// From one day to another, both included.
    case range(Day, Day)
    /// Days from a file, each with what the file calls it; empty text where it says nothing.
    case days([Day: String])
    /// A day of the month, every year; 29 February only where there is one.
    case yearly(month: Int, day: Int)
    /// From one day of the year to another, both included; it may pass the year's end.
    case yearlyRange(from: MonthDay, to: MonthDay)
    /// A day of every month; -1 = the last one.
    case monthly(day: Int)
    /// A weekday: every one, or the n-th of the month (-1 = the last), in every month or in one.
    case weekday(Weekday, nth: Int?, month: Int?)
}

/// A day of the year.
public struct MonthDay: Hashable, Comparable, Sendable {
    /// The month, from 1.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Makes a day of the year; nil when no year has it.
    public init?(_ month: Int, _ day: Int) {
        guard (1...12).contains(month), (1...Month(2000, month).length).contains(day) else { return nil }
        self.month = month
        self.day = day
    }

    /// Orders them as they come in a year.
    public static func < (left: MonthDay, right: MonthDay) -> Bool {
        (left.month, left.day) < (right.month, right.day)
    }
}
