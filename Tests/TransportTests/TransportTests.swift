// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalTransport
import Model
import SSHTransport
import TaskKit
import TaskKitTesting
import TestSupport
import Testing

let noSecret: SecretLookup = { source, _ throws(SessionFailure) in
    throw SessionFailure(.missingSecret, "no secret at \(source)")
}

@Suite("Every transport", .serialized)
struct EveryTransportTests {
    @Test("on this machine", arguments: TransportChecks.all)
    func local(check: TransportChecks.Check) async throws {
        try await check.run(LocalTransport(user: "root", secret: noSecret).open(.here))
    }

    @Test("over SSH", arguments: TransportChecks.all)
    func ssh(check: TransportChecks.Check) async throws {
        let server = try SharedServer.get()
        let session = try await server.transport().open(server.host())
        defer { Task { await session.close() } }
        try await check.run(session)
    }

    @Test("on this machine, each command in the spool", arguments: TransportChecks.all.filter(\.holdsOfErrands))
    func localSpool(check: TransportChecks.Check) async throws {
        try await check.run(EveryCommandSpooled(LocalTransport(user: "root", secret: noSecret).open(.here)))
    }

    @Test("over SSH, each command in the spool", arguments: TransportChecks.all.filter(\.holdsOfErrands))
    func sshSpool(check: TransportChecks.Check) async throws {
        let server = try SharedServer.get()
        let session = try await server.transport().open(server.host(spool: Model.Host.spool))
        defer { Task { await session.close() } }
        try await check.run(EveryCommandSpooled(session))
    }
}

@Suite("The spool", .serialized)
struct SpoolTests {
    /// Every shell the launcher must work with; the last with nothing but its own tools.
    static let shells: [String: [String]] = [
        "dash": ["dash"], "bash": ["bash", "--posix"],
        "busybox": ["env", "PATH=\(LogInShellTests.busyboxTools)", "/bin/busybox", "ash"],
    ]

    @Test("on this machine", arguments: SpoolChecks.all, shells.keys.sorted())
    func local(check: SpoolChecks.Check, shell: String) async throws {
        let transport = LocalTransport(user: "root", secret: noSecret, shell: SpoolTests.shells[shell] ?? [])
        let spool = try TemporaryDirectory()
        var host = Model.Host.here
        host.connection.spool = spool.path
        try await check.run { [host] in transport.open(host) }
    }

    @Test("over SSH", arguments: SpoolChecks.all)
    func ssh(check: SpoolChecks.Check) async throws {
        let server = try SharedServer.get()
        let transport = server.transport()
        try await check.run { try await transport.open(server.host(spool: Model.Host.spool)) }
    }
}

extension Model.Host {
    static let here: Model.Host = {
        var connection = Connection(address: "localhost")
        connection.transport = .local
        connection.spool = spool
        return Model.Host(name: "here", connection: connection)
    }()

    /// Where all accounts of this machine may keep a spool during the tests.
    static var spool: String { (try? spoolDirectory.get().path) ?? "/nowhere" }

    private static let spoolDirectory = Result<TemporaryDirectory, any Error> {
        let directory = try TemporaryDirectory("firstline-spool")
        chmod(directory.path, 0o1777)
        return directory
    }
}

/// One server for all tests that do not need one of their own.
enum SharedServer {
    private static let server = Result { try SSHServer() }
    static func get() throws -> SSHServer { try server.get() }
}

extension SSHServer {
    /// A transport that knows this server's key, unless told otherwise.
    func transport(
        knows keys: [HostKey]? = nil, jumps: [Model.Host] = [], secret: @escaping SecretLookup = noSecret,
        change: (inout SSHOptions) -> Void = { _ in }
    ) -> SSHTransport {
        let known = keys ?? [hostKey]
        var options = SSHOptions(
            defaultUser: "root", hostKeys: { _ in known }, secret: secret,
            jumpHost: { name in jumps.first { $0.name == name } })
        // A machine under load answers late; a test of these limits sets its own.
        options.connectLimit = .seconds(120)
        options.loginLimit = .seconds(300)
        options.launchLimit = .seconds(300)
        change(&options)
        return SSHTransport(options)
    }
}
