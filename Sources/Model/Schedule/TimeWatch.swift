// SPDX-License-Identifier: Apache-2.0

/// By when the starts of a schedule should have begun and ended, and how long they should take.
public struct TimeWatch: Hashable, Sendable {
    /// A time that should not pass.
    public enum Limit: Hashable, Sendable {
        /// So long after the planned start.
        case after(Duration)
        /// A time of the business day, in minutes from 0:00.
        case clock(Int)
    }

    /// How long a run should take.
    public enum Length: Hashable, Sendable {
        /// So long.
        case fixed(Duration)
        /// So many percent of what runs of the job that ended well have taken.
        case usual(percent: Int)
    }

    /// A limit, and how grave it is to pass it.
    public struct Alarm<Value: Hashable & Sendable>: Hashable, Sendable {
        /// The limit.
        public var limit: Value
        /// How grave it is.
        public var level: Level

        /// Makes an alarm.
        public init(_ limit: Value, level: Level = .warning) {
            self.limit = limit
            self.level = level
        }
    }

    /// By when a start should have become a run.
    public var start: Alarm<Limit>?
    /// By when its run should have ended.
    public var end: Alarm<Limit>?
    /// How long its run should take.
    public var takes: Alarm<Length>?

    /// Watches nothing.
    public init() {}
}
