// SPDX-License-Identifier: Apache-2.0

import Model
public import TaskKit

/// A host that was told what will be asked of it. It is strict: a command that nobody scripted fails.
public actor ScriptedSession: HostSession {
    /// What happens when a command comes.
    public struct Answer: Sendable {
        /// What the program writes to standard output, in the pieces it comes in.
        public var standardOutput: [[UInt8]]
        /// What it writes to standard error.
        public var standardError: [UInt8]
        /// How it ends.
        public var execution: Execution
        /// Why the host could not be worked on, instead.
        public var failure: SessionFailure?

        /// Makes an answer.
        public init(
            _ standardOutput: String = "", error: String = "", exit: Exit = .code(0), file: String = "",
            failure: SessionFailure? = nil
        ) {
            self.standardOutput = standardOutput.isEmpty ? [] : [Array(standardOutput.utf8)]
            standardError = Array(error.utf8)
            execution = Execution(exit: exit, outputFile: Array(file.utf8))
            self.failure = failure
        }
    }

    /// The commands that came, in order.
    public private(set) var commands: [Command] = []
    /// The limits they came with.
    public private(set) var limits: [TimeLimit?] = []
    /// The commands that were scripted and did not come yet, as lines for reading.
    public private(set) var expected: [(line: String, answer: Answer)]

    /// Makes a host.
    ///
    /// - Parameter script: The commands in the order they will come, each as `Command.lineForReading()`, and their answers.
    public init(_ script: KeyValuePairs<String, Answer>) { expected = script.map { ($0.key, $0.value) } }

    /// Answers the next command of the script.
    public func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        commands.append(command)
        limits.append(limit)
        let line = command.lineForReading()
        guard let next = expected.first, next.line == line else {
            throw SessionFailure(.noShell, "nobody scripted: \(line); expected: \(expected.first?.line ?? "nothing")")
        }
        expected.removeFirst()
        if let failure = next.answer.failure { throw failure }
        for piece in next.answer.standardOutput { await output.write(piece, to: .standardOutput) }
        if !next.answer.standardError.isEmpty { await output.write(next.answer.standardError, to: .standardError) }
        return next.answer.execution
    }

    /// Does nothing.
    public func close() async {}

    /// Fails when a scripted command did not come.
    public func checkThatAllCame() throws(CheckFailure) {
        guard expected.isEmpty else { throw CheckFailure("these did not come: \(expected.map(\.line))") }
    }
}
