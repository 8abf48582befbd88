// SPDX-License-Identifier: Apache-2.0

extension ScheduleRule {
    /// Whether it goes by a pattern of date and clock.
    package var isPattern: Bool { if case .pattern = timing { true } else { false } }

    /// Whether it goes by open and closed days, or by the business month: otherwise a calendar has no effect on it.
    package var asksCalendar: Bool {
        switch timing {
        case .pattern(let pattern): pattern.skipsClosedDays
        case .days(let timing): timing.day.asksCalendar || timing.substitute != .run || timing.shift?.kind == .open
        }
    }
}

extension DayRule {
    fileprivate var asksCalendar: Bool {
        switch self {
        case .every(let kind), .beforeEnd(_, let kind, _): kind != .any
        case .nth, .filter: true
        case .registered, .date, .dayOfMonth, .weekday: false
        }
    }
}
