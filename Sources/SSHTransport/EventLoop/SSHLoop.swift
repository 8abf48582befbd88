// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// Owns the sessions of one loop thread; all of libssh's work happens on it.
actor SSHLoop {
    let thread: LoopThread
    let options: SSHOptions
    let gate: HandshakeGate
    let keys: KeyRing
    private var connections: [Int: SSHConnection] = [:]
    /// The openings of jump hosts; each is awaited by all who need it.
    private var jumps: [HostName: Task<Int, any Error>] = [:]
    private var nextID = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(options: SSHOptions) {
        self.options = options
        thread = LoopThread()
        gate = HandshakeGate(limit: options.handshakes, patience: options.handshakePatience, loop: thread)
        keys = KeyRing(secret: options.secret)
        thread.start()
    }

    deinit { thread.stop() }

    /// Opens a connection, through its jump hosts if it has any.
    func open(_ host: Host) async throws(SessionFailure) -> Int {
        var jump: SSHConnection?
        if let name = host.connection.jump { jump = try await jumpConnection(name, to: host) }
        let (connection, _) = try await attempt(host) { (connection: SSHConnection) async throws(SessionFailure) in
            try await connection.open(through: jump, on: self)
        }
        nextID += 1
        connections[nextID] = connection
        connection.watch(on: self)
        return nextID
    }

    /// Reads a host's key without logging in.
    func scan(_ host: Host) async throws(SessionFailure) -> HostKey {
        var jump: SSHConnection?
        if let name = host.connection.jump { jump = try await jumpConnection(name, to: host) }
        let (connection, key) = try await attempt(host) { (connection: SSHConnection) async throws(SessionFailure) in
            try await connection.scan(through: jump, on: self)
        }
        connection.free()
        return key
    }

    /// Connects; where the host turned the connection away before it spoke, as a busy sshd does, tries again a little later.
    private func attempt<Answer>(
        _ host: Host, _ work: (SSHConnection) async throws(SessionFailure) -> Answer
    ) async throws(SessionFailure) -> (SSHConnection, Answer) {
        var pauses: [Duration] = [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(1), .seconds(2)]
        while true {
            let connection = SSHConnection(host: host, loop: self)
            do throws(SessionFailure) {
                return (connection, try await work(connection))
            } catch {
                connection.free()
                guard connection.wasTurnedAway, !pauses.isEmpty, !Task.isCancelled else { throw error }
            }
            // Not all of those that were turned away together come back together.
            await thread.pause(until: .now + pauses.removeFirst() * Double.random(in: 0.75...1.25))
        }
    }

    func execute(
        _ command: Command, as errand: Errand? = nil, tag: String, limit: TimeLimit?, output: any OutputSink,
        over id: Int
    ) async throws(SessionFailure) -> Execution {
        try await connection(id).execute(command, as: errand, tag: tag, limit: limit, output: output, on: self)
    }

    /// Asks the launcher something that runs nothing; one that is started for it may tell its ground without the question.
    func ask(
        as account: String?, _ become: Become, tellsGround: Bool = false, over id: Int,
        _ make: @Sendable (_ key: String, Host) throws(SessionFailure) -> LaunchRequest
    ) async throws(SessionFailure) -> LaunchExchange {
        let connection = try connection(id)
        let tellsGround = tellsGround && connection.host.connection.spool == nil
        return try await connection.ask(account, become, tellsGround: tellsGround, on: self) {
            (key: String) throws(SessionFailure) in
            try make(key, connection.host)
        }
    }

    private func connection(_ id: Int) throws(SessionFailure) -> SSHConnection {
        guard let connection = connections[id] else {
            throw SessionFailure(.connectionLost, "the session was closed before the command was sent")
        }
        return connection
    }

    func close(_ id: Int) {
        connections.removeValue(forKey: id)?.free()
    }

    /// One connection to each jump host serves all hosts behind it.
    private func jumpConnection(_ name: HostName, to host: Host) async throws(SessionFailure) -> SSHConnection {
        guard let jumpHost = options.jumpHost(name) else {
            throw SessionFailure(.jump, "\(host.name) is reached through \(name), which is not in the inventory")
        }
        while true {
            let opening = jumps[name] ?? Task { try await self.open(jumpHost) }
            jumps[name] = opening
            let id: Int
            do {
                id = try await opening.value
            } catch {
                forget(opening, name)
                throw SessionFailure(.jump, "\(host.name) is reached through \(name), and that failed: \(error)")
            }
            if let connection = connections[id], connection.isAlive { return connection }
            forget(opening, name)
            close(id)
        }
    }

    /// Others may wait for a newer opening meanwhile.
    private func forget(_ opening: Task<Int, any Error>, _ name: HostName) {
        if jumps[name] == opening { jumps[name] = nil }
    }
}
