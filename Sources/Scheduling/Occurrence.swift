// SPDX-License-Identifier: Apache-2.0

package import Model

/// One start: the business day it belongs to, the instant, and how it came about.
package struct Occurrence: Hashable, Sendable {
    /// The business day; its date is what calendars, exclusion and operators go by.
    package let day: Day
    package let instant: Instant
    /// The number of the rule it comes from.
    package let rule: Int
    package let origin: Origin

    package init(day: Day, instant: Instant, rule: Int, origin: Origin) {
        self.day = day
        self.instant = instant
        self.rule = rule
        self.origin = origin
    }

    /// How a rule came to a day.
    package struct Origin: Hashable, Sendable {
        /// The day the rule means.
        package var candidate: Day
        /// The open day that stands for it.
        package var substitute: Day?
        /// The day so many days before or after.
        package var shifted: Day?

        package init(_ candidate: Day) { self.candidate = candidate }

        /// The day at the end.
        package var day: Day { shifted ?? substitute ?? candidate }
    }
}
