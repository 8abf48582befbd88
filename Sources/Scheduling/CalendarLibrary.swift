// SPDX-License-Identifier: Apache-2.0

package import Model

/// Calendars by name, each built over those it starts from.
///
/// A calendar that cannot be built is a fault, and so is every calendar that starts from it; the others are built.
package struct CalendarLibrary: Sendable {
    private var calendars: [CalendarName: OperatingCalendar] = [:]
    /// How each was written.
    package private(set) var definitions: [CalendarName: CalendarDefinition] = [:]
    /// The calendars that cannot be used, and why.
    package private(set) var faults: [DefinitionFault]
    /// The names of those; a file may hold thousands that start from a faulty one.
    private var faulty: Set<CalendarName>

    /// Builds calendars.
    ///
    /// - Parameters:
    ///   - definitions: The calendars as written; those that could not be read are not among them.
    ///   - faults: What is known already to be wrong with calendars.
    package init(_ definitions: [CalendarDefinition], faults: [DefinitionFault] = []) {
        self.faults = faults.filter { $0.kind == .calendar }
        faulty = Set(self.faults.map { CalendarName($0.name) })
        for definition in definitions {
            if self.definitions.updateValue(definition, forKey: definition.name) != nil {
                report(Sentence("there are two calendars '{name}'", ["name": definition.name]), definition)
            }
        }
        var path: [CalendarName] = []
        for definition in definitions { build(definition, &path) }
    }

    /// No calendars.
    package init() { (faults, faulty) = ([], []) }

    /// The calendar of a name.
    package subscript(name: CalendarName) -> OperatingCalendar? { calendars[name] }

    /// The names of those that can be used.
    package var names: [CalendarName] { calendars.keys.sorted() }

    /// The names of all, also of those that cannot be used.
    var allNames: [String] { Set(definitions.keys.map(\.rawValue)).union(faults.map(\.name)).sorted() }

    /// Why there is no calendar of a name, as a sentence.
    func absence(of name: CalendarName) -> Sentence {
        guard definitions[name] == nil, !isFaulty(name) else {
            return Sentence("the calendar '{name}' cannot be used", ["name": name])
        }
        let hint = Sentence.didYouMean(name.rawValue, among: allNames)
        return Sentence("there is no calendar '{name}'{hint}", ["name": name, "hint": hint])
    }

    /// A calendar starts from others that start from others, no further than this.
    private static let deepest = 100

    private mutating func build(_ definition: CalendarDefinition, _ path: inout [CalendarName]) {
        let name = definition.name
        guard calendars[name] == nil, !isFaulty(name) else { return }
        if let start = path.firstIndex(of: name) {
            let circle = (path[start...] + [name]).map(\.rawValue).joined(separator: " → ")
            return report(
                Sentence("the calendars start from each other in a circle: {circle}", ["circle": circle]), definition)
        }
        guard path.count < Self.deepest else {
            return report(
                Sentence("more than {count} calendars start from each other", ["count": Self.deepest]), definition)
        }
        path.append(name)
        let base = definition.base.map { days(of: $0, definition, &path) } ?? .all
        path.removeLast()
        guard let base, !isFaulty(name) else { return }
        calendars[name] = OperatingCalendar(definition, over: base)
    }

    /// The days of a base; nil where it leads to what cannot be used, which is reported.
    private mutating func days(
        of base: CalendarDefinition.Base, _ owner: CalendarDefinition, _ path: inout [CalendarName]
    ) -> OpenDays? {
        switch base {
        case .calendar(let name):
            if let definition = definitions[name] { build(definition, &path) }
            if let calendar = calendars[name] { return .calendar(calendar) }
            // In a circle the first to be found reports the whole of it.
            if !isFaulty(owner.name) { report(absence(of: name), owner) }
            return nil
        case .all(let bases): return days(of: bases, owner, &path).map { .common($0) }
        case .any(let bases): return days(of: bases, owner, &path).map { .joint($0) }
        case .not(let base): return days(of: base, owner, &path).map { .others($0) }
        }
    }

    private mutating func days(
        of bases: [CalendarDefinition.Base], _ owner: CalendarDefinition, _ path: inout [CalendarName]
    ) -> [OpenDays]? {
        let found = bases.map { days(of: $0, owner, &path) }
        let usable = found.compactMap(\.self)
        return usable.count == found.count ? usable : nil
    }

    private func isFaulty(_ name: CalendarName) -> Bool { faulty.contains(name) }

    private mutating func report(_ text: Sentence, _ definition: CalendarDefinition) {
        var problems = Problems()
        problems.add(text, at: definition.place, path: "calendars/\(definition.name)/base")
        if faulty.insert(definition.name).inserted {
            faults.append(DefinitionFault(.calendar, definition.name.rawValue, problems))
        } else {
            faults.add(.calendar, definition.name.rawValue, problems)
        }
    }
}

extension CalendarLibrary {
    /// The days that are looked through for a start or an open day.
    package static let horizon = Month(1970, 1).first...Month(2199, 12).last
}

extension Sentence {
    /// The end of a sentence about a name that does not exist: the name that may have been meant, or nothing.
    static func didYouMean(_ name: String, among names: [String]) -> Sentence {
        closestName(to: name, among: names).map { Sentence("; did you mean '{name}'?", ["name": $0]) }
            ?? Sentence(verbatim: "")
    }
}
