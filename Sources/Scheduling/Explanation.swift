// SPDX-License-Identifier: Apache-2.0

package import Model

/// Why a rule starts something on a business day, or does not.
package struct Explanation: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// It starts something, by way of these days.
        case starts(Occurrence)
        /// It means the day, which is closed, and another stands for it.
        case moved(Occurrence.Origin)
        /// It means the day, which is closed, and nothing stands for it.
        case closed
        /// It comes to the day, which lies outside its validity.
        case notValid
        /// It does not mean the day.
        case notMeant
    }

    package let rule: ScheduleRule
    package let verdict: Verdict
}

extension Timetable {
    /// What each rule says of a business day.
    package func explain(_ day: Day) -> [Explanation] {
        let reach = reach(of: day)
        return rules.flatMap { rule -> [Explanation] in
            let alone = Timetable([rule], calendar: calendar, zone: zone, system: system)
            let starts = alone.occurrences(from: reach.lowerBound, through: reach.upperBound).filter { $0.day == day }
            if !starts.isEmpty { return starts.map { Explanation(rule: rule, verdict: .starts($0)) } }
            return [Explanation(rule: rule, verdict: alone.verdict(rule, day))]
        }
    }

    private func verdict(_ rule: ScheduleRule, _ day: Day) -> Explanation.Verdict {
        guard case .days(let timing) = rule.timing else {
            guard case .pattern(let pattern) = rule.timing, pattern.matches(day) else { return .notMeant }
            return pattern.skipsClosedDays && !calendar.isOpen(day) ? .closed : .notValid
        }
        if timing.candidates(in: day...day, from: rule.from, calendar).isEmpty {
            // It may have come to the day from another one.
            let reach = timing.substituteLimit + (timing.shift?.limit ?? 0)
            let near = timing.candidates(in: (day - reach)...(day + reach), from: rule.from, calendar)
            return near.contains { origin(of: $0, timing)?.day == day } ? .notValid : .notMeant
        }
        guard let origin = origin(of: day, timing) else { return .closed }
        return origin.day == day ? .notValid : .moved(origin)
    }
}
