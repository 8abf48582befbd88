// SPDX-License-Identifier: Apache-2.0

package import Model

/// How many starts a period has at most, and which rule gives most of them.
package struct StartCount: Hashable, Sendable {
    /// A rule, and how many starts it has at most.
    package struct OfRule: Hashable, Sendable {
        package let schedule: ScheduleName
        package let rule: Int
        package let starts: Int
    }

    package fileprivate(set) var total = 0
    package fileprivate(set) var densest: OfRule?
}

extension ScheduleBook {
    /// The starts that schedules in use have at most on some days, without making them.
    package func mostStarts(on days: ClosedRange<Day>) -> StartCount {
        var count = StartCount()
        for schedule in all where schedule.definition.isEnabled {
            for (rule, starts) in schedule.timetable.mostStarts(on: days) {
                count.total += starts
                guard starts > count.densest?.starts ?? 0 else { continue }
                count.densest = StartCount.OfRule(schedule: schedule.name, rule: rule, starts: starts)
            }
        }
        return count
    }
}

extension ScheduleBook {
    /// All starts that belong to some business days, in order, a month of them at a time.
    package func pieces(of days: ClosedRange<Day>) -> some Sequence<[PlannedStart]> {
        // Each zone's day begins at another instant; what belongs to the business days is asked afterwards.
        stride(from: days.lowerBound.number - 1, to: days.upperBound.number + 7, by: 31).lazy.map { number in
            let end = Swift.min(number + 31, days.upperBound.number + 7)
            let through = Zone.utc.instant(Day(number: end), 0).microseconds - 1
            return planned(
                from: Zone.utc.instant(Day(number: number), 0), through: Instant(microseconds: through)
            ).filter { days.contains($0.occurrence.day) }
        }
    }
}

extension Timetable {
    /// How many starts each rule has at most on some days.
    fileprivate func mostStarts(on days: ClosedRange<Day>) -> [(rule: Int, starts: Int)] {
        rules.map { rule in
            switch rule.timing {
            case .days(let timing):
                let found = timing.candidates(in: days, from: rule.from, calendar)
                return (rule.number, found.count(where: rule.isValid) * rule.startsADay)
            case .pattern(let pattern):
                return (rule.number, days.count { pattern.matches($0) && rule.isValid($0) } * rule.startsADay)
            }
        }
    }
}

extension ScheduleRule {
    fileprivate func isValid(_ day: Day) -> Bool { day >= from ?? day && day <= until ?? day }

    /// How many starts one of its days has at most.
    fileprivate var startsADay: Int {
        switch timing {
        case .days(let timing): timing.times.startsADay
        case .pattern(let pattern): pattern.hours.count * pattern.minutes.count * pattern.seconds.count
        }
    }
}

extension StartTimes {
    fileprivate var startsADay: Int {
        guard let again else { return 1 }
        let length = again.until.minutes - first.minutes
        // A time before the base time lies on the next date.
        return (length < 0 ? length + 1440 : length) / again.minutes + 1
    }
}

extension StartTimes.Clock {
    fileprivate var minutes: Int {
        switch self {
        case .absolute(let minutes), .relative(let minutes): minutes
        }
    }
}
