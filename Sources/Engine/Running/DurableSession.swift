// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// A host's session as a `change` step sees it: a command is started at most once, whatever happens to connection, controller
/// and host, and is followed to its end over as many connections as it takes.
///
/// What is sent is kept first. From then on, whoever asks the host again sends the same command under the same name: the
/// host's spool sees to it that it is begun once. Only where the host cannot say how it ended is that unknown.
struct DurableSession: HostSession {
    /// How long a host that was lost is sought before we say that we do not know.
    struct Patience: Sendable {
        var seek = Duration.seconds(120)
        /// For a command whose end is wanted, so that it must be found first.
        var end = Duration.seconds(30)
    }

    /// After so long a spool may have forgotten a name: it is not begun under it any more.
    private static let longest = Duration.seconds(14 * 86_400)

    let pool: SessionPool
    let host: Host
    let dispatch: Dispatch
    let patience: Patience
    let clock: EngineClock

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        let place = await dispatch.begin()
        let counted = CountedOutput(output)
        if let kept = place.kept {
            guard let path = kept.path else { throw notFoundAgain }
            if await dispatch.sentOne { await counted.recall() }
            let errand = Errand(path: path, boot: kept.boot)
            let isOld = clock.now() - dispatch.startedAt > DurableSession.longest
            if dispatch.isProbe || isOld { try await callOff(errand, command) }
            return try await follow(errand, command, tag, limit, counted, sentBefore: true)
        }
        if dispatch.isProbe { throw notFoundAgain }
        if place.number == 0 { try await endWith(dispatch.superseded, command) }
        let ground = try await pool.ground(of: host, for: command.account, command.become, turn: dispatch.turn)
        guard let spool = ground.spool else {
            if let refusal = ground.refusal, let wanted = host.connection.spool {
                throw SessionFailure(
                    .noShell,
                    "\(host.name) cannot keep what is run in its spool \(wanted), so nothing was run: \(refusal)")
            }
            try await dispatch.keep(SentCommand(boot: ground.boot, path: nil))
            return try await attached(command, ground, tag, limit, output)
        }
        let errand = Errand(path: dispatch.path(of: place, in: spool), boot: ground.boot)
        try await dispatch.keep(SentCommand(boot: errand.boot, path: errand.path))
        return try await follow(errand, command, tag, limit, counted, sentBefore: false)
    }

    /// The pool closes it, when no step is left that may need it.
    func close() async {}

    /// Sees to it that what was sent long ago, or is only asked for, does not begin now.
    private func callOff(_ errand: Errand, _ command: Command) async throws(SessionFailure) {
        do throws(SessionFailure) {
            _ = try await pool.revoke(errand, on: host, for: command.account, command.become, turn: dispatch.turn)
        } catch {
            throw SessionFailure(error.code, error.message, mayHaveStarted: true)
        }
    }

    /// Sees to it that nothing of earlier tries begins any more, and refuses to go on beside what still runs.
    private func endWith(_ superseded: [SentCommand], _ command: Command) async throws(SessionFailure) {
        for sent in superseded {
            guard let path = sent.path else { continue }
            let errand = Errand(path: path, boot: sent.boot)
            let state = try await pool.revoke(
                errand, on: host, for: command.account, command.become, turn: dispatch.turn)
            guard case .running(let pid) = state else { continue }
            throw SessionFailure(
                .refusedByGuard,
                "an earlier try of this step still runs on \(host.name) (process \(pid)); "
                    + "'firstline run probe' follows it, 'firstline run kill' ends it")
        }
    }

    private var notFoundAgain: SessionFailure {
        SessionFailure(
            .controllerStopped,
            "the controller stopped while it ran, and \(host.name) has no spool to ask: look at the host",
            mayHaveStarted: true)
    }

    /// Where the host keeps nothing: what is lost with the connection is not known.
    private func attached(
        _ command: Command, _ ground: Ground, _ tag: String, _ limit: TimeLimit?, _ output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        do throws(SessionFailure) {
            let end = try await pool.session(to: host, turn: dispatch.turn).execute(
                command, tag: tag, limit: limit, output: output)
            return try await restarted(command, since: ground.boot) ?? end
        } catch {
            guard error.mayHaveStarted, let end = try await restarted(command, since: ground.boot) else {
                guard error.mayHaveStarted, let refusal = ground.refusal else { throw error }
                throw SessionFailure(
                    error.code, "\(error.message); \(host.name) keeps no spool: \(refusal)", mayHaveStarted: true)
            }
            return end
        }
    }

    /// Sends a command until its end is known.
    private func follow(
        _ errand: Errand, _ command: Command, _ tag: String, _ limit: TimeLimit?, _ output: CountedOutput,
        sentBefore: Bool
    ) async throws(SessionFailure) -> Execution {
        var sentBefore = sentBefore
        var seeker = Seeker(clock, patience.seek)
        while true {
            let (began, known) = (clock.elapsed(), await output.counts)
            do throws(SessionFailure) {
                let end = try await confirmed(
                    try await once(errand, command, tag, limit, output, isCancelled: false), errand, command, tag,
                    output)
                return try await restarted(command, since: errand.boot, after: end) ?? end
            } catch {
                if error.code == .hostRebooted, let end = try await restarted(command, since: errand.boot) {
                    return end
                }
                if try await isSettled(error, errand, command, sentBefore: sentBefore) { throw error }
                if let end = try await restarted(command, since: errand.boot) { return end }
                sentBefore = true
                let cameFar = await output.counts != known || clock.elapsed() - began > .seconds(10)
                if error.code == .connectionLost, cameFar { seeker = Seeker(clock, patience.seek) }
                if Task.isCancelled { return try await endUncancelled(errand, command, tag, limit, output) }
                guard await seeker.waits() else { throw error.lost(after: patience.seek) }
            }
        }
    }

    private func once(
        _ errand: Errand, _ command: Command, _ tag: String, _ limit: TimeLimit?, _ output: CountedOutput,
        isCancelled: Bool
    ) async throws(SessionFailure) -> Execution {
        var errand = errand
        (errand.outputOffset, errand.errorOffset) = await output.counts
        let limit = isCancelled ? TimeLimit(.zero, grace: limit?.grace ?? .seconds(5)) : limit
        return try await pool.execute(
            command, as: errand, on: host, tag: tag, limit: limit, output: output, turn: dispatch.turn)
    }

    /// What was ended may have ended by itself just before, and has perhaps written something since it was last asked: the host
    /// tells which, and the rest.
    ///
    /// - Throws: `SessionFailure` when the host could not be asked: then it is not known which.
    private func confirmed(
        _ end: Execution, _ errand: Errand, _ command: Command, _ tag: String, _ output: CountedOutput
    ) async throws(SessionFailure) -> Execution {
        guard end.exit == .killed(completely: true) else { return end }
        let (session, clock, patience) = (self, clock, patience.end)
        // In a task of its own: the one that waits may be cancelled, and would end it anew.
        let told = await Task { () -> Execution? in
            var seeker = Seeker(clock, patience)
            repeat {
                let told = try? await session.once(errand, command, tag, nil, output, isCancelled: false)
                if let told { return told }
            } while await seeker.waits()
            return nil
        }.value
        guard let told else {
            throw SessionFailure(
                .connectionLost,
                "its time had passed, and \(host.name) could not be asked whether it had ended by itself before it was ended",
                mayHaveStarted: true)
        }
        return told
    }

    /// Whether a failure is the last word on a command.
    private func isSettled(
        _ failure: SessionFailure, _ errand: Errand, _ command: Command, sentBefore: Bool
    ) async throws(SessionFailure) -> Bool {
        switch failure.code {
        case .hostRebooted, .notBegun, .launcherEnded, .outputLost: return true
        case _ where failure.mayHaveStarted || sentBefore && failure.code.isUnreachable: return false
        case _ where !sentBefore: return true
        default: break
        }
        // The host refused it now; an earlier sending may still be on its way, and must not begin it after we have said no.
        let state = try? await pool.revoke(errand, on: host, for: command.account, command.become, turn: dispatch.turn)
        return state == .revoked
    }

    /// A person wants its end while the host is lost: it is sought a little longer, to end what runs.
    private func endUncancelled(
        _ errand: Errand, _ command: Command, _ tag: String, _ limit: TimeLimit?, _ output: CountedOutput
    ) async throws(SessionFailure) -> Execution {
        let (session, patience, clock) = (self, patience.end, clock)
        let work = Task { () async -> Result<Execution, SessionFailure> in
            var seeker = Seeker(clock, patience)
            while true {
                do throws(SessionFailure) {
                    let end = try await session.once(errand, command, tag, limit, output, isCancelled: true)
                    return .success(try await session.confirmed(end, errand, command, tag, output))
                } catch {
                    guard error.mayHaveStarted || error.code.isUnreachable, error.code != .launcherEnded,
                        await seeker.waits()
                    else { return .failure(error.lost(after: patience)) }
                }
            }
        }
        return try await work.value.get()
    }

    /// Waits for the machine to be up again, where the command starts it anew; nil where it does not, or has failed.
    private func restarted(
        _ command: Command, since boot: String, after end: Execution? = nil
    ) async throws(SessionFailure) -> Execution? {
        guard let limit = command.reboots, end == nil || end?.exit == .code(0) else { return nil }
        var seeker = Seeker(clock, limit)
        repeat {
            let ground = try? await pool.ground(
                of: host, for: command.account, command.become, afresh: true, turn: dispatch.turn)
            if let ground, ground.boot != boot {
                return Execution(exit: .rebooted, outputFile: end?.outputFile ?? [])
            }
        } while await seeker.waits()
        throw SessionFailure(
            .timeLimit, "\(host.name) was not started anew and up again within \(limit.written)", mayHaveStarted: true)
    }
}

extension SessionFailure {
    /// The same, after the host was sought in vain.
    fileprivate func lost(after patience: Duration) -> SessionFailure {
        SessionFailure(code, "\(message); it was sought for \(patience.written)", mayHaveStarted: true)
    }
}

/// How long to seek, at a pace that slows down.
private struct Seeker {
    private let clock: EngineClock
    private let end: Duration
    private var pace = Duration.milliseconds(250)

    init(_ clock: EngineClock, _ patience: Duration) {
        self.clock = clock
        end = clock.elapsed() + patience
    }

    /// Waits a while; false when there is no patience left.
    mutating func waits() async -> Bool {
        guard clock.elapsed() + pace <= end, !Task.isCancelled else { return false }
        await clock.sleep(pace)
        pace = min(pace * 2, .seconds(5))
        return true
    }
}

/// Counts what a command has written, so that no byte is asked for twice.
private actor CountedOutput: OutputSink {
    private let output: any OutputSink
    private(set) var counts = (output: 0, error: 0)

    init(_ output: any OutputSink) { self.output = output }

    func write(_ bytes: [UInt8], to stream: OutputStream) async {
        await output.write(bytes, to: stream)
        if stream == .standardOutput { counts.output += bytes.count } else { counts.error += bytes.count }
    }

    /// Gives what the step's log has kept to whoever looks at it, as if it were written now.
    func recall() async {
        let log = (output as? WatchedLog)?.log ?? output
        guard let log = log as? StepLog else { return }
        for (stream, bytes) in await log.kept() { await write(bytes, to: stream) }
    }
}
