// SPDX-License-Identifier: Apache-2.0

package import Model

// Calendars whose dates end, and calendars without open days.
extension ScheduleBook {
    /// A year that begins within this time should have its dates.
    package static let timeToEnterDates = 92

    /// What is to be said of a calendar's dates for the years of some days; nil when each of them has dates of its own, or the
    /// calendar needs none: it has nothing but what comes every year, week or month.
    package func lackOfDates(in name: CalendarName, _ days: ClosedRange<Day>) -> Sentence? {
        guard let last = calendars[name]?.lastDated else { return nil }
        let year = max(last.month.year + 1, days.lowerBound.month.year)
        guard year <= days.upperBound.month.year else { return nil }
        let text = "its last dated entry is {day}; {year} has only what comes every year"
        return Sentence(text, ["day": last, "year": year])
    }

    /// The calendars that schedules in use, windows and freezes go by, and those they start from.
    package var calendarsInUse: [CalendarName] {
        var names = Set(all.filter(\.isInUse).compactMap(\.definition.calendar))
        names.formUnion(windows.compactMap(\.definition.calendar))
        var waiting = Array(names)
        while let name = waiting.popLast() {
            for base in calendars.definitions[name]?.base?.names ?? [] where names.insert(base).inserted {
                waiting.append(base)
            }
        }
        return names.sorted()
    }

    func calendarNotices(after now: Instant) -> [OutlookNotice] {
        // Which zone's day does not matter: years are looked at months before.
        let today = Zone.utc.local(now).day
        return calendarsInUse.flatMap { name -> [OutlookNotice] in
            guard let calendar = calendars[name], let definition = calendars.definitions[name] else { return [] }
            let texts = [
                calendar.lastOpenDay(before: today).map {
                    Sentence("has no open day any more; the last is {day}", ["day": $0])
                },
                lackOfDates(in: name, today...(today + Self.timeToEnterDates)),
            ]
            return texts.compactMap(\.self).map {
                OutlookNotice(subject: .calendar(name), place: definition.place, path: "calendars/\(name)", text: $0)
            }
        }
    }
}

extension CalendarDefinition.Base {
    /// The calendars it names.
    fileprivate var names: [CalendarName] {
        switch self {
        case .calendar(let name): [name]
        case .all(let bases), .any(let bases): bases.flatMap(\.names)
        case .not(let base): base.names
        }
    }
}

extension OperatingCalendar {
    /// The last day that one of its own entries names with its year; nil when none does.
    package var lastDated: Day? { entries.compactMap(\.days.lastDated).max() }
}

extension [Day: String] {
    /// The last day of what does not come again for ever: an event that comes again every year is written out to the horizon.
    fileprivate var lastDated: Day? {
        let end = Month(CalendarLibrary.horizon.upperBound.month.year, 1).first
        let endless = Set(filter { $0.key >= end }.values)
        return filter { !endless.contains($0.value) }.keys.max()
    }
}

extension DayPattern {
    /// The last day that it names with its year; nil when it comes again every year.
    fileprivate var lastDated: Day? {
        switch self {
        case .day(let day): day
        case .range(_, let last): last
        case .days(let days): days.lastDated
        case .yearly, .yearlyRange, .monthly, .weekday: nil
        }
    }
}
