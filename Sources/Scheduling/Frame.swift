// SPDX-License-Identifier: Apache-2.0

import Model

/// The zone and the calendar that a definition names, and what is wrong with them.
struct Frame {
    private let zone: Zone?
    private let calendar: OperatingCalendar?
    private(set) var problems = Problems()

    init(_ definition: ScheduleDefinition, _ calendars: CalendarLibrary, _ zone: (String) -> Zone?) {
        let path = "schedules/\(definition.name)"
        self.init(definition.zone, definition.calendar, calendars, zone, definition.place, path)
        if definition.is48Hours, let calendar, calendar.baseTime != 0 {
            problems.add(
                Sentence(
                    "the 48-hour system needs a base time of 0:00, and the calendar '{name}' has another",
                    ["name": calendar.name]),
                at: definition.place, path: path + "/system")
        }
    }

    init(_ definition: WindowDefinition, _ calendars: CalendarLibrary, _ zone: (String) -> Zone?) {
        let path = "\(definition.faultKind.rawValue)/\(definition.name)"
        self.init(definition.zone, definition.calendar, calendars, zone, definition.place, path)
    }

    private init(
        _ zoneName: String, _ calendarName: CalendarName?, _ calendars: CalendarLibrary, _ zone: (String) -> Zone?,
        _ place: Place?, _ path: String
    ) {
        self.zone = zone(zoneName)
        calendar = calendarName.map { calendars[$0] } ?? .everyDay
        if self.zone == nil {
            problems.add(
                Sentence("there is no time zone '{name}'; it is an IANA name such as Asia/Seoul", ["name": zoneName]),
                at: place, path: path + "/zone")
        }
        if calendar == nil, let name = calendarName {
            problems.add(calendars.absence(of: name), at: place, path: path + "/calendar")
        }
    }

    /// The rules of a schedule; nil where zone or calendar cannot be used.
    func timetable(of definition: ScheduleDefinition) -> Timetable? {
        guard let zone, let calendar else { return nil }
        return Timetable(
            definition.rules, calendar: calendar, zone: zone, system: definition.is48Hours ? .hours48 : .hours24)
    }

    /// The rules of a window, none where it has none or they cannot be used.
    func timetable(of definition: WindowDefinition) -> Timetable {
        guard case .rules(let rules, _) = definition.periods, let zone, let calendar else {
            return Timetable([], zone: zone ?? .utc)
        }
        return Timetable(rules, calendar: calendar, zone: zone)
    }
}

extension WindowDefinition {
    /// The word by which its file and its faults name it.
    var faultKind: DefinitionFault.Kind { kind == .freeze ? .freeze : .window }
}
