// SPDX-License-Identifier: Apache-2.0

package import Model

/// Where a rule comes to from a day that it means.
enum Way: Hashable, Sendable {
    /// To a day.
    case origin(Occurrence.Origin)
    /// The day is closed, and the rule passes it over.
    case closed
    /// To no day, and why: nothing near enough stands for it.
    case lost(Sentence)

    /// The day it comes to, if it comes to one.
    var origin: Occurrence.Origin? {
        if case .origin(let origin) = self { origin } else { nil }
    }
}

extension Timetable {
    /// Steps 2 and 3: what stands for a closed day, and the day so many days from it; nil when none is near enough.
    package func origin(of candidate: Day, _ timing: DayTiming) -> Occurrence.Origin? {
        way(from: candidate, timing).origin
    }

    /// The same, and why there is none.
    func way(from candidate: Day, _ timing: DayTiming) -> Way {
        var origin = Occurrence.Origin(candidate)
        if !timing.day.countsClosedDays, !calendar.isOpen(candidate) {
            switch timing.substitute {
            case .run: break
            case .skip: return .closed
            case .before, .after:
                let step = timing.substitute == .before ? -1 : 1
                guard let day = openDay(1, from: candidate, step: step, within: timing.substituteLimit) else {
                    let side = timing.substitute.rawValue
                    return .lost(
                        Sentence(
                            "{day} is closed, and no open day is within {limit} days \(side) it",
                            ["day": candidate, "limit": timing.substituteLimit]))
                }
                origin.substitute = day
            }
        }
        guard let shift = timing.shift, shift.count != 0 else { return .origin(origin) }
        let values: [String: any CustomStringConvertible] = [
            "shift": shift.sentence, "day": origin.day, "limit": shift.limit,
        ]
        let far = Way.lost(Sentence("{shift} from {day} is not within {limit} days", values))
        if shift.kind == .any {
            guard abs(shift.count) <= shift.limit else { return far }
            origin.shifted = origin.day + shift.count
        } else {
            let step = shift.count.signum()
            guard let day = openDay(abs(shift.count), from: origin.day, step: step, within: shift.limit) else {
                return far
            }
            origin.shifted = day
        }
        return .origin(origin)
    }

    private func openDay(_ count: Int, from day: Day, step: Int, within limit: Int) -> Day? {
        var left = count
        var day = day
        for _ in 0..<limit {
            day = day + step
            if calendar.isOpen(day) { left -= 1 }
            if left == 0 { return day }
        }
        return nil
    }
}

extension DayTiming {
    /// What is said where a day stands for one that its month does not have; nil where the month has it.
    func standIn(for candidate: Day, _ calendar: OperatingCalendar) -> Sentence? {
        let (month, number) = candidate.parts
        switch day {
        case .dayOfMonth(let wanted, _) where number < wanted:
            return noDay(wanted, month)
        case .date(let start) where cycle != nil && number < start.day && number == month.length:
            return noDay(start.day, month)
        case .weekday(let weekday, let nth?, _) where nth > 0 && (number + 6) / 7 < nth:
            return Sentence(
                "{month} has only {count} of {weekday}: the last stands for number {number}",
                ["month": month, "count": (number + 6) / 7, "weekday": weekday.rawValue, "number": nth])
        case .nth(let wanted, let kind, _):
            let name = calendar.month(of: candidate)
            let count = calendar.days(of: name).count { calendar.isDay($0, kind) }
            guard count < wanted else { return nil }
            let days = kind == .any ? "days" : "\(kind.rawValue) days"
            return Sentence(
                "{month} has only {count} \(days): the last stands for number {number}",
                ["month": name, "count": count, "number": wanted])
        default: return nil
        }
    }

    private func noDay(_ number: Int, _ month: Month) -> Sentence {
        Sentence("{month} has no day {number}: its last day stands for it", ["month": month, "number": number])
    }
}
