// SPDX-License-Identifier: Apache-2.0

/// A calendar, schedule, window or freeze that cannot be used as it is written, and why.
///
/// Only it and what is built on it stand still; the other definitions of its file work.
public struct DefinitionFault: Hashable, Sendable {
    /// What was defined.
    public enum Kind: String, Sendable {
        case calendar = "calendars"
        case schedule = "schedules"
        case window = "windows"
        case freeze = "freezes"
    }

    /// What was defined.
    public let kind: Kind
    /// Its name, as it was written.
    public let name: String
    /// Everything that is wrong with it; at least one error.
    public private(set) var problems: Problems

    /// Makes a fault of everything that is wrong with a definition.
    public init(_ kind: Kind, _ name: String, _ problems: Problems) {
        self.kind = kind
        self.name = name
        self.problems = problems
    }

    /// Adds more that is wrong with it.
    public mutating func add(_ others: Problems) { problems.add(others) }
}

extension [DefinitionFault] {
    /// Adds what is wrong with a definition; what is known of it already is kept with it.
    public mutating func add(_ kind: DefinitionFault.Kind, _ name: String, _ problems: Problems) {
        guard problems.hasErrors else { return }
        if let index = firstIndex(where: { $0.kind == kind && $0.name == name }) {
            self[index].add(problems)
        } else {
            append(DefinitionFault(kind, name, problems))
        }
    }

    /// What is wrong with the definition of a name; nil when nothing is.
    public subscript(kind: DefinitionFault.Kind, name: String) -> DefinitionFault? {
        first { $0.kind == kind && $0.name == name }
    }

    /// Everything that is wrong, in one list.
    public var problems: Problems {
        var all = Problems()
        for fault in self { all.add(fault.problems) }
        return all
    }
}
