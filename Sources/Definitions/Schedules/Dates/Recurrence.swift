// SPDX-License-Identifier: Apache-2.0

import Model

/// When an event of whole days comes again (RFC 5545, section 3.3.10).
///
/// Each part that begins with BY is a condition on the days of a period, so that no part needs an expansion of its own.
struct Recurrence {
    /// What is counted between two of its periods.
    enum Frequency: String {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    /// How many days rules may look at, whether they come on them or not.
    struct Looks {
        let most: Int
        /// How many are left; less than 0 where a rule had to stop.
        var left: Int

        init(most: Int) { (self.most, left) = (most, most) }
    }

    /// The days that a calendar may have.
    static let horizon = Month(1970, 1).first...Month(2199, 12).last

    private let frequency: Frequency
    private var interval = 1
    private var count: Int?
    private var until: Day?
    private var weekStart = Weekday.monday
    private var months: Set<Int> = []
    private var monthDays: Set<Int> = []
    private var yearDays: Set<Int> = []
    private var weekdays: [(nth: Int?, weekday: Weekday)] = []
    private var positions: Set<Int> = []

    /// Reads a rule.
    ///
    /// - Throws: `Unreadable` with the part that is not read.
    init(_ text: String) throws(CalendarEvent.Unreadable) {
        var parts: [(name: String, value: String)] = []
        for part in text.uppercased().split(separator: ";") {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2 else { throw Recurrence.unread(part) }
            if parts.contains(where: { $0.name == words[0] }) {
                throw CalendarEvent.Unreadable(why: "RRULE has \(shortened(words[0])) twice")
            }
            parts.append((words[0], words[1]))
        }
        let written = parts.first { $0.name == "FREQ" }
        guard let written else {
            // A part that is none says more than that FREQ is missing.
            if let part = parts.first(where: { !Recurrence.names.contains($0.name) }) {
                throw Recurrence.unread("\(part.name)=\(part.value)")
            }
            throw CalendarEvent.Unreadable(why: "RRULE needs FREQ with DAILY, WEEKLY, MONTHLY or YEARLY")
        }
        guard let frequency = Frequency(rawValue: written.value) else {
            throw Recurrence.unread("FREQ=\(written.value)")
        }
        self.frequency = frequency
        for part in parts where part.name != "FREQ" && !take(part.name, part.value) {
            throw Recurrence.unread("\(part.name)=\(part.value)")
        }
        try check()
    }

    private static let names: Set<String> = [
        "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYDAY", "BYSETPOS",
    ]

    private static func unread(_ part: some StringProtocol) -> CalendarEvent.Unreadable {
        CalendarEvent.Unreadable(why: "RRULE has the part '\(shortened(String(part)))', which is not read")
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        switch name {
        case "INTERVAL": return Recurrence.number(value, 1...10_000).map { interval = $0 } != nil
        case "COUNT": return Recurrence.number(value, 1...1_000_000).map { count = $0 } != nil
        // It may have a time of its own, and in UTC: the date is what is meant.
        case "UNTIL": return Day(calendar: String(value.prefix(8))).map { until = $0 } != nil
        case "WKST": return Weekday(calendar: value).map { weekStart = $0 } != nil
        case "BYMONTH": return Recurrence.numbers(value, 1...12, isSigned: false).map { months = $0 } != nil
        case "BYMONTHDAY": return Recurrence.numbers(value, 1...31).map { monthDays = $0 } != nil
        case "BYYEARDAY": return Recurrence.numbers(value, 1...366).map { yearDays = $0 } != nil
        case "BYSETPOS": return Recurrence.numbers(value, 1...366).map { positions = $0 } != nil
        case "BYDAY": return Recurrence.weekdays(value).map { weekdays = $0 } != nil
        default: return false
        }
    }

    private func check() throws(CalendarEvent.Unreadable) {
        if frequency != .monthly, frequency != .yearly, weekdays.contains(where: { $0.nth != nil }) {
            throw CalendarEvent.Unreadable(
                why: "RRULE has a numbered weekday, which FREQ=\(frequency.rawValue) has not")
        }
        guard positions.isEmpty || !(months.isEmpty && hasNoDays) else {
            throw CalendarEvent.Unreadable(why: "RRULE has BYSETPOS without another part that begins with BY")
        }
    }

    private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func numbers(_ text: String, _ range: ClosedRange<Int>, isSigned: Bool = true) -> Set<Int>? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count,
            numbers.allSatisfy({ range.contains($0) || isSigned && range.contains(0 &- $0) })
        else { return nil }
        return Set(numbers)
    }

    /// `MO`, `3MO`, `-1MO` and lists of them.
    private static func weekdays(_ text: String) -> [(nth: Int?, weekday: Weekday)]? {
        var found: [(nth: Int?, weekday: Weekday)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let weekday = Weekday(calendar: String(part.suffix(2))) else { return nil }
            let number = part.dropLast(2)
            guard number.isEmpty || Int(number).map({ (1...53).contains($0.magnitude) }) == true else { return nil }
            found.append((Int(number), weekday))
        }
        return found
    }

    private var hasNoDays: Bool { monthDays.isEmpty && yearDays.isEmpty && weekdays.isEmpty }
}

extension Recurrence {
    /// The days it comes on from its first on, which counts in any case; not more than so many.
    ///
    /// Where no looks are left not all of them are found.
    func starts(from first: Day, most: Int, looks: inout Looks) -> [Day] {
        var found = [first]
        let wanted = min(count ?? most, most)
        let end = min(until ?? Recurrence.horizon.upperBound, Recurrence.horizon.upperBound)
        var number = 0
        while looks.left >= 0, found.count < wanted, let period = period(number, from: first), period.lowerBound <= end
        {
            let days = days(of: period, like: first, looks: &looks)
            for day in days where day > first && day <= end && found.count < wanted {
                found.append(day)
            }
            number += 1
        }
        return found
    }

    /// The days of its n-th period; nil where it lies beyond all calendars.
    private func period(_ number: Int, from first: Day) -> ClosedRange<Day>? {
        let step = number * interval
        guard step < 1_000_000 else { return nil }
        switch frequency {
        case .daily: return first + step...first + step
        case .weekly:
            let start = first - (first.weekday.number - weekStart.number + 7) % 7 + step * 7
            return start...start + 6
        case .monthly: return (first.month + step).first...(first.month + step).last
        case .yearly: return Month(first.month.year + step, 1).first...Month(first.month.year + step, 12).last
        }
    }

    private func days(of period: ClosedRange<Day>, like first: Day, looks: inout Looks) -> [Day] {
        let asked = months.isEmpty && frequency == .yearly && hasNoDays ? [first.month.month] : months
        var found: [Day] = []
        // By months, so that those which are not meant cost nothing.
        for number in period.lowerBound.month.number...period.upperBound.month.number {
            let month = Month(number: number)
            looks.left -= 1
            guard asked.isEmpty || asked.contains(month.month) else { continue }
            let days = max(month.first, period.lowerBound)...min(month.last, period.upperBound)
            looks.left -= days.upperBound - days.lowerBound
            found += days.filter { matches($0, month, like: first) }
        }
        guard !positions.isEmpty else { return found }
        return found.enumerated().filter { index, _ in
            positions.contains(index + 1) || positions.contains(index - found.count)
        }.map(\.element)
    }

    private func matches(_ day: Day, _ month: Month, like first: Day) -> Bool {
        if hasNoDays {
            switch frequency {
            case .daily: return true
            case .weekly: return day.weekday == first.weekday
            case .monthly, .yearly: return day.day == first.day
            }
        }
        let number = day - month.first + 1
        if !monthDays.isEmpty, !monthDays.contains(number), !monthDays.contains(number - month.length - 1) {
            return false
        }
        let year = Month(day.month.year, 1).first...Month(day.month.year, 12).last
        if !yearDays.isEmpty, !Recurrence.has(yearDays, day, in: year) { return false }
        guard !weekdays.isEmpty else { return true }
        // A numbered weekday is one of the month, and of the year where no month is named.
        let span = frequency == .yearly && months.isEmpty ? year : month.first...month.last
        return weekdays.contains { nth, weekday in
            guard day.weekday == weekday else { return false }
            guard let nth else { return true }
            return nth > 0 ? (day - span.lowerBound) / 7 + 1 == nth : (span.upperBound - day) / 7 + 1 == -nth
        }
    }

    private static func has(_ numbers: Set<Int>, _ day: Day, in span: ClosedRange<Day>) -> Bool {
        numbers.contains(day - span.lowerBound + 1) || numbers.contains(day - span.upperBound - 1)
    }
}

extension Weekday {
    /// Reads `MO` to `SU`.
    fileprivate init?(calendar text: String) {
        guard let weekday = Weekday.allCases.first(where: { $0.rawValue.prefix(2).uppercased() == text }) else {
            return nil
        }
        self = weekday
    }
}
