// SPDX-License-Identifier: Apache-2.0

package import Model

/// A month for which a rule that means a day of each month starts nothing.
package struct LostMonth: Hashable, Sendable {
    package let rule: Int
    package let month: Month
    /// Why, in a sentence.
    package let why: Sentence
}

extension Timetable {
    /// The months of some days that rules mean and for which they start nothing, other than by `closed: skip`: no open day is near
    /// enough, the month has none, or two months come to one day.
    package func lostMonths(in days: ClosedRange<Day>) -> [LostMonth] {
        rules.flatMap { rule -> [LostMonth] in
            guard case .days(let timing) = rule.timing else { return [] }
            return lostMonths(rule, timing, in: days)
        }
    }

    private func lostMonths(_ rule: ScheduleRule, _ timing: DayTiming, in days: ClosedRange<Day>) -> [LostMonth] {
        var (lost, last): ([LostMonth], (month: Month, day: Day)?) = ([], nil)
        func lose(_ month: Month, _ why: Sentence) { lost.append(LostMonth(rule: rule.number, month: month, why: why)) }
        for (month, meant) in timing.monthly(around: days, from: rule.from, calendar) {
            guard let candidate = meant.first else {
                let middle = calendar.days(of: month).lowerBound + 14
                if days.contains(middle), rule.isValid(on: middle) {
                    lose(month, Sentence("no day of {month} is near enough or open", ["month": month]))
                }
                continue
            }
            let isAsked = days.contains(candidate)
            switch way(from: candidate, timing) {
            case .closed: break
            case .lost(let why): if isAsked, rule.isValid(on: candidate) { lose(month, why) }
            case .origin(let origin):
                if let last, last.day == origin.day, isAsked, rule.isValid(on: origin.day) {
                    let values: [String: any CustomStringConvertible] = ["day": origin.day, "month": last.month]
                    lose(month, Sentence("it comes to {day}, as {month} does, and starts once", values))
                }
                last = (month, origin.day)
            }
        }
        return lost
    }
}

extension ScheduleRule {
    fileprivate func isValid(on day: Day) -> Bool { day >= from ?? day && day <= until ?? day }
}

extension DayTiming {
    /// The day of each month around some days, for a rule that means one in every month or in one of the year; none for others.
    fileprivate func monthly(
        around days: ClosedRange<Day>, from: Day?, _ calendar: OperatingCalendar
    ) -> [(Month, [Day])] {
        let wanted: Int?
        switch day {
        case .dayOfMonth(_, let month), .nth(_, _, let month), .beforeEnd(_, _, let month): wanted = month
        case .weekday(_, nth: _?, let month): wanted = month
        case .filter: wanted = nil
        case .registered, .date, .every, .weekday: return []
        }
        return meant(around: days, from: from, calendar).filter { wanted == nil || $0.0.month == wanted }
    }
}
