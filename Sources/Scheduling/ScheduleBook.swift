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

extension DefinitionFault {
    /// Whether it comes first to whoever reads the files from their top down.
    fileprivate func precedes(_ other: DefinitionFault) -> Bool {
        guard let place = problems.all.first?.place, let others = other.problems.all.first?.place else {
            return other.problems.all.first?.place == nil && problems.all.first?.place != nil
        }
        return (place.file, place.line, place.column) < (others.file, others.line, others.column)
    }
}

/// All schedules, each checked against calendars, zones and the others.
///
/// One that cannot be used stands still and is a fault; the others are not affected. A window or a freeze that cannot be used lets
/// no change begin on its targets.
package struct ScheduleBook: Sendable {
    private var schedules: [ScheduleName: Schedule] = [:]
    package let calendars: CalendarLibrary
    /// The maintenance windows and freezes, in the order of their names.
    package private(set) var windows: [ChangeWindow] = []
    /// The calendars, schedules, windows and freezes that cannot be used, and why.
    package private(set) var faults: [DefinitionFault]

    /// Builds schedules.
    ///
    /// - Parameters:
    ///   - definitions: The schedules as written.
    ///   - windows: The maintenance windows and freezes as written.
    ///   - calendars: The calendars they name.
    ///   - faults: What is known already to be wrong with definitions.
    ///   - zone: Finds a time zone by its IANA name.
    package init(
        _ definitions: [ScheduleDefinition], windows: [WindowDefinition] = [], calendars: CalendarLibrary,
        faults: [DefinitionFault] = [], zone: (String) -> Zone?
    ) {
        self.calendars = calendars
        self.faults = calendars.faults + faults.filter { $0.kind != .calendar }
        let names = Set(definitions.map(\.name.rawValue)).union(faults.filter { $0.kind == .schedule }.map(\.name))
        for definition in definitions {
            let frame = Frame(definition, calendars, zone)
            var problems = frame.problems
            problems.add(Self.exclusionProblems(definition, names))
            if schedules[definition.name] != nil {
                problems.add(
                    Sentence("there are two schedules '{name}'", ["name": definition.name]), at: definition.place)
            }
            self.faults.add(.schedule, definition.name.rawValue, problems)
            schedules[definition.name] = frame.timetable(of: definition).map {
                Schedule(definition: definition, timetable: $0)
            }
        }
        for fault in self.faults where fault.kind == .schedule { schedules[ScheduleName(fault.name)] = nil }
        add(windows, zone)
        self.faults.sort { $0.precedes($1) }
    }

    private mutating func add(_ definitions: [WindowDefinition], _ zone: (String) -> Zone?) {
        let counts = Dictionary(definitions.map { ($0.name, 1) }, uniquingKeysWith: +)
        for var definition in definitions.sorted(by: { $0.name < $1.name }) {
            let frame = Frame(definition, calendars, zone)
            var problems = frame.problems
            let isKnown = faults[definition.faultKind, definition.name.rawValue] != nil
            if counts[definition.name, default: 0] > 1, !isKnown {
                problems.add(
                    Sentence("there are two windows or freezes '{name}'", ["name": definition.name]),
                    at: definition.place)
            }
            faults.add(definition.faultKind, definition.name.rawValue, problems)
            let fault = faults[definition.faultKind, definition.name.rawValue]
            if fault != nil { definition.periods = .unknown }
            windows.append(
                ChangeWindow(
                    definition: definition, timetable: frame.timetable(of: definition),
                    fault: fault?.problems.sentence))
        }
    }

    private static func exclusionProblems(_ definition: ScheduleDefinition, _ names: Set<String>) -> Problems {
        var problems = Problems()
        for other in definition.exclusive where !names.contains(other.rawValue) || other == definition.name {
            let text =
                other == definition.name
                ? Sentence("'{name}' excludes itself", ["name": other])
                : Sentence(
                    "excludes the schedule '{name}', which does not exist{hint}",
                    ["name": other, "hint": Sentence.didYouMean(other.rawValue, among: names.sorted())])
            problems.add(text, at: definition.place, path: "schedules/\(definition.name)/exclusive")
        }
        return problems
    }

    /// Why the schedule of a name cannot be used; nil when it can, or does not exist.
    package func fault(of name: ScheduleName) -> DefinitionFault? { faults[.schedule, name.rawValue] }

    /// The schedules in the order of their names.
    package var all: [Schedule] { schedules.values.sorted { $0.name < $1.name } }

    /// The schedule of a name.
    package subscript(name: ScheduleName) -> Schedule? { schedules[name] }

    /// What is planned from one instant to another, in order: of one schedule or of all that are in use.
    package func planned(_ only: ScheduleName? = nil, from: Instant, through: Instant) -> [PlannedStart] {
        let wanted = only.map { name in [schedules[name]].compactMap(\.self) } ?? all.filter(\.definition.isEnabled)
        var days: [ScheduleName: Set<Day>] = [:]
        // A business day may begin five days before the start that belongs to it, at 99:59, and end as long after.
        let margin = Duration.seconds(6 * 86_400)
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
}
