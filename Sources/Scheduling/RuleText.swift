// SPDX-License-Identifier: Apache-2.0

package import Model

extension ScheduleRule {
    /// The rule as its file writes it, on one line.
    package var text: String {
        var words: [String]
        switch timing {
        case .pattern(let pattern): words = [pattern.text] + (pattern.skipsClosedDays ? ["closed: skip"] : [])
        case .days(let timing): words = [timing.text]
        }
        if let from { words.append("from \(from)") }
        if let until { words.append("until \(until)") }
        return words.joined(separator: ", ")
    }
}

extension DayTiming {
    fileprivate var text: String {
        var words = [day.text]
        if let cycle { words.append(cycle.text) }
        if substitute != .skip {
            let limit = substitute == .run ? "" : " within \(amount(substituteLimit, "day"))"
            words.append("closed: \(substitute.rawValue)\(limit)")
        }
        if let shift { words.append(shift.text) }
        words.append("at \(times.first.text)")
        if let again = times.again {
            let pause = Duration.seconds(again.minutes * 60).written
            words.append("again every \(pause) until \(again.until.text)")
        }
        return words.joined(separator: ", ")
    }
}

extension Shift {
    /// `-2 open`, `+1 day`.
    var text: String {
        let days = kind != .any ? "open" : abs(count) == 1 ? "day" : "days"
        return "\(count > 0 ? "+" : "")\(count) \(days)"
    }
}

extension Cycle {
    /// `every month`, or `every 3 months`.
    fileprivate var text: String {
        "every " + (count == 1 ? String(unit.rawValue.dropLast()) : "\(count) \(unit.rawValue)")
    }
}

extension DayRule {
    /// The day as a file writes it.
    package var text: String {
        switch self {
        case .registered: "registered"
        case .date(let day): day.description
        case .every(let kind): "every \(kind.rawValue)"
        case .dayOfMonth(let day, nil): "day \(day) of the month"
        case .dayOfMonth(let day, let month?): pad(month, 2) + "-" + pad(day, 2)
        case .nth(let number, let kind, let month): "\(kind.rawValue) \(number)" + of(month)
        case .beforeEnd(let number, let kind, let month):
            (kind == .any ? "last" : "\(kind.rawValue) last") + (number == 0 ? "" : " -\(number)") + of(month)
        case .weekday(let weekday, let nth, let month):
            weekday.rawValue + (nth.map { $0 < 0 ? " last" : " \($0)" } ?? "") + of(month)
        case .filter(let base, let shift): "filter \(base.text), shift \(shift)"
        }
    }
}

private func of(_ month: Int?) -> String { month.map { " of \($0)" } ?? "" }

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
}

extension Occurrence {
    /// How its rule came to it, in a sentence.
    package func reason(_ timetable: Timetable) -> String {
        guard let rule = timetable.rules.first(where: { $0.number == self.rule }) else { return "" }
        return (["rule \(rule.number): \(rule.text)"] + origin.words.map(\.description)).joined(separator: "; ")
    }
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
