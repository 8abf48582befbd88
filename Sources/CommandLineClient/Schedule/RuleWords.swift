// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling

extension ScheduleRule {
    /// The rule in the reader's language; in English as its file writes it.
    func text(_ language: Language) -> String {
        guard language != .english else { return text }
        var words: [String]
        switch timing {
        case .pattern(let pattern):
            words = [pattern.text]
            if pattern.skipsClosedDays { words.append(Phrases.text("not on closed days", language)) }
        case .days(let timing): words = RuleWords(language: language).words(timing)
        }
        if let from { words.append(Phrases.text("from {day}", language, ["day": from.description])) }
        if let until { words.append(Phrases.text("until {day}", language, ["day": until.description])) }
        return words.joined(separator: ", ")
    }
}

/// The parts of a rule in a language other than that of its file.
struct RuleWords {
    let language: Language

    func words(_ timing: DayTiming) -> [String] {
        var words = [day(timing.day)]
        if let cycle = timing.cycle {
            words.append(say("every {count} \(cycle.unit.rawValue)", ["count": cycle.count]))
        }
        switch timing.substitute {
        case .skip: break
        case .run: words.append(say("also on closed days"))
        case .before: words.append(say("closed: before within {days} days", ["days": timing.substituteLimit]))
        case .after: words.append(say("closed: after within {days} days", ["days": timing.substituteLimit]))
        }
        if let shift = timing.shift {
            let side = shift.count < 0 ? "before" : "after"
            words.append(
                say("{count} \(shift.kind == .any ? "days" : "open days") \(side)", ["count": abs(shift.count)]))
        }
        words.append(clock(timing.times.first))
        if let again = timing.times.again {
            let pause = Duration.seconds(again.minutes * 60).written
            words.append(say("again every {pause} until {end}", ["pause": pause, "end": clock(again.until)]))
        }
        return words
    }

    private func day(_ rule: DayRule) -> String {
        switch rule {
        case .registered: return say("the first day of validity")
        case .date(let day): return day.description
        case .every(let kind): return say("every \(kind.rawValue)")
        case .dayOfMonth(let day, let month):
            return month.map { say("{month}/{day} of every year", ["month": $0, "day": day]) }
                ?? say("day {day} of every month", ["day": day])
        case .nth(let number, let kind, let month):
            return of(month) + say("{kind} number {number}", ["kind": say(kind.rawValue), "number": number])
        case .beforeEnd(let number, let kind, let month):
            let last = of(month) + say("the last {kind}", ["kind": say(kind.rawValue)])
            return number == 0 ? last : say("{number} before {last}", ["number": number, "last": last])
        case .weekday(let weekday, nil, let month):
            return of(month, each: false) + say("every {weekday}", ["weekday": say(weekday.rawValue)])
        case .weekday(let weekday, let nth?, let month):
            let words = nth < 0 ? "the last {weekday}" : "{weekday} number {number}"
            return of(month) + say(words, ["weekday": say(weekday.rawValue), "number": nth])
        case .filter: return rule.text
        }
    }

    /// The month that a day is of, before it; `each` where it is of every month.
    private func of(_ month: Int?, each: Bool = true) -> String {
        month.map { say("in month {month}: ", ["month": $0]) } ?? (each ? say("in every month: ") : "")
    }

    private func clock(_ clock: StartTimes.Clock) -> String {
        if case .relative = clock { return say("base time {clock}", ["clock": clock.text]) }
        return clock.text
    }

    private func say(_ english: String, _ values: [String: any CustomStringConvertible] = [:]) -> String {
        Phrases.text(english, language, values.mapValues(\.description))
    }
}
