// SPDX-License-Identifier: Apache-2.0

public import Model

/// What should happen next.
///
/// A task returns it; only the engine acts on it.
public enum TaskOutcome: Hashable, Sendable {
    /// The work was done and judged; findings and level say how good it was.
    case succeeded(Report)
    /// The work was done and judged not good.
    case failed(Reason, Report)
    /// Whether it was done cannot be known.
    case unknown(Reason, Report)
    /// Go on by the OK links, or by the ERROR links; the others are branches not taken.
    case branch(Bool, Report)
    /// Wait for a person.
    case waitForPerson(Hold)
    /// Start a run of another job and go on.
    case startJob(JobCall)
    /// The time limit passed and the work was left running, as the task's `onTimeLimit` asks; the engine says what that means.
    case leftRunning(Report)
}

/// The work could not be done or judged.
public struct TaskFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why, for machines and people.
    public let reason: Reason
    /// Whether something may have been started on the host; a `change` is then `unknown`.
    public let mayHaveStarted: Bool

    /// Makes a failure.
    public init(_ code: ReasonCode, _ message: String, mayHaveStarted: Bool = false) {
        reason = Reason(code, message)
        self.mayHaveStarted = mayHaveStarted
    }

    /// Makes a failure of a reason.
    package init(_ reason: Reason, mayHaveStarted: Bool) {
        self.reason = reason
        self.mayHaveStarted = mayHaveStarted
    }

    /// Makes a failure of a host's.
    public init(_ failure: SessionFailure) {
        reason = Reason(failure.code, failure.message)
        mayHaveStarted = failure.mayHaveStarted
    }

    /// The message.
    public var description: String { reason.message }
}

/// Where a step runs and what it may use while it does.
public struct TaskContext: Sendable {
    /// The run.
    public let run: RunID
    /// The step.
    public let path: StepPath
    /// The try's own id.
    public let attempt: String
    /// What the step does to its host.
    public let effect: Effect
    /// The lane's host; nil on the controller.
    public let host: Host?
    /// The lane's instance, if it is about one.
    public let instance: Instance?
    /// The account the step runs as on its host; nil = the one logged in.
    public let account: String?
    /// How it becomes that account.
    public let become: Become
    /// How long the work may take.
    public let limit: TimeLimit?
    /// Takes what is to be kept as the step's log.
    public let output: any OutputSink
    /// Gives the value of a name in an expression, such as `["steps", "check", "offset_ms"]`; null when there is none.
    ///
    /// It throws where a value is there and is not what its parameter takes.
    public let lookup: @Sendable (_ path: [String]) throws(TaskFailure) -> Value
    /// Opens the way to the host, or takes the one already open.
    ///
    /// On the controller, to the controller itself.
    public let session: @Sendable () async throws(SessionFailure) -> any HostSession
    /// Opens the way to the controller, also where the step stands on a host's lane.
    public let controllerSession: @Sendable () async throws(SessionFailure) -> any HostSession

    /// Makes a context.
    public init(
        run: RunID, path: StepPath, attempt: String, effect: Effect = .change, host: Host?, instance: Instance?,
        account: String?, become: Become, limit: TimeLimit?, output: any OutputSink,
        lookup: @escaping @Sendable (_ path: [String]) throws(TaskFailure) -> Value = { _ in .null },
        controllerSession: (@Sendable () async throws(SessionFailure) -> any HostSession)? = nil,
        session: @escaping @Sendable () async throws(SessionFailure) -> any HostSession
    ) {
        self.run = run
        self.path = path
        self.attempt = attempt
        self.effect = effect
        self.host = host
        self.instance = instance
        self.account = account
        self.become = become
        self.limit = limit
        self.output = output
        self.lookup = lookup
        self.session = session
        self.controllerSession = controllerSession ?? session
    }

    /// Runs a command on the step's host under the step's account and limit.
    ///
    /// - Parameters:
    ///   - command: What to run; its account is set to the step's.
    ///   - output: Takes what it writes; nil = the step's log.
    /// - Returns: How it ended.
    /// - Throws: `TaskFailure` when the host could not be worked on.
    public func execute(_ command: Command, output: (any OutputSink)? = nil) async throws(TaskFailure) -> Execution {
        try await execute(command, over: session, output)
    }

    /// Runs a command on the step's host under the step's account and limit; all it writes is the step's log.
    ///
    /// - Parameters:
    ///   - command: What to run; its account is set to the step's.
    ///   - watcher: Looks at what it writes.
    /// - Returns: How it ended.
    /// - Throws: `TaskFailure` when the host could not be worked on.
    public func execute(_ command: Command, watching watcher: any OutputSink) async throws(TaskFailure) -> Execution {
        try await execute(command, over: session, WatchedLog(log: output, watcher: watcher))
    }

    /// Runs a command on the controller, under the step's account and limit, also where the step stands on a host's lane.
    ///
    /// - Parameters:
    ///   - command: What to run; its account is set to the step's.
    ///   - output: Takes what it writes; nil = the step's log.
    /// - Returns: How it ended.
    /// - Throws: `TaskFailure` when it could not be run.
    public func executeOnController(
        _ command: Command, output: (any OutputSink)? = nil
    ) async throws(TaskFailure) -> Execution {
        try await execute(command, over: controllerSession, output)
    }

    private func execute(
        _ command: Command, over session: @Sendable () async throws(SessionFailure) -> any HostSession,
        _ output: (any OutputSink)?
    ) async throws(TaskFailure) -> Execution {
        var command = command
        command.account = account
        command.become = become
        do throws(SessionFailure) {
            return try await session().execute(command, tag: attempt, limit: limit, output: output ?? self.output)
        } catch {
            throw TaskFailure(error)
        }
    }
}

/// A step's log, and somebody who looks at what is written to it.
package struct WatchedLog: OutputSink {
    /// The log; gets every byte as it is.
    package let log: any OutputSink
    let watcher: any OutputSink

    /// Gives the bytes to both.
    package func write(_ bytes: [UInt8], to stream: OutputStream) async {
        await log.write(bytes, to: stream)
        await watcher.write(bytes, to: stream)
    }
}
