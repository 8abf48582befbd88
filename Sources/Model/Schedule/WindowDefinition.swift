// SPDX-License-Identifier: Apache-2.0

/// Periods in which changes may begin, or may not, as somebody wrote them: a maintenance window or a freeze.
public struct WindowDefinition: Hashable, Sendable {
    /// What the periods mean.
    public enum Kind: String, CaseIterable, Sendable {
        /// Changes begin inside of them only.
        case window = "maintenance window"
        /// No change begins inside of them.
        case freeze
    }

    /// What is done about a change that would begin at a wrong time.
    public enum Policy: String, CaseIterable, Sendable {
        /// It is refused.
        case block
        /// A person is asked.
        case ask
    }

    /// When the periods are.
    public enum Periods: Hashable, Sendable {
        /// They begin by rules, and each lasts so long.
        case rules([ScheduleRule], lasts: Duration)
        /// One period, by the clocks of the zone: a day and minutes from its 0:00 each.
        case once(from: LocalTime, until: LocalTime)
        /// They cannot be used as they are written: no change begins until they can be.
        case unknown
    }

    /// A day, and minutes from its 0:00.
    public struct LocalTime: Hashable, Comparable, Sendable {
        /// The day.
        public let day: Day
        /// Minutes from 0:00.
        public let minutes: Int

        /// Makes a time.
        public init(_ day: Day, minutes: Int) {
            self.day = day
            self.minutes = minutes
        }

        /// Orders times.
        public static func < (left: LocalTime, right: LocalTime) -> Bool {
            (left.day, left.minutes) < (right.day, right.minutes)
        }
    }

    /// Its name.
    public var name: WindowName
    /// What its periods mean.
    public var kind: Kind
    /// Its title.
    public var title: Localized?
    /// Which targets it is about, as on the command line; nil = all.
    public var on: String?
    /// Which of those not.
    public var except: String?
    /// The calendar its rules go by; nil = every day is open.
    public var calendar: CalendarName?
    /// The time zone, by its IANA name.
    public var zone: String
    /// When.
    public var periods: Periods
    /// What is done about a change at a wrong time.
    public var policy: Policy
    /// Where it was written.
    public var place: Place?

    /// Makes a window or a freeze that blocks what begins at a wrong time on any target.
    public init(
        _ name: WindowName, _ kind: Kind, zone: String, _ periods: Periods, policy: Policy = .block,
        at place: Place? = nil
    ) {
        self.name = name
        self.kind = kind
        self.zone = zone
        self.periods = periods
        self.policy = policy
        self.place = place
    }
}
