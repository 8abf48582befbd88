// SPDX-License-Identifier: Apache-2.0

public import TaskKit

/// What every transport must do.
///
/// A transport joins by running each of these against a session of its own.
///
/// The session must reach a Linux host where it is logged in as root and `nobody` exists.
public struct TransportChecks: Sendable {
    /// A check by its name, for a parameterised test.
    public struct Check: Sendable, CustomStringConvertible {
        /// What must hold, as a sentence.
        public let description: String
        /// Throws a `TransportViolation`, or a failure of the session, when it does not.
        public let run: @Sendable (any HostSession) async throws -> Void
        /// Whether it must hold of commands that are kept in the host's spool too.
        package var holdsOfErrands = true
    }

    /// All checks.
    public static let all: [Check] =
        streams + bytes + endings + files + refusals
}

/// A transport broke a promise.
public struct TransportViolation: Error, CustomStringConvertible {
    /// What was expected and what came.
    public let description: String
}

/// What a command wrote.
struct Written: Sendable {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var text: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Keeps both streams of a command.
actor BothStreams: OutputSink {
    private(set) var written = Written()

    func write(_ bytes: [UInt8], to stream: OutputStream) {
        if stream == .standardOutput { written.output += bytes } else { written.errors += bytes }
    }
}

func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    if !holds { throw TransportViolation(description: what()) }
}

/// A tag that no other attempt has.
func freshTag() -> String { "check-\(UInt64.random(in: .min ... .max))" }

extension HostSession {
    /// Runs a command and returns how it ended with what it wrote.
    func run(_ command: Command, limit: TimeLimit? = TimeLimit(.seconds(30))) async throws -> (Execution, Written) {
        let streams = BothStreams()
        let execution = try await execute(command, tag: freshTag(), limit: limit, output: streams)
        return (execution, await streams.written)
    }

    func shell(_ text: String, _ arguments: String...) -> Command {
        Command("/bin/sh", ["-c", text, "sh"] + arguments)
    }
}
