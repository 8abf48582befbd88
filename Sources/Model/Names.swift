// SPDX-License-Identifier: Apache-2.0

/// A name of one kind of thing, so that a host's name is never taken for a job's id.
public protocol Name: RawRepresentable<String>, Hashable, Comparable, Codable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// Makes a name of any text; whether the text is acceptable is for the reader of definitions to say.
    init(rawValue: String)
}

extension Name {
    /// Makes a name of any text.
    public init(_ text: String) { self.init(rawValue: text) }
    /// Makes a name of a literal.
    public init(stringLiteral text: String) { self.init(rawValue: text) }
    /// The name as text.
    public var description: String { rawValue }
    /// Orders names as text.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    /// Reads a name from a plain string.
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }
    /// Writes a name as a plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// A host's name in the inventory.
public struct HostName: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a piece of software running on a host, such as `wf14_11`.
public struct InstanceName: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A job's id: the path of its file with dots, such as `mw.nginx.restart`.
public struct JobID: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A task's name within its job.
public struct TaskName: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A task type's name, such as `RunProgram`.
public struct TaskTypeName: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One execution of a plan.
public struct RunID: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// Where a step stands in a plan's tree, such as `restart/stop/wait-down`.
public struct StepPath: Name {
    /// The text.
    public let rawValue: String
    /// Makes a path of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The path of a step inside this one.
    public func child(_ name: String) -> StepPath { StepPath(rawValue.isEmpty ? name : rawValue + "/" + name) }
}

/// The name of an operating-day calendar.
public struct CalendarName: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a schedule.
public struct ScheduleName: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a planned start: `nightly-dump@20261127T160000Z`.
public struct SlotID: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The name of the start that a schedule's rule gave for an instant; where it is moved, the name stays.
    public init(_ schedule: ScheduleName, _ instant: Instant) {
        let time = instant.description.filter { $0.isNumber || $0 == "T" }.prefix(15)
        rawValue = "\(schedule)@\(time)Z"
    }

    /// A name for a start that a person adds: the same may be added twice, so chance is part of it.
    package init(added job: JobID, _ instant: Instant) {
        let time = instant.description.filter { $0.isNumber || $0 == "T" }.prefix(15)
        let chance = String(UInt32.random(in: 0..<1_679_616), radix: 36)
        rawValue = "\(job)@\(time)Z+" + String(repeating: "0", count: 4 - chance.count) + chance
    }
}

/// The name of a maintenance window or a freeze.
public struct WindowName: Name {
    /// The text.
    public let rawValue: String
    /// Makes a name of any text.
    public init(rawValue: String) { self.rawValue = rawValue }
}
