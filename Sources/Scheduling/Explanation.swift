// SPDX-License-Identifier: Apache-2.0

package import Model

/// Why a rule starts something on a business day, or does not.
package struct Explanation: Hashable, Sendable {
    package let rule: ScheduleRule
    /// The start, where there is one.
    package let start: Occurrence?
    /// How it came about, or why there is none; at least one sentence.
    package let why: [Sentence]
}

extension Timetable {
    /// What each rule says of a business day.
    package func explain(_ day: Day) -> [Explanation] {
        var first: [Instant: Int] = [:]
        return rules.flatMap { rule -> [Explanation] in
            let alone = Timetable([rule], calendar: calendar, zone: zone, system: system)
            let starts = alone.starts(of: day)
            guard !starts.isEmpty else {
                return [Explanation(rule: rule, start: nil, why: alone.absence(rule, day))]
            }
            return starts.map { start in
                var why = alone.story(of: start, rule, day)
                if let other = first[start.instant] {
                    why.append(Sentence("rule {rule} gives the same instant, which starts once", ["rule": other]))
                }
                first[start.instant] = first[start.instant] ?? rule.number
                return Explanation(rule: rule, start: start, why: why)
            }
        }
    }

    /// How a rule came to a start on a business day.
    private func story(of start: Occurrence, _ rule: ScheduleRule, _ day: Day) -> [Sentence] {
        var why: [Sentence] = []
        if case .days(let timing) = rule.timing {
            why += [timing.standIn(for: start.origin.candidate, calendar)].compactMap(\.self) + start.origin.words
            why += clockWords(timing, start)
        } else if start.origin.day != start.day {
            why.append(beforeBaseTime(start))
        } else if case .pattern(let pattern) = rule.timing, !pattern.shows(zone.local(start.instant).seconds) {
            why.append(Sentence("the clock is put forward over its time, and it starts then"))
        }
        return why.isEmpty ? [Sentence("it means this day")] : why
    }

    /// What is odd about the clock of a start: it lies on another date than its day, or the clock does not show it, or shows it twice.
    private func clockWords(_ timing: DayTiming, _ start: Occurrence) -> [Sentence] {
        let (minutes, day) = (minutes(timing.times.first, timing.day), start.origin.day)
        let clock = StartTimes.Clock.absolute(minutes).text
        var words: [Sentence] = []
        let isFirst = start.instant == zone.instant(day, minutes * 60)
        if start.day != day {
            words.append(
                isFirst && minutes >= 1440
                    ? Sentence(
                        "{clock} of {day} belongs to the business day {other}",
                        ["clock": clock, "day": day, "other": start.day]) : beforeBaseTime(start))
        } else if isFirst, minutes >= 1440 {
            let other = zone.local(start.instant).day
            words.append(Sentence("{clock} of {day} is on {other}", ["clock": clock, "day": day, "other": other]))
        }
        guard isFirst else { return words }
        let (shownDay, shown) = zone.local(start.instant)
        if (shownDay - day) * 86_400 + shown != minutes * 60 {
            let text = "{clock} does not exist on {day}: the clock is put forward, and it starts then"
            words.append(Sentence(text, ["clock": clock, "day": day]))
        } else if zone.showsTwice(start.instant) {
            let text = "{clock} comes twice on {day}, for the clock is put back: it starts the first time"
            words.append(Sentence(text, ["clock": clock, "day": day]))
        }
        return words
    }

    private func beforeBaseTime(_ start: Occurrence) -> Sentence {
        let (date, seconds) = zone.local(start.instant)
        let base = StartTimes.Clock.absolute(calendar.baseTime).text
        let clock = StartTimes.Clock.absolute(seconds / 60).text
        let words =
            seconds / 60 < calendar.baseTime
            ? "{clock} of {day} is before the base time {base}, and belongs to the business day {other}"
            : "{clock} of {day} belongs to the business day {other}"
        return Sentence(words, ["clock": clock, "day": date, "base": base, "other": start.day])
    }

    /// Why a rule starts nothing that belongs to a business day.
    private func absence(_ rule: ScheduleRule, _ day: Day) -> [Sentence] {
        guard case .days(let timing) = rule.timing else {
            guard case .pattern(let pattern) = rule.timing, pattern.matches(day) else { return [notMeant(day)] }
            guard pattern.skipsClosedDays, !calendar.isOpen(day) else { return outside(rule, day) }
            let text = "it means this day, which is closed{because}, and 'closed: skip' starts nothing then"
            return [Sentence(text, ["because": because(day)])]
        }
        guard timing.candidates(in: day...day, from: rule.from, calendar).isEmpty else {
            return absence(rule, timing, candidate: day)
        }
        // It may have come to the day from another one.
        let reach = timing.substituteLimit + (timing.shift?.limit ?? 0)
        let near = timing.candidates(in: (day - reach)...(day + reach), from: rule.from, calendar)
        guard near.contains(where: { way(from: $0, timing).origin?.day == day }) else { return [notMeant(day)] }
        return outside(rule, day)
    }

    /// Why a rule that comes to a day starts nothing that belongs to it.
    private func outside(_ rule: ScheduleRule, _ day: Day) -> [Sentence] {
        validity(rule, day).map { [$0] } ?? elsewhere(rule, day) ?? [notMeant(day)]
    }

    /// The same where the rule means the day.
    private func absence(_ rule: ScheduleRule, _ timing: DayTiming, candidate day: Day) -> [Sentence] {
        let standIn = [timing.standIn(for: day, calendar)].compactMap(\.self)
        let reason = because(day)
        let closed = reason.isEmpty ? [] : [Sentence("closed{because}", ["because": reason])]
        switch way(from: day, timing) {
        case .origin(let origin) where origin.day == day: return standIn + outside(rule, day)
        case .origin(let origin):
            return standIn + [Sentence("it means this day and starts on another")] + origin.words + closed
                + [validity(rule, origin.day)].compactMap(\.self)
        case .closed:
            let text = "it means this day, which is closed{because}, and 'closed: skip' starts nothing then"
            return standIn + [Sentence(text, ["because": reason])]
        case .lost(let why): return standIn + [Sentence("it means this day"), why] + closed
        }
    }

    private func notMeant(_ day: Day) -> Sentence {
        guard !calendar.isOpen(day) else { return Sentence("it does not mean this day") }
        return Sentence("it does not mean this day, which is closed{because}", ["because": because(day)])
    }

    /// Where the entry is that closes a day; empty where the day is open, or no entry closes it.
    private func because(_ day: Day) -> String {
        calendar.isOpen(day) ? "" : calendar.reason(for: day).map { " (\($0.text))" } ?? ""
    }

    /// What is said of a day outside the validity of a rule; nil inside of it.
    private func validity(_ rule: ScheduleRule, _ day: Day) -> Sentence? {
        if let from = rule.from, day < from {
            return Sentence("it comes to {day}, which is before it is valid (from {from})", ["day": day, "from": from])
        }
        if let until = rule.until, day > until {
            let text = "it comes to {day}, when it is no longer valid (until {until})"
            return Sentence(text, ["day": day, "until": until])
        }
        return nil
    }

    /// What is said of a rule's start on a day that belongs to another business day; nil where it has none.
    private func elsewhere(_ rule: ScheduleRule, _ day: Day) -> [Sentence]? {
        let reach = reach(of: day)
        let around = occurrences(from: reach.lowerBound, through: reach.upperBound)
        guard let start = around.first(where: { $0.origin.day == day && $0.day != day }) else { return nil }
        if case .days(let timing) = rule.timing, case let minutes = minutes(timing.times.first, timing.day),
            minutes >= 1440
        {
            let clock = StartTimes.Clock.absolute(minutes).text
            let text = "{clock} of {day} belongs to the business day {other}"
            return [
                Sentence("it means this day"), Sentence(text, ["clock": clock, "day": day, "other": start.day]),
            ]
        }
        return [Sentence("it means this day"), beforeBaseTime(start)]
    }
}

extension ClockPattern {
    /// Whether it has a time that a clock shows, in seconds of the day.
    fileprivate func shows(_ second: Int) -> Bool {
        hours.contains(second / 3600) && minutes.contains(second / 60 % 60) && seconds.contains(second % 60)
    }
}
