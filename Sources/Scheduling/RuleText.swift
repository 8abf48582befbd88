// SPDX-License-Identifier: Apache-2.0

package import Model

extension ScheduleRule {
    /// The rule; in English as its file writes it, on one line.
    package var sentence: Sentence {
        var parts: [Sentence]
        switch timing {
        case .pattern(let pattern):
            parts = [Sentence(verbatim: pattern.text)]
            if pattern.skipsClosedDays { parts.append(Sentence("closed: skip")) }
        case .days(let timing): parts = timing.parts
        }
        if let from { parts.append(Sentence("from {day}", ["day": from])) }
        if let until { parts.append(Sentence("until {day}", ["day": until])) }
        return .list(parts, between: ", ")
    }

    /// The rule as its file writes it, on one line.
    package var text: String { sentence.description }

    /// The rule with its number.
    package var heading: Sentence { Sentence("rule {rule}: {text}", ["rule": number, "text": sentence]) }
}

extension DayTiming {
    fileprivate var parts: [Sentence] {
        var parts = [day.sentence]
        if let cycle { parts.append(cycle.sentence) }
        switch substitute {
        case .skip: break
        case .run: parts.append(Sentence("closed: run"))
        case .before, .after:
            let days = substituteLimit == 1 ? "day" : "days"
            parts.append(
                Sentence("closed: \(substitute.rawValue) within {count} \(days)", ["count": substituteLimit]))
        }
        if let shift { parts.append(shift.sentence) }
        parts.append(Sentence("at {clock}", ["clock": times.first.sentence]))
        if let again = times.again {
            let pause = Duration.seconds(again.minutes * 60).written
            parts.append(
                Sentence("again every {pause} until {end}", ["pause": pause, "end": again.until.sentence]))
        }
        return parts
    }
}

extension Shift {
    /// `-2 open`, `+1 day`.
    var sentence: Sentence {
        let days = kind != .any ? "open" : abs(count) == 1 ? "day" : "days"
        let sign = count > 0 ? "+" : count < 0 ? "-" : ""
        return Sentence("\(sign){count} \(days)", ["count": abs(count)])
    }
}

extension Cycle {
    /// `every month`, or `every 3 months`.
    fileprivate var sentence: Sentence {
        count == 1
            ? Sentence("every \(unit.rawValue.dropLast())")
            : Sentence("every {count} \(unit.rawValue)", ["count": count])
    }
}

extension DayRule {
    /// The day; in English as a file writes it.
    fileprivate var sentence: Sentence {
        switch self {
        case .registered: Sentence("registered")
        case .date(let day): Sentence(verbatim: day.description)
        case .every(let kind): Sentence("every \(kind.rawValue)")
        case .dayOfMonth(let day, nil): Sentence("day {day} of the month", ["day": day])
        case .dayOfMonth(let day, let month?):
            Sentence("{month}-{day}", ["month": pad(month, 2), "day": pad(day, 2)])
        case .nth(let number, let kind, let month): Self.sentence("{kind} {number}", kind.rawValue, number, month)
        case .beforeEnd(let number, let kind, let month):
            Self.sentence(
                (kind == .any ? "last" : "{kind} last") + (number == 0 ? "" : " -{number}"), kind.rawValue, number,
                month)
        case .weekday(let weekday, let nth, let month):
            Self.sentence(
                "{weekday}" + (nth.map { $0 < 0 ? " last" : " {number}" } ?? ""), weekday.rawValue, nth ?? 0, month)
        case .filter(let base, let shift): Sentence(verbatim: "filter \(base.text), shift \(shift)")
        }
    }

    /// A day of every month, or of one of the year.
    private static func sentence(_ words: String, _ kind: String, _ number: Int, _ month: Int?) -> Sentence {
        let kind = Sentence(kind)
        var values: [String: any CustomStringConvertible] = ["kind": kind, "weekday": kind, "number": number]
        values["month"] = month
        return Sentence(words + (month == nil ? "" : " of {month}"), values)
    }

    /// The day as a file writes it.
    package var text: String { sentence.description }
}

extension DayRule.FilterBase {
    fileprivate var text: String {
        switch self {
        case .first: "first"
        case .last: "last"
        case .day(let day): "\(day)"
        }
    }
}

extension StartTimes.Clock {
    /// `25:00`, or `+1:30` after the base time.
    package var text: String {
        switch self {
        case .absolute(let minutes): "\(minutes / 60):" + pad(minutes % 60, 2)
        case .relative(let minutes): "+\(minutes / 60):" + pad(minutes % 60, 2)
        }
    }

    /// The same; other languages also name the base time that a relative time counts from.
    fileprivate var sentence: Sentence {
        if case .relative = self { Sentence("+{time}", ["time": text.dropFirst()]) } else { Sentence(verbatim: text) }
    }
}

extension Occurrence {
    /// How its rule came to it.
    package func reason(_ timetable: Timetable) -> Sentence {
        timetable.rules.first { $0.number == rule }.map { reason($0.heading) } ?? Sentence(verbatim: "")
    }

    /// How its rule came to it, where the rule's heading is known.
    package func reason(_ heading: Sentence) -> Sentence { .list([heading] + origin.words) }
}

extension Occurrence.Origin {
    /// What was done about the day that the rule means.
    package var words: [Sentence] {
        let moved = substitute.map { other in
            Sentence("{day} is closed, {other} stands for it", ["day": candidate, "other": other])
        }
        return [moved, shifted.map { Sentence("from there to {day}", ["day": $0]) }].compactMap(\.self)
    }
}
