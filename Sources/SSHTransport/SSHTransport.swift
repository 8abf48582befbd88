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
    package func open(_ host: Host) async throws(SessionFailure) -> any SpoolingSession {
        let loop = loop(for: host)
        let id = try await loop.thread.wokenByCancellation { () async throws(SessionFailure) in
            try await loop.open(host)
        }
        return SSHSession(loop: loop, connection: id, os: host.os)
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
private struct SSHSession: SpoolingSession {
    let loop: SSHLoop
    let connection: Int
    let os: OperatingSystem

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        try await loop.thread.wokenByCancellation { () async throws(SessionFailure) in
            try await loop.execute(command, tag: tag, limit: limit, output: output, over: connection)
        }
    }

    func execute(
        _ command: Command, as errand: Errand, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        try await loop.thread.wokenByCancellation { () async throws(SessionFailure) in
            try await loop.execute(command, as: errand, tag: tag, limit: limit, output: output, over: connection)
        }
    }

    func ground(for account: String?, become: Become) async throws(SessionFailure) -> Ground {
        // Windows hosts keep nothing: their launcher has no spool.
        if os == .windows { return Ground(boot: "none", spool: nil) }
        return try await loop.thread.wokenByCancellation { () async throws(SessionFailure) in
            try await loop.ask(as: account, become, tellsGround: true, over: connection) {
                (key: String, host: Host) throws(SessionFailure) in
                try LaunchRequest(groundIn: host.connection.spool, key: key)
            }
        }.ground()
    }

    func revoke(_ errand: Errand, account: String?, become: Become) async throws(SessionFailure) -> ErrandState {
        try await ask(account, become) { (key: String, _) throws(SessionFailure) in
            try LaunchRequest(revoking: errand, key: key)
        }.errandState()
    }

    func forget(_ names: [String], in directory: String, keepingFrom day: String, account: String?, become: Become)
        async throws(SessionFailure)
    {
        _ = try await ask(account, become) { (key: String, _) throws(SessionFailure) in
            try LaunchRequest(forgetting: names, in: directory, keepingFrom: day, key: key)
        }
    }

    func close() async { await loop.close(connection) }

    private func ask(
        _ account: String?, _ become: Become,
        _ make: @Sendable (_ key: String, Host) throws(SessionFailure) -> LaunchRequest
    ) async throws(SessionFailure) -> LaunchExchange {
        try await loop.thread.wokenByCancellation { () async throws(SessionFailure) in
            try await loop.ask(as: account, become, over: connection, make)
        }
    }
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
