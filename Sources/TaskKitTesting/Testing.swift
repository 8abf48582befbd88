// SPDX-License-Identifier: Apache-2.0

public import Model
public import TaskKit

/// A check that was not passed.
public struct CheckFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was expected and what was found.
    public let description: String
    /// Makes a failure.
    public init(_ description: String) { self.description = description }
}

extension Setting {
    /// A map of scalars, for tests.
    public static func values(_ pairs: KeyValuePairs<String, String>) -> Setting {
        Setting(.map(pairs.map { Entry($0.key, .text($0.value)) }))
    }

    /// A map, for tests.
    public static func map(_ pairs: KeyValuePairs<String, Setting>) -> Setting {
        Setting(.map(pairs.map { Entry($0.key, $0.value) }))
    }

    /// A list of scalars, for tests.
    public static func list(_ items: String...) -> Setting { Setting(.list(items.map { .text($0) })) }

    /// A scalar, for tests.
    public static func text(_ text: String) -> Setting { Setting(.scalar(text, quoted: false)) }
}

extension TaskContext {
    /// A context for tests: a lane on the host `web1`, or the controller.
    public static func testing(
        session: any HostSession, effect: Effect = .change, onController: Bool = false, limit: TimeLimit? = nil,
        output: any OutputSink = NoOutput(), values: [String: Value] = [:]
    ) -> TaskContext {
        let host = onController ? nil : Host(name: "web1", connection: Connection(address: "192.0.2.1"))
        // An id of its own: a real session finds by it what it has to end.
        let attempt = "test-\(UInt64.random(in: 0 ... .max))"
        return TaskContext(
            run: "r1", path: "task", attempt: attempt, effect: effect, host: host, instance: nil, account: nil,
            become: .sudo, limit: limit, output: output, lookup: { values[$0.joined(separator: "."), default: .null] },
            session: { session })
    }
}
