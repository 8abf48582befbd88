// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads the rules of a schedule.
struct RuleReader {
    private static let dayKeys = ["day", "filter", "every", "closed", "within", "shift", "shiftWithin", "at", "again"]
    private static let keys = dayKeys + ["cron", "onCalendar", "from", "until"]

    private(set) var problems = Problems()

    /// Reads a list of rules; their numbers follow from their order.
    mutating func rules(_ field: Field) -> [ScheduleRule] {
        guard case .list(let items) = field.setting.content, !items.isEmpty else {
            field.report("must be a list of rules", &problems)
            return []
        }
        return items.enumerated().compactMap { index, item in
            rule(field.numbered("rule", index + 1, item), number: index + 1)
        }
    }

    private mutating func rule(_ field: Field, number: Int) -> ScheduleRule? {
        guard let record = Record(field, "a rule", keys: Self.keys, &problems) else { return nil }
        let kinds = ["day", "filter", "cron", "onCalendar"].filter { record[$0] != nil }
        guard kinds.count == 1 else {
            field.report(
                kinds.isEmpty
                    ? "needs one of day, filter, cron and onCalendar"
                    : "has \(kinds.joined(separator: " and ")), and may have one of them", &problems)
            return nil
        }
        let from = record["from"].flatMap { date($0) }
        let until = record["until"].flatMap { date($0) }
        if let from, let until, until < from {
            record["until"]?.report("must not be before from, \(from)", &problems)
        }
        guard let timing = timing(record, from) else { return nil }
        return ScheduleRule(number: number, timing, from: from, until: until, at: field.place)
    }

    private mutating func timing(_ record: Record, _ from: Day?) -> ScheduleRule.Timing? {
        if let field = record["cron"] ?? record["onCalendar"] { return pattern(field, record).map { .pattern($0) } }
        guard let day = record["day"].flatMap({ day($0) }) ?? record["filter"].flatMap({ filter($0) }) else {
            return nil
        }
        var timing = DayTiming(day)
        if let field = record["every"] { timing.cycle = cycle(field, day, from) }
        if let field = record["closed"], let found = field.choice(Substitute.self, &problems) {
            timing.substitute = found
        }
        if let days = record["within"]?.integer(1...31, &problems) { timing.substituteLimit = days }
        timing.shift = record["shift"].flatMap { shift($0) }
        if let days = record["shiftWithin"]?.integer(1...62, &problems) { timing.shift?.limit = days }
        warnOfIdleKeys(record, timing)
        if let field = record["at"], let clock = clock(field) { timing.times.first = clock }
        timing.times.again = record["again"].flatMap { again($0, timing.times.first) }
        if case .registered = day, from == nil {
            record["day"]?.report("'registered' is the first day of validity: 'from' must say it", &problems)
        }
        return .days(timing)
    }

    private mutating func pattern(_ field: Field, _ record: Record) -> ClockPattern? {
        for key in Self.dayKeys where key != "closed" {
            record[key]?.reportName("goes with day or filter, not with a pattern of date and clock", &problems)
        }
        let substitute = record["closed"]?.choice(Substitute.self, &problems) ?? .run
        if substitute == .before || substitute == .after {
            record["closed"]?.report(
                "must be skip or run beside a pattern of date and clock, of which no day stands for another; use 'day' and 'at'",
                &problems)
        }
        guard let text = field.text(&problems) else { return nil }
        do throws(PatternError) {
            var pattern = record["cron"] == nil ? try ClockPattern(onCalendar: text) : try ClockPattern(cron: text)
            pattern.skipsClosedDays = substitute == .skip
            return pattern
        } catch {
            field.report("'\(text)' \(error)", &problems)
            return nil
        }
    }

    /// Warns of keys that say how far something may go that does not happen, or not as far.
    private mutating func warnOfIdleKeys(_ record: Record, _ timing: DayTiming) {
        if let field = record["within"], timing.substitute != .before, timing.substitute != .after {
            field.warn("does nothing without 'closed: before' or 'closed: after'", &problems)
        }
        guard let shift = timing.shift else {
            if record["shift"] == nil { record["shiftWithin"]?.warn("does nothing without 'shift'", &problems) }
            return
        }
        if abs(shift.count) > shift.limit {
            record["shift"]?.warn(
                "\(abs(shift.count)) days lie beyond 'shiftWithin', \(shift.limit): the rule never starts anything",
                &problems)
        }
    }

    // MARK: Days

    private mutating func date(_ field: Field) -> Day? {
        guard let text = field.text(&problems) else { return nil }
        if let day = Day(text) { return day }
        field.report(mistake(inDay: text) ?? "must be a day such as 2026-01-31, not '\(text)'", &problems)
        return nil
    }

    private mutating func day(_ field: Field) -> DayRule? {
        guard let text = field.text(&problems) else { return nil }
        guard let rule = DayRule(written: text) else {
            field.report(
                mistake(inDay: text)
                    ?? "must be a day such as 15, last, last -2, 2026-01-31, 08-15, open 3, open last -1, closed 1, day 5, mon, "
                    + "mon 2, fri last of 12, every open, or registered, not '\(text)'", &problems)
            return nil
        }
        return rule
    }

    private mutating func filter(_ field: Field) -> DayRule? {
        guard let record = Record(field, "a filter", keys: ["base", "shift"], &problems),
            let text = record.required("base", &problems)?.text(&problems)
        else { return nil }
        let shift = record["shift"]?.integer(-7...7, &problems) ?? 1
        switch text {
        case "first": return .filter(.first, shift: shift)
        case "last": return .filter(.last, shift: shift)
        default:
            guard let day = Int(text), (1...31).contains(day) else {
                record["base"]?.report("must be first, last or a day from 1 to 31, not '\(text)'", &problems)
                return nil
            }
            return .filter(.day(day), shift: shift)
        }
    }

    private mutating func cycle(_ field: Field, _ day: DayRule, _ from: Day?) -> Cycle? {
        guard let text = field.text(&problems) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        let word = words.last.map { $0.hasSuffix("s") ? $0 : $0 + "s" } ?? ""
        guard (1...2).contains(words.count), let unit = Cycle.Unit(rawValue: word),
            let count = words.count == 1 ? 1 : Int(words[0]), (1...1000).contains(count)
        else {
            field.report("must be a cycle such as '2 weeks', '3 months' or 'year', not '\(text)'", &problems)
            return nil
        }
        if case .date = day { return Cycle(count, unit) }
        if from == nil {
            field.report("is counted from the first day of validity: 'from' must say it", &problems)
        }
        switch (day, unit) {
        case (.every, .weeks), (.every, .months), (.every, .years), (.weekday(_, nth: nil, month: nil), .months),
            (.weekday(_, nth: nil, month: nil), .years):
            field.report(
                "'\(text)' does not say which of the days is meant; say 'mon 1', 'day 1' or the like", &problems)
        default: break
        }
        return Cycle(count, unit)
    }

    private mutating func shift(_ field: Field) -> Shift? {
        guard let text = field.text(&problems) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        let kinds = ["open": DayKind.open, "day": .any, "days": .any]
        guard words.count == 2, let count = Int(words[0]), count != 0, (-31...31).contains(count),
            let kind = kinds[words[1]]
        else {
            field.report("must be days before or after such as '-2 open' or '+3 days', not '\(text)'", &problems)
            return nil
        }
        return Shift(count, kind)
    }

    // MARK: Times

    private mutating func clock(_ field: Field) -> StartTimes.Clock? {
        guard let text = field.text(&problems) else { return nil }
        let isRelative = text.hasPrefix("+")
        if let minutes = clockMinutes(isRelative ? text.dropFirst() : text[...]) {
            return isRelative ? .relative(minutes) : .absolute(minutes)
        }
        field.report(
            "must be a time from 0:00 to 99:59, or after the base time such as '+1:30', in quotes, not '\(text)'",
            &problems)
        return nil
    }

    private mutating func again(_ field: Field, _ first: StartTimes.Clock) -> StartTimes.Again? {
        guard let record = Record(field, "again", keys: ["every", "until"], &problems),
            let every = record.required("every", &problems)?.duration(&problems),
            let end = record.required("until", &problems), let until = clock(end)
        else { return nil }
        let minutes = Int(every.milliseconds / 60_000)
        guard every == .seconds(minutes * 60), (1...1440).contains(minutes) else {
            record["every"]?.report("must be whole minutes, from 1m to 24h", &problems)
            return nil
        }
        switch (first, until) {
        case (.absolute(let begin), .absolute(let last)) where begin >= last,
            (.relative(let begin), .relative(let last)) where begin >= last:
            end.report("must be later than 'at'" + hint(until, after: begin), &problems)
        case (.absolute, .absolute), (.relative, .relative): break
        default: end.report("and 'at' must both be by the clock, or both after the base time", &problems)
        }
        return StartTimes.Again(until: until, minutes: minutes)
    }

    /// How a time of the next day is written that comes before one of this day: 2:00 after 22:00 is 26:00.
    private func hint(_ clock: StartTimes.Clock, after begin: Int) -> String {
        switch clock {
        case .absolute(let minutes) where minutes < begin && minutes < 1440:
            "; \(clock.written) of the next day is written \"\(StartTimes.Clock.absolute(minutes + 1440).written)\""
        default: ""
        }
    }
}

extension StartTimes.Clock {
    /// `26:00`, or `+1:30` after the base time.
    fileprivate var written: String {
        switch self {
        case .absolute(let minutes): "\(minutes / 60):" + pad(minutes % 60, 2)
        case .relative(let minutes): "+\(minutes / 60):" + pad(minutes % 60, 2)
        }
    }
}
