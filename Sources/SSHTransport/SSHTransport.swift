// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// Opens sessions over SSH, through libssh in this process.
package struct SSHTransport: Sendable {
    private let loops: [SSHLoop]

    /// Makes a transport; its threads start at once and sleep until they are needed.
    package init(_ options: SSHOptions) {
        loops = (0..<max(1, options.threads)).map { _ in SSHLoop(options: options) }
    }

    /// Opens a session: connects, checks the host's key, logs in.
    ///
    /// - Throws: `SessionFailure` with the exact cause.
    package func open(_ host: Host) async throws(SessionFailure) -> any HostSession {
        let loop = loop(for: host)
        let id = try await loop.thread.wokenByCancellation { () async throws(SessionFailure) in
            try await loop.open(host)
        }
        return SSHSession(loop: loop, connection: id)
    }

    /// Reads the key a host shows, without logging in and without believing it.
    ///
    /// - Throws: `SessionFailure` with the exact cause.
    package func scan(_ host: Host) async throws(SessionFailure) -> HostKey {
        try await loop(for: host).scan(host)
    }

    /// Hosts behind one jump host share its thread, because they share its session.
    private func loop(for host: Host) -> SSHLoop {
        let name = host.connection.jump ?? host.name
        let sum = name.rawValue.utf8.reduce(UInt(5381)) { $0 &* 33 &+ UInt($1) }
        return loops[Int(sum % UInt(loops.count))]
    }
}

/// A session that lives on one of the loops.
private struct SSHSession: HostSession {
    let loop: SSHLoop
    let connection: Int

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        try await loop.thread.wokenByCancellation { () async throws(SessionFailure) in
            try await loop.execute(command, tag: tag, limit: limit, output: output, over: connection)
        }
    }

    func close() async { await loop.close(connection) }
}

extension LoopThread {
    /// Does something on the loop, and wakes it when the task is cancelled, so that it sees that.
    fileprivate func wokenByCancellation<Answer: Sendable>(
        _ work: @Sendable () async throws(SessionFailure) -> Answer
    ) async throws(SessionFailure) -> Answer {
        let result = await withTaskCancellationHandler { () async -> Result<Answer, SessionFailure> in
            do throws(SessionFailure) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            wakeAll()
        }
        return try result.get()
    }
}
