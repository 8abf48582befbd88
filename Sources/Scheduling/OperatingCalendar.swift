// SPDX-License-Identifier: Apache-2.0

package import Model

/// A calendar that can be asked: which days are open, to which business day and month something belongs.
package struct OperatingCalendar: Hashable, Sendable {
    package let name: CalendarName
    /// Minutes after midnight at which a business day begins.
    package let baseTime: Int
    package let baseDay: BaseDay
    private let namesMonthAfterEnd: Bool
    private let open: DaySet

    /// All days are open.
    package static let everyDay = OperatingCalendar(CalendarDefinition("every-day"), over: DaySet(all: true))

    /// Makes a calendar over what its base says.
    init(_ definition: CalendarDefinition, over base: DaySet) {
        name = definition.name
        baseTime = definition.baseTime
        baseDay = definition.baseDay
        namesMonthAfterEnd = definition.namesMonthAfterEnd
        var open = base
        if let week = definition.week { open = DaySet { week.contains($0.weekday) } }
        for entry in definition.entries {
            entry.days.visit { day in if entry.isOpen { open.insert(day) } else { open.remove(day) } }
        }
        self.open = open
    }

    /// The days that are open.
    package var openDays: DaySet { open }

    /// Whether a day is open.
    package func isOpen(_ day: Day) -> Bool { open.contains(day) }

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
    /// Calls a function with each of its days within the range of dates.
    fileprivate func visit(_ visit: (Day) -> Void) {
        let range = DaySet.range
        switch self {
        case .day(let day): visit(day)
        case .range(let first, let last):
            for day in max(first, range.lowerBound)...max(min(last, range.upperBound), range.lowerBound) { visit(day) }
        case .days(let days): days.forEach(visit)
        case .yearly(let month, let day):
            for year in range.years { Day(year, month, day).map(visit) }
        case .yearlyRange(let from, let to):
            for year in range.lowerBound.month.year - 1...range.upperBound.month.year {
                let last = Month(from <= to ? year : year + 1, to.month)
                let first = Month(year, from.month)
                let begin = first.first + (min(from.day, first.length) - 1)
                let end = last.first + (min(to.day, last.length) - 1)
                if begin <= end { (begin...end).forEach(visit) }
            }
        case .monthly(let day):
            for month in range.months {
                if day < 0 { visit(month.last) } else if day <= month.length { visit(month.first + (day - 1)) }
            }
        case .weekday(let weekday, let nth, let wanted):
            for month in range.months where wanted == nil || wanted == month.month {
                let numbers = nth.map { $0...$0 } ?? 1...5
                for number in numbers { month.nth(weekday, number).map(visit) }
            }
        }
    }
}

extension ClosedRange<Day> {
    fileprivate var years: ClosedRange<Int> { lowerBound.month.year...upperBound.month.year }
    fileprivate var months: [Month] { (lowerBound.month.number...upperBound.month.number).map(Month.init(number:)) }
}
