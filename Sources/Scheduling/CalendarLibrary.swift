// SPDX-License-Identifier: Apache-2.0

package import Model

/// Calendars by name, each built over those it starts from.
package struct CalendarLibrary: Sendable {
    private var calendars: [CalendarName: OperatingCalendar] = [:]
    /// How each was written.
    package private(set) var definitions: [CalendarName: CalendarDefinition] = [:]

    /// Builds calendars.
    ///
    /// - Throws: `Problems` with every name that leads nowhere, every circle, and every calendar that has no open day.
    package init(_ definitions: [CalendarDefinition]) throws(Problems) {
        var problems = Problems()
        for definition in definitions {
            if self.definitions.updateValue(definition, forKey: definition.name) != nil {
                problems.add("there are two calendars '\(definition.name)'", at: definition.place)
            }
        }
        var path: [CalendarName] = []
        for definition in definitions { build(definition, &path, &problems) }
        if problems.hasErrors { throw problems }
    }

    /// No calendars.
    package init() {}

    /// The calendar of a name.
    package subscript(name: CalendarName) -> OperatingCalendar? { calendars[name] }

    /// Their names.
    package var names: [CalendarName] { calendars.keys.sorted() }

    private mutating func build(
        _ definition: CalendarDefinition, _ path: inout [CalendarName], _ problems: inout Problems
    ) {
        guard calendars[definition.name] == nil else { return }
        if let start = path.firstIndex(of: definition.name) {
            let circle = (path[start...] + [definition.name]).map(\.rawValue).joined(separator: " → ")
            problems.add("the calendars start from each other in a circle: \(circle)", at: definition.place)
            // It stands for something, so that the circle is told once.
            calendars[definition.name] = .everyDay
            return
        }
        path.append(definition.name)
        let hadErrors = problems.hasErrors
        let base = definition.base.map { days(of: $0, definition, &path, &problems) } ?? .all
        path.removeLast()
        guard calendars[definition.name] == nil else { return }
        let calendar = OperatingCalendar(definition, over: base)
        if problems.hasErrors == hadErrors, !CalendarLibrary.horizon.contains(where: calendar.isOpen) {
            problems.add("the calendar '\(definition.name)' has no open day", at: definition.place)
        }
        calendars[definition.name] = calendar
    }

    /// The days among which a calendar must have an open one, and a schedule a start.
    package static let horizon = Month(1970, 1).first...Month(2199, 12).last

    private mutating func days(
        of base: CalendarDefinition.Base, _ owner: CalendarDefinition, _ path: inout [CalendarName],
        _ problems: inout Problems
    ) -> OpenDays {
        switch base {
        case .calendar(let name):
            guard let definition = definitions[name] else {
                let near = closestName(to: name.rawValue, among: definitions.keys.map(\.rawValue).sorted())
                let hint = near.map { "; did you mean '\($0)'?" } ?? ""
                problems.add("there is no calendar '\(name)'\(hint)", at: owner.place)
                return .all
            }
            build(definition, &path, &problems)
            return calendars[name].map { .calendar($0) } ?? .all
        case .all(let bases): return .common(bases.map { days(of: $0, owner, &path, &problems) })
        case .any(let bases): return .joint(bases.map { days(of: $0, owner, &path, &problems) })
        case .not(let base): return .others(days(of: base, owner, &path, &problems))
        }
    }
}
