// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// The sessions of a run: one a host, opened when first needed, shared by all lanes and steps there, closed when no step is left.
///
/// Where lanes wait for a place, the ways to their hosts are opened ahead, so that hosts that are down have been found out by
/// the time it is their turn and hold up nobody.
actor SessionPool {
    /// A way to a host that was opened, or is being opened.
    private struct Opening {
        let number: Int
        let task: Task<Result<any HostSession, SessionFailure>, Never>
        /// Whether a command has been sent over it.
        var wasUsed = false
    }

    /// Hosts whose way may be opened ahead at the same time.
    private static let mostAhead = 256

    private let open: SessionOpener
    private var openings: [HostName: Opening] = [:]
    /// Hosts whose way was opened ahead and has not been used.
    private var ahead: Set<HostName> = []
    private var nextNumber = 0
    /// Steps that may still need a host.
    private var stepsLeft: [HostName: Int]

    init(open: @escaping SessionOpener, stepsLeft: [HostName: Int]) {
        self.open = open
        self.stepsLeft = stepsLeft
    }

    /// The way to a host, for one step.
    nonisolated func session(to host: Host) -> any HostSession { PooledSession(pool: self, host: host) }

    /// Opens the way to a host whose turn has not come yet.
    func prepare(_ host: Host) {
        guard openings[host.name] == nil, ahead.count < SessionPool.mostAhead else { return }
        ahead.insert(host.name)
        _ = opening(to: host)
    }

    /// A step on a host has ended; after the last one its session is closed.
    func stepEnded(on host: HostName) async {
        guard let left = stepsLeft[host] else { return }
        stepsLeft[host] = left - 1
        if left == 1 { await close(host) }
    }

    func closeAll() async {
        for host in Array(openings.keys) { await close(host) }
    }

    private func close(_ host: HostName) async {
        ahead.remove(host)
        guard let opening = openings.removeValue(forKey: host) else { return }
        opening.task.cancel()
        if case .success(let session) = await opening.task.value { await session.close() }
    }

    private func opening(to host: Host) -> Opening {
        if let opening = openings[host.name] { return opening }
        nextNumber += 1
        let task = Task { [open] in
            do throws(SessionFailure) {
                return Result<any HostSession, SessionFailure>.success(try await open(host))
            } catch {
                return .failure(error)
            }
        }
        let opening = Opening(number: nextNumber, task: task)
        openings[host.name] = opening
        return opening
    }

    /// Forgets one opening; a newer one to the same host stays.
    fileprivate func forget(_ number: Int, _ host: HostName) async {
        guard openings[host]?.number == number else { return }
        await close(host)
    }

    /// A session to a host, its number, and whether somebody has used it before.
    ///
    /// One that could not be opened is tried anew by the next who asks.
    fileprivate func take(_ host: Host) async throws(SessionFailure) -> (
        session: any HostSession, number: Int, wasUsed: Bool
    ) {
        let opening = opening(to: host)
        ahead.remove(host.name)
        openings[host.name]?.wasUsed = true
        let result = await withTaskCancellationHandler {
            await opening.task.value
        } onCancel: {
            opening.task.cancel()
        }
        if case .failure = result, openings[host.name]?.number == opening.number { openings[host.name] = nil }
        return (try result.get(), opening.number, opening.wasUsed)
    }
}

/// A host's session as a step sees it.
///
/// One that broke while nobody used it is replaced: a firewall may have dropped it while the run waited for a person.
private struct PooledSession: HostSession {
    let pool: SessionPool
    let host: Host

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        let (session, number, wasUsed) = try await pool.take(host)
        do throws(SessionFailure) {
            return try await session.execute(command, tag: tag, limit: limit, output: output)
        } catch {
            guard error.code == .connectionLost else { throw error }
            await pool.forget(number, host.name)
            guard wasUsed, !error.mayHaveStarted, !Task.isCancelled else { throw error }
            return try await pool.take(host).session.execute(command, tag: tag, limit: limit, output: output)
        }
    }

    /// The pool closes it, when no step is left that may need it.
    func close() async {}
}
