// SPDX-License-Identifier: Apache-2.0

import Model

// Step 1: the days a rule means, before anybody asks whether they are open.
extension DayTiming {
    /// The days of a range that the rule means, in order.
    ///
    /// What a month does not have becomes the last it has: day 31, the 25th open day, the fifth Friday. That is a decision
    /// where other products differ or are silent.
    func candidates(in range: ClosedRange<Day>, from: Day?, _ calendar: OperatingCalendar) -> [Day] {
        guard let cycle else { return natural(in: range, from: from, calendar) }
        switch cycle.unit {
        case .days, .weeks:
            guard let start = start(from: from, calendar) else { return [] }
            let step = cycle.count * (cycle.unit == .weeks ? 7 : 1)
            let days = range.stepped(by: step, from: start)
            if case .every(let kind) = day { return days.filter { calendar.isDay($0, kind) } }
            return days
        case .months, .years:
            return meant(around: range, from: from, calendar).flatMap(\.days).filter(range.contains)
        }
    }

    /// The months around a range and the days that the rule means in each; only for a rule without a cycle of days or weeks.
    func meant(around range: ClosedRange<Day>, from: Day?, _ calendar: OperatingCalendar) -> [(
        month: Month, days: [Day]
    )] {
        guard let cycle else { return months(around: range).map { ($0, days(in: $0, like: nil, calendar)) } }
        guard [.months, .years].contains(cycle.unit), let (start, first) = monthOfStart(from: from, calendar) else {
            return []
        }
        let step = cycle.count * (cycle.unit == .years ? 12 : 1)
        return months(around: range).filter { $0 >= first && ($0.number - first.number) % step == 0 }.map {
            ($0, days(in: $0, like: start, calendar))
        }
    }

    /// Where a cycle is counted from: the first day the rule means from its first day of validity on.
    private func start(from: Day?, _ calendar: OperatingCalendar) -> Day? {
        if case .date(let day) = day { return day }
        guard let from else { return nil }
        if case .registered = day { return from }
        if case .every = day { return from }
        return natural(in: from...(from + 366 * 8), from: from, calendar).first
    }

    /// The same for a cycle of months, and the month that means that day: a filter may lead out of it, and a business month begins
    /// on another day than its name says.
    private func monthOfStart(from: Day?, _ calendar: OperatingCalendar) -> (Day, Month)? {
        switch day {
        case .registered, .date, .every, .weekday(_, nth: nil, month: _):
            return start(from: from, calendar).map { ($0, $0.month) }
        default:
            guard let from else { return nil }
            return months(around: from...(from + 366 * 8)).lazy.flatMap { month in
                days(in: month, like: nil, calendar).filter { $0 >= from }.map { ($0, month) }
            }.first
        }
    }

    private func natural(in range: ClosedRange<Day>, from: Day?, _ calendar: OperatingCalendar) -> [Day] {
        switch day {
        case .registered: return [from].compactMap(\.self).filter(range.contains)
        case .date(let day): return range.contains(day) ? [day] : []
        case .every(let kind): return range.filter { calendar.isDay($0, kind) }
        case .weekday(let weekday, nth: nil, month: let month):
            let first = range.lowerBound + (weekday.number - range.lowerBound.weekday.number + 7) % 7
            return range.stepped(by: 7, from: first).filter { month == nil || month == $0.month.month }
        default:
            return months(around: range).flatMap { days(in: $0, like: nil, calendar) }.filter(range.contains)
        }
    }

    /// The months whose days may lie in a range: a business month may begin in the one before its name or end in the one after.
    private func months(around range: ClosedRange<Day>) -> [Month] {
        ((range.lowerBound.month.number - 2)...(range.upperBound.month.number + 2)).map(Month.init(number:))
    }

    /// The days the rule means in a month; where it means a single date, the day of the month that is like it.
    private func days(in month: Month, like start: Day?, _ calendar: OperatingCalendar) -> [Day] {
        switch day {
        case .registered, .date, .every:
            return start.map { [month.day($0.day)] } ?? []
        case .dayOfMonth(let number, let wanted):
            return wanted == nil || wanted == month.month ? [month.day(number)] : []
        case .weekday(let weekday, let nth, let wanted):
            guard wanted == nil || wanted == month.month else { return [] }
            guard let nth else { return (1...5).compactMap { month.nth(weekday, $0) } }
            return [month.nth(weekday, nth) ?? month.nth(weekday, -1)].compactMap(\.self)
        case .nth(_, _, let wanted?) where wanted != month.month: return []
        case .beforeEnd(_, _, let wanted?) where wanted != month.month: return []
        case .nth(let number, let kind, _):
            let days = calendar.days(of: month)
            if kind == .any { return [min(days.lowerBound + (number - 1), days.upperBound)] }
            let found = days.filter { calendar.isDay($0, kind) }
            return found.isEmpty ? [] : [found[min(number, found.count) - 1]]
        case .beforeEnd(let number, .any, _): return [max(month.first, month.last - number)]
        case .beforeEnd(let number, let kind, _):
            let found = calendar.days(of: month).filter { calendar.isDay($0, kind) }
            return found.isEmpty ? [] : [found[max(0, found.count - 1 - number)]]
        case .filter(let base, let shift):
            return [filtered(month, base, shift, calendar)].compactMap(\.self)
        }
    }

    /// A filter of Job Arranger: the base day if it is open, otherwise the n-th open day on the way from it.
    ///
    /// A numbered day that the month does not have lets the way begin on the first day of the next month, or back from the last
    /// of this one; that day counts. The way is shorter than 30 days.
    private func filtered(
        _ month: Month, _ base: DayRule.FilterBase, _ shift: Int, _ calendar: OperatingCalendar
    ) -> Day? {
        var begin: Day
        var countsBegin = false
        switch base {
        case .first: begin = month.first
        case .last: begin = month.last
        case .day(let number) where number <= month.length: begin = month.first + (number - 1)
        case .day:
            begin = shift < 0 ? month.last : (month + 1).first
            countsBegin = true
        }
        if !countsBegin, calendar.isOpen(begin) { return begin }
        guard shift != 0 else { return nil }
        let step = shift.signum()
        var left = abs(shift)
        var day = countsBegin ? begin : begin + step
        for _ in 0..<30 {
            if calendar.isOpen(day) { left -= 1 }
            if left == 0 { return day }
            day = day + step
        }
        return nil
    }
}

extension Month {
    /// A day of it, or its last.
    fileprivate func day(_ number: Int) -> Day { first + (min(number, length) - 1) }
}

extension ClosedRange<Day> {
    /// The days of the range that lie a multiple of a step after a first one.
    fileprivate func stepped(by step: Int, from first: Day) -> [Day] {
        let behind = Swift.max(0, lowerBound - first)
        let begin = first + (behind + step - 1) / step * step
        return begin > upperBound ? [] : Array(stride(from: begin, through: upperBound, by: step))
    }
}
