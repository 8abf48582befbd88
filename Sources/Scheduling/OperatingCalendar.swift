// SPDX-License-Identifier: Apache-2.0

package import Model

/// A calendar that can be asked: which days are open, to which business day and month something belongs.
package struct OperatingCalendar: Hashable, Sendable {
    package let name: CalendarName
    /// Minutes after midnight at which a business day begins.
    package let baseTime: Int
    package let baseDay: BaseDay
    private let namesMonthAfterEnd: Bool
    private let base: OpenDays
    private let week: Set<Weekday>?
    /// What counts most comes first.
    let entries: [CalendarDefinition.Entry]

    /// All days are open.
    package static let everyDay = OperatingCalendar(CalendarDefinition("every-day"), over: .all)

    /// Makes a calendar over what its base says.
    init(_ definition: CalendarDefinition, over base: OpenDays) {
        name = definition.name
        baseTime = definition.baseTime
        baseDay = definition.baseDay
        namesMonthAfterEnd = definition.namesMonthAfterEnd
        self.base = base
        week = definition.week
        entries = definition.entries.reversed()
    }

    /// Whether a day is open.
    package func isOpen(_ day: Day) -> Bool {
        if let entry = entry(for: day) { return entry.isOpen }
        return week?.contains(day.weekday) ?? base.contains(day)
    }

    private func entry(for day: Day) -> CalendarDefinition.Entry? { entries.first { $0.days.contains(day) } }

    /// What decides about a day: its entry, or the one of a calendar it starts from; nil where a week decides, or nothing does.
    package func reason(for day: Day) -> DayReason? {
        if let entry = entry(for: day) { return DayReason(entry, day, in: name) }
        return week == nil ? base.reason(for: day) : nil
    }

    /// Whether a day counts as one of a kind.
    package func isDay(_ day: Day, _ kind: DayKind) -> Bool {
        switch kind {
        case .any: true
        case .open: isOpen(day)
        case .closed: !isOpen(day)
        }
    }

    /// The first and the last day of a business month.
    package func days(of month: Month) -> ClosedRange<Day> {
        let begun = namesMonthAfterEnd ? month + -1 : month
        return start(in: begun)...(start(in: begun + 1) - 1)
    }

    /// The business month a day belongs to.
    package func month(of day: Day) -> Month {
        let begun = day < start(in: day.month) ? day.month + -1 : day.month
        return namesMonthAfterEnd ? begun + 1 : begun
    }

    /// The day on which a business month begins, in a calendar month.
    private func start(in month: Month) -> Day {
        switch baseDay {
        case .date(let day): month.first + (min(day, month.length) - 1)
        case .weekday(let weekday, let nth): month.nth(weekday, nth) ?? month.nth(weekday, -1) ?? month.first
        }
    }
}

extension Month {
    /// The n-th of a weekday, -1 = the last; nil when the month has none.
    package func nth(_ weekday: Weekday, _ nth: Int) -> Day? {
        if nth < 0 { return last - (last.weekday.number - weekday.number + 7) % 7 }
        let day = first + ((weekday.number - first.weekday.number + 7) % 7 + (nth - 1) * 7)
        return day > last ? nil : day
    }
}

extension DayPattern {
    /// Whether a date is one of its days.
    package func contains(_ day: Day) -> Bool {
        switch self {
        case .day(let one): return day == one
        case .range(let first, let last): return first <= day && day <= last
        case .days(let days): return days[day] != nil
        case .yearly(let month, let number):
            let parts = day.parts
            return parts.month.month == month && parts.day == number
        case .yearlyRange(let from, let to):
            guard let now = MonthDay(day.month.month, day.day) else { return false }
            return from <= to ? from <= now && now <= to : from <= now || now <= to
        case .monthly(let number):
            let parts = day.parts
            return parts.day == (number < 0 ? parts.month.length : number)
        case .weekday(let weekday, let nth, let month):
            guard day.weekday == weekday else { return false }
            let parts = day.parts
            if let month, month != parts.month.month { return false }
            guard let nth else { return true }
            return nth < 0 ? parts.day + 7 > parts.month.length : (parts.day + 6) / 7 == nth
        }
    }
}
