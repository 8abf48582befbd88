// SPDX-License-Identifier: Apache-2.0

package import Model

/// A schedule that can be asked when.
package struct Schedule: Hashable, Sendable {
    package let definition: ScheduleDefinition
    package let timetable: Timetable

    package var name: ScheduleName { definition.name }
}

/// A start of a schedule, and what keeps it from happening.
package struct PlannedStart: Hashable, Sendable {
    package let schedule: ScheduleName
    package let occurrence: Occurrence
    /// The schedule that is planned for the same business day and excludes it.
    package var excludedBy: ScheduleName?

    package init(schedule: ScheduleName, occurrence: Occurrence, excludedBy: ScheduleName? = nil) {
        self.schedule = schedule
        self.occurrence = occurrence
        self.excludedBy = excludedBy
    }
}

/// All schedules, each checked against calendars, zones and the others.
package struct ScheduleBook: Sendable {
    private var schedules: [ScheduleName: Schedule] = [:]
    package let calendars: CalendarLibrary
    /// The maintenance windows and freezes, in the order of their names.
    package private(set) var windows: [ChangeWindow] = []

    /// Builds schedules.
    ///
    /// - Parameters:
    ///   - definitions: The schedules as written.
    ///   - windows: The maintenance windows and freezes as written.
    ///   - calendars: The calendars they name.
    ///   - zone: Finds a time zone by its IANA name.
    /// - Throws: `Problems` with every name that leads nowhere, every contradiction and every rule that never starts anything.
    package init(
        _ definitions: [ScheduleDefinition], windows: [WindowDefinition] = [], calendars: CalendarLibrary,
        zone: (String) -> Zone?
    ) throws(Problems) {
        self.calendars = calendars
        var problems = Problems()
        for definition in definitions {
            guard let schedule = Self.schedule(definition, calendars, zone, &problems) else { continue }
            if schedules.updateValue(schedule, forKey: definition.name) != nil {
                problems.add("there are two schedules '\(definition.name)'", at: definition.place)
            }
        }
        let names = Set(definitions.map(\.name))
        for definition in definitions {
            for other in definition.exclusive where !names.contains(other) || other == definition.name {
                problems.add(
                    other == definition.name
                        ? "'\(other)' excludes itself"
                        : "excludes the schedule '\(other)', which there is not\(hint(other.rawValue, names.map(\.rawValue)))",
                    at: definition.place, path: "schedules/\(definition.name)/exclusive")
            }
        }
        for definition in windows.sorted(by: { $0.name < $1.name }) {
            guard let window = Self.window(definition, calendars, zone, &problems) else { continue }
            if self.windows.last?.definition.name == definition.name {
                problems.add("there are two windows or freezes '\(definition.name)'", at: definition.place)
            }
            self.windows.append(window)
        }
        if problems.hasErrors { throw problems }
    }

    private static func window(
        _ definition: WindowDefinition, _ calendars: CalendarLibrary, _ zone: (String) -> Zone?,
        _ problems: inout Problems
    ) -> ChangeWindow? {
        let path = "\(definition.kind == .freeze ? "freezes" : "windows")/\(definition.name)"
        guard
            let (found, calendar) = frame(
                definition.zone, definition.calendar, calendars, zone, definition.place, path, &problems)
        else { return nil }
        guard case .rules(let rules, _) = definition.periods else {
            return ChangeWindow(definition: definition, timetable: Timetable([], calendar: calendar, zone: found))
        }
        let timetable = Timetable(rules, calendar: calendar, zone: found)
        report(rules, of: timetable, definition.place, path, &problems)
        return ChangeWindow(definition: definition, timetable: timetable)
    }

    /// The zone and the calendar of a name each, unless there is none.
    private static func frame(
        _ zoneName: String, _ calendarName: CalendarName?, _ calendars: CalendarLibrary, _ zone: (String) -> Zone?,
        _ place: Place?, _ path: String, _ problems: inout Problems
    ) -> (Zone, OperatingCalendar)? {
        let found = zone(zoneName)
        if found == nil {
            problems.add(
                "there is no time zone '\(zoneName)'; it is an IANA name such as Asia/Seoul", at: place,
                path: path + "/zone")
        }
        let calendar = calendarName.map { calendars[$0] } ?? .everyDay
        if calendar == nil, let name = calendarName {
            problems.add(
                "there is no calendar '\(name)'\(hint(name.rawValue, calendars.names.map(\.rawValue)))", at: place,
                path: path + "/calendar")
        }
        guard let found, let calendar else { return nil }
        return (found, calendar)
    }

    /// Reports the rules that never start anything.
    private static func report(
        _ rules: [ScheduleRule], of timetable: Timetable, _ place: Place?, _ path: String, _ problems: inout Problems
    ) {
        for rule in rules where !timetable.canStart(rule) {
            problems.add(
                "rule \(rule.number) never starts anything: no day is left by calendar, substitute and validity",
                at: rule.place ?? place, path: path + "/rules/\(rule.number - 1)")
        }
    }

    /// The schedules in the order of their names.
    package var all: [Schedule] { schedules.values.sorted { $0.name < $1.name } }

    /// The schedule of a name.
    package subscript(name: ScheduleName) -> Schedule? { schedules[name] }

    /// What is planned from one instant to another, in order: of one schedule or of all that are in use.
    package func planned(_ only: ScheduleName? = nil, from: Instant, through: Instant) -> [PlannedStart] {
        let wanted = only.map { name in [schedules[name]].compactMap(\.self) } ?? all.filter(\.definition.isEnabled)
        var days: [ScheduleName: Set<Day>] = [:]
        // A business day may begin two days before the start that belongs to it, and end as long after.
        let margin = Duration.seconds(3 * 86_400)
        for name in Set(wanted.flatMap(\.definition.exclusive)) {
            guard let other = schedules[name], other.definition.isEnabled else { continue }
            let around = other.timetable.occurrences(
                from: Instant(microseconds: from.microseconds - margin.microseconds), through: through + margin)
            days[name] = Set(around.map(\.day))
        }
        return wanted.flatMap { schedule in
            schedule.timetable.occurrences(from: from, through: through).map { occurrence in
                PlannedStart(
                    schedule: schedule.name, occurrence: occurrence,
                    excludedBy: schedule.definition.exclusive.first { days[$0]?.contains(occurrence.day) == true })
            }
        }.sorted { ($0.occurrence.instant, $0.schedule) < ($1.occurrence.instant, $1.schedule) }
    }

    /// The jobs that take no part in the jobs that call them on a business day.
    package func leftOut(on day: Day) -> Set<JobID> {
        Set(
            schedules.values.filter { $0.definition.isForCallers && !$0.timetable.starts(on: day) }.map(
                \.definition.job))
    }

    /// The schedule that keeps another one from running on a business day.
    package func excluder(of name: ScheduleName, on day: Day) -> ScheduleName? {
        schedules[name]?.definition.exclusive.first { other in
            guard let other = schedules[other], other.definition.isEnabled else { return false }
            return other.timetable.starts(on: day)
        }
    }

    private static func schedule(
        _ definition: ScheduleDefinition, _ calendars: CalendarLibrary, _ zone: (String) -> Zone?,
        _ problems: inout Problems
    ) -> Schedule? {
        let path = "schedules/\(definition.name)"
        guard
            let (found, calendar) = frame(
                definition.zone, definition.calendar, calendars, zone, definition.place, path, &problems)
        else { return nil }
        if definition.is48Hours, calendar.baseTime != 0 {
            problems.add(
                "the 48-hour system needs a base time of 0:00, and the calendar '\(calendar.name)' has another",
                at: definition.place, path: path + "/system")
        }
        let timetable = Timetable(
            definition.rules, calendar: calendar, zone: found, system: definition.is48Hours ? .hours48 : .hours24)
        report(definition.rules, of: timetable, definition.place, path, &problems)
        return Schedule(definition: definition, timetable: timetable)
    }
}

private func hint(_ word: String, _ known: [String]) -> String {
    closestName(to: word, among: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
}

extension Timetable {
    /// Whether a rule ever starts anything.
    func canStart(_ rule: ScheduleRule) -> Bool {
        let alone = Timetable([rule], calendar: calendar, zone: zone, system: system)
        let first = max(rule.from ?? CalendarLibrary.horizon.lowerBound, CalendarLibrary.horizon.lowerBound)
        return alone.next(after: zone.instant(first - 40, 0)) != nil
    }
}
