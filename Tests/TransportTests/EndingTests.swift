// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SSHTransport
import TaskKit
import TestSupport
import Testing

@Suite("What is left of a change that was ended")
struct EndingTests {
    /// A machine on which nothing else starts and loses its parent meanwhile.
    private func machine() throws -> SSHServer {
        try SSHServer(prefix: ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc"])
    }

    private func errand(_ session: any SpoolingSession) async throws -> Errand {
        let ground = try await session.ground(for: nil, become: .sudo)
        let spool = try #require(ground.spool)
        return Errand(path: "\(spool)/20260101-ending-\(UInt64.random(in: .min ... .max))", boot: ground.boot)
    }

    @Test("is named when it may be a daemon that a log-in as another account cut off from it, as often as one asks")
    func named() async throws {
        let server = try machine()
        let session = try await server.transport().open(server.host(spool: Model.Host.spool))
        let errand = try await errand(session)
        let script = "su -s /bin/sh - nobody -c 'exec setsid sleep 600 >/dev/null 2>&1 &'; sleep 600"
        for _ in 0..<2 {
            let end = try await session.execute(
                Command("/bin/sh", ["-c", script]), as: errand, tag: "named",
                limit: TimeLimit(.seconds(3), grace: .seconds(1)), output: NoOutput())
            let name = end.remains.drop { $0.isNumber }
            #expect(end.exit == .killed(completely: false) && name == " (sleep)", "\(end)")
        }
        await session.close()
    }

    @Test("is what another account runs that may not be signalled")
    func foreign() async throws {
        let user = try TestUser(sudo: "ALL=(ALL) NOPASSWD: ALL")
        let server = try machine()
        let session = try await server.transport().open(server.host(user: user.name, spool: Model.Host.spool))
        let errand = try await errand(session)
        let end = try await session.execute(
            Command("/bin/sh", ["-c", "sudo -n sh -c \"trap '' TERM; sleep 600\""]), as: errand, tag: "foreign",
            limit: TimeLimit(.seconds(3), grace: .seconds(1)), output: NoOutput())
        #expect(end.exit == .killed(completely: false) && end.remains.contains("(sleep)"), "\(end)")
        await session.close()
    }

    @Test("is nothing when all of it was found, and then that is said")
    func nothing() async throws {
        let server = try machine()
        let session = try await server.transport().open(server.host(spool: Model.Host.spool))
        let errand = try await errand(session)
        let script = "(env -i setsid sleep 600 >/dev/null 2>&1 &); sleep 600"
        for _ in 0..<2 {
            let end = try await session.execute(
                Command("/bin/sh", ["-c", script]), as: errand, tag: "nothing",
                limit: TimeLimit(.seconds(3), grace: .seconds(1)), output: NoOutput())
            #expect(end == Execution(exit: .killed(completely: true)), "\(end)")
        }
        await session.close()
    }
}
