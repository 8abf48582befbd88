// SPDX-License-Identifier: Apache-2.0

package import Model

/// How business days and clocks go together.
package enum DaySystem: String, CaseIterable, Sendable {
    /// The date of 25:00 is that of the next day.
    case hours24 = "24h"
    /// The date of 25:00 is that of the day before.
    case hours48 = "48h"
}

/// Rules that can be asked when.
///
/// In order: candidate days, substitution for closed days, days before or after, times, instants. Several rules that give the
/// same instant give one start; the first rule counts. Sources: JP1/AJS3's order of evaluation, systemd and cron for patterns.
package struct Timetable: Hashable, Sendable {
    package let rules: [ScheduleRule]
    package let calendar: OperatingCalendar
    package let zone: Zone
    package let system: DaySystem
    /// How many days after its date a start may lie.
    private let longestStart: Int

    package init(
        _ rules: [ScheduleRule], calendar: OperatingCalendar = .everyDay, zone: Zone, system: DaySystem = .hours24
    ) {
        self.rules = rules
        self.calendar = calendar
        self.zone = zone
        self.system = system
        longestStart = rules.map { $0.latestMinute(calendar.baseTime) / 1440 }.max() ?? 0
    }

    /// The starts from one instant to another, both included, in order.
    package func occurrences(from: Instant, through: Instant) -> [Occurrence] {
        guard from <= through else { return [] }
        let days = days(from: from, through: through)
        var found: [Occurrence] = []
        for rule in rules {
            for occurrence in starts(of: rule, on: days) where (from...through).contains(occurrence.instant) {
                found.append(occurrence)
            }
        }
        found.sort { ($0.instant, $0.rule) < ($1.instant, $1.rule) }
        var last: Instant?
        return found.filter { occurrence in
            defer { last = occurrence.instant }
            return occurrence.instant != last
        }
    }

    /// The starts that belong to a business day, in order.
    package func starts(of day: Day) -> [Occurrence] {
        let reach = reach(of: day)
        return occurrences(from: reach.lowerBound, through: reach.upperBound).filter { $0.day == day }
    }

    /// The instants between which the starts of a business day lie, and more.
    func reach(of day: Day) -> ClosedRange<Instant> {
        zone.instant(day - 2, 0)...zone.instant(day + (longestStart + 3), 0)
    }

    /// Whether any start belongs to a business day.
    func starts(on day: Day) -> Bool { !starts(of: day).isEmpty }

    /// The first start after an instant; nil when there is none before the year 2200.
    package func next(after instant: Instant) -> Occurrence? {
        var from = Instant(microseconds: instant.microseconds + 1)
        let end = zone.instant(CalendarLibrary.horizon.upperBound, 0)
        var days = 2
        while from < end {
            let through = min(end, from + .seconds(days * 86_400))
            if let first = first(from: from, through: through) { return first }
            from = Instant(microseconds: through.microseconds + 1)
            days *= 8
        }
        return nil
    }

    /// The first start of a while, which may be very long: not all that it holds is made to find it.
    private func first(from: Instant, through: Instant) -> Occurrence? {
        let length = through - from
        let days = days(from: from, through: through)
        guard length > .seconds(2 * 86_400), days.count * startsADay > Timetable.mostMade else {
            return occurrences(from: from, through: through).first
        }
        guard rules.contains(where: { means(any: days, $0) }) else { return nil }
        let middle = from + length / 2
        return first(from: from, through: middle) ?? first(from: middle + .microseconds(1), through: through)
    }

    /// So many starts are made at once to find the first.
    private static let mostMade = 100_000

    /// How many starts a day has at most.
    private var startsADay: Int {
        rules.reduce(0) { count, rule in
            switch rule.timing {
            case .days(let timing): count + (timing.times.again.map { 2 * 1440 / $0.minutes + 1 } ?? 1)
            case .pattern(let pattern):
                count + pattern.hours.count * pattern.minutes.count * pattern.seconds.count
            }
        }
    }

    /// The dates whose starts may lie between two instants.
    private func days(from: Instant, through: Instant) -> ClosedRange<Day> {
        (zone.local(from).day - (longestStart + 1))...(zone.local(through).day + 1)
    }

    /// Whether a rule may mean any of some days; false only where it means none.
    private func means(any days: ClosedRange<Day>, _ rule: ScheduleRule) -> Bool {
        switch rule.timing {
        case .days(let timing): !timing.candidates(in: reach(of: timing, days), from: rule.from, calendar).isEmpty
        case .pattern(let pattern): days.contains { means($0, rule, pattern) }
        }
    }

    /// The days from which a rule may lead to some days, by substitution and shift.
    private func reach(of timing: DayTiming, _ days: ClosedRange<Day>) -> ClosedRange<Day> {
        let reach = timing.substituteLimit + (timing.shift?.limit ?? 0)
        return (days.lowerBound - reach)...(days.upperBound + reach)
    }

    private func starts(of rule: ScheduleRule, on days: ClosedRange<Day>) -> [Occurrence] {
        switch rule.timing {
        case .days(let timing): starts(of: rule, timing, on: days)
        // A pattern means the days of the clock: no base time and no 25:00 lie between them.
        case .pattern(let pattern): starts(of: rule, pattern, on: (days.lowerBound + longestStart)...days.upperBound)
        }
    }
}

// Rules of days.
extension Timetable {
    private func starts(of rule: ScheduleRule, _ timing: DayTiming, on days: ClosedRange<Day>) -> [Occurrence] {
        timing.candidates(in: reach(of: timing, days), from: rule.from, calendar).flatMap { candidate -> [Occurrence] in
            guard let origin = origin(of: candidate, timing), days.contains(origin.day),
                origin.day >= rule.from ?? origin.day, origin.day <= rule.until ?? origin.day
            else { return [] }
            return starts(on: origin, timing, rule.number)
        }
    }

    /// Steps 4 and 5: the times of a day as instants.
    private func starts(on origin: Occurrence.Origin, _ timing: DayTiming, _ rule: Int) -> [Occurrence] {
        let first = minutes(timing.times.first, timing.day)
        let instant = zone.instant(origin.day, first * 60)
        guard let again = timing.times.again else {
            return [Occurrence(day: businessDay(origin.day, first), instant: instant, rule: rule, origin: origin)]
        }
        let end = zone.instant(origin.day, minutes(again.until, timing.day) * 60)
        let pause = Int64(again.minutes) * 60_000_000
        return stride(from: instant.microseconds, through: end.microseconds, by: Int64.Stride(pause)).map {
            microseconds in
            let instant = Instant(microseconds: microseconds)
            let local = zone.local(instant)
            let minutes = (local.day - origin.day) * 1440 + local.seconds / 60
            return Occurrence(
                day: businessDay(origin.day, minutes), instant: instant, rule: rule, origin: origin)
        }
    }

    /// Minutes after midnight of the rule's day.
    ///
    /// Days that are counted as business days last from base time to base time, so that a clock time before the base time lies
    /// on their second half; the dates of other rules are plain dates.
    func minutes(_ clock: StartTimes.Clock, _ rule: DayRule) -> Int {
        switch clock {
        case .relative(let minutes): calendar.baseTime + minutes
        case .absolute(let minutes):
            rule.countsBusinessDays && minutes < calendar.baseTime ? minutes + 1440 : minutes
        }
    }

    /// The business day of so many minutes after a day's midnight.
    private func businessDay(_ day: Day, _ minutes: Int) -> Day {
        system == .hours48 ? day : day + floorDivide(minutes - calendar.baseTime, 1440)
    }
}

extension DayRule {
    /// Whether its days are counted by the calendar, and so are business days.
    var countsBusinessDays: Bool {
        switch self {
        case .every(let kind), .nth(_, let kind, _), .beforeEnd(_, let kind, _): kind != .any
        case .filter: true
        case .registered, .date, .dayOfMonth, .weekday: false
        }
    }

    /// Whether closed days are what it wants.
    var countsClosedDays: Bool {
        switch self {
        case .every(.closed), .nth(_, .closed, _), .beforeEnd(_, .closed, _): true
        default: false
        }
    }
}

// Patterns of date and clock.
extension Timetable {
    private func starts(of rule: ScheduleRule, _ pattern: ClockPattern, on days: ClosedRange<Day>) -> [Occurrence] {
        days.flatMap { day -> [Occurrence] in
            guard means(day, rule, pattern) else { return [] }
            return instants(pattern, day).compactMap { instant in
                let minutes = zone.local(instant).seconds / 60
                let business = day + floorDivide(minutes - calendar.baseTime, 1440)
                if pattern.skipsClosedDays, !calendar.isOpen(business) { return nil }
                return Occurrence(day: business, instant: instant, rule: rule.number, origin: .init(day))
            }
        }
    }

    /// Whether a pattern may start something on a date: its business day is that date or the one before.
    private func means(_ day: Day, _ rule: ScheduleRule, _ pattern: ClockPattern) -> Bool {
        guard pattern.matches(day), day >= rule.from ?? day, day <= rule.until ?? day else { return false }
        return !pattern.skipsClosedDays || calendar.isOpen(day) || calendar.baseTime > 0 && calendar.isOpen(day - 1)
    }

    private func instants(_ pattern: ClockPattern, _ day: Day) -> [Instant] {
        let (begin, end) = (zone.instant(day, 0), zone.instant(day + 1, 0))
        guard pattern.followsRealTime, end - begin != .seconds(86_400) else {
            return pattern.hours.flatMap { hour in
                pattern.minutes.flatMap { minute in
                    pattern.seconds.map { zone.instant(day, hour * 3600 + minute * 60 + $0) }
                }
            }
        }
        // The clock is put forward or back on this day: what it shows is asked minute by minute.
        let (hours, minutes) = (Set(pattern.hours), Set(pattern.minutes))
        return stride(from: begin.microseconds, to: end.microseconds, by: 60_000_000).flatMap { time -> [Instant] in
            let shown = zone.local(Instant(microseconds: time)).seconds / 60
            guard hours.contains(shown / 60), minutes.contains(shown % 60) else { return [] }
            return pattern.seconds.map { Instant(microseconds: time + Int64($0) * 1_000_000) }
        }
    }
}

extension ClockPattern {
    /// Whether a date is one of its days.
    func matches(_ day: Day) -> Bool {
        let (month, number) = day.parts
        if let years, !years.contains(month.year) { return false }
        if let months, !months.contains(month.month) { return false }
        let isWeekday = weekdays?.contains(day.weekday)
        let isDay =
            days == nil && daysFromEnd.isEmpty
            ? nil : days?.contains(number) == true || daysFromEnd.contains(month.length - number + 1)
        if eitherDay, let isWeekday, let isDay { return isWeekday || isDay }
        return isWeekday ?? true && isDay ?? true
    }
}
