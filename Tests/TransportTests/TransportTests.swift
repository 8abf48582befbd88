// SPDX-License-Identifier: Apache-2.0

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

@Suite("Every transport")
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
}

extension Host {
    static let here: Host = {
        var connection = Connection(address: "localhost")
        connection.transport = .local
        return Host(name: "here", connection: connection)
    }()
}

/// One server for all tests that do not need one of their own.
enum SharedServer {
    private static let server = Result { try SSHServer() }
    static func get() throws -> SSHServer { try server.get() }
}

extension SSHServer {
    /// A transport that knows this server's key, unless told otherwise.
    func transport(
        knows keys: [HostKey]? = nil, jumps: [Host] = [], secret: @escaping SecretLookup = noSecret,
        change: (inout SSHOptions) -> Void = { _ in }
    ) -> SSHTransport {
        let known = keys ?? [hostKey]
        var options = SSHOptions(
            defaultUser: "root", hostKeys: { _ in known }, secret: secret,
            jumpHost: { name in jumps.first { $0.name == name } })
        change(&options)
        return SSHTransport(options)
    }
}
