// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SSHTransport
import TaskKit
import TestSupport
import Testing

@Suite("Hosts that are not what they should be")
struct ReachTests {
    private func failure(_ open: () async throws -> Void) async -> SessionFailure? {
        do {
            try await open()
            return nil
        } catch {
            return error as? SessionFailure
        }
    }

    @Test("an unknown and a changed host key end the connection before anything is sent")
    func hostKeys() async throws {
        let server = try SSHServer()
        let unknown = await failure { _ = try await server.transport(knows: []).open(server.host()) }
        #expect(unknown?.code == .unknownHostKey && unknown?.message.contains(server.hostKey.fingerprint) == true)
        let other = try SSHServer().hostKey
        let changed = await failure { _ = try await server.transport(knows: [other]).open(server.host()) }
        #expect(changed?.code == .changedHostKey)
        for part in ["HAS CHANGED", other.fingerprint, server.hostKey.fingerprint, "trust --replace web01"] {
            #expect(changed?.message.contains(part) == true, "\(part) is missing in \(String(describing: changed))")
        }
    }

    @Test("a host behind a jump host is reached through it, and its own key is checked")
    func jump() async throws {
        let (outer, inner) = (try SSHServer(), try SSHServer())
        let jump = outer.host("jump")
        var host = inner.host("inner")
        host.connection.jump = "jump"
        host.connection.address = "127.0.9.9"
        let knowsBoth = outer.transport(knows: [outer.hostKey, inner.hostKey], jumps: [jump])
        let session = try await knowsBoth.open(host)
        // The inner server sees the jump host's address, not ours, and its own.
        #expect(try await session.says("echo ${SSH_CONNECTION##* 127.0.9.9 }") == "\(inner.port)\n")
        let big = try await session.says("head -c 90000 /dev/zero | tr '\\0' x")
        #expect(big.utf8.count == 90_000)
        await session.close()
        let knowsOuter = outer.transport(knows: [outer.hostKey], jumps: [jump])
        let unknown = await failure { _ = try await knowsOuter.open(host) }
        #expect(unknown?.code == .changedHostKey, "\(String(describing: unknown))")
    }

    @Test("a session that was closed leaves no open socket, nor does one that was refused")
    func closesSockets() async throws {
        let server = try SSHServer()
        for _ in 1...3 { try await server.transport().open(server.host()).close() }
        let refused = await failure { _ = try await server.transport(knows: []).open(server.host()) }
        #expect(refused?.code == .unknownHostKey)
        // Columns of the kernel's list: local and remote address in hexadecimal, state (1 = open, 8 = only the host has closed).
        let port = ":" + String(server.port, radix: 16, uppercase: true)
        let table = try String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8).split(separator: "\n")
        let rows = table.map { $0.split(separator: " ") }
        let open = rows.filter { $0[2].hasSuffix(port) && ["01", "08"].contains($0[3]) }
        #expect(open.isEmpty, "\(open)")
    }

    @Test("a server is taken leave of, so that it need not find out that the session has ended")
    func farewell() async throws {
        let server = try SSHServer(options: ["LogLevel INFO"])
        let session = try await server.transport().open(server.host())
        #expect(try await session.says("echo done") == "done\n")
        await session.close()
        try await until("the server has seen the end") {
            server.log.contains("Received disconnect") || server.log.contains("closed by")
        }
        #expect(server.log.contains("Received disconnect"), "\(server.log)")
    }

    @Test("a jump host that fails is named, with its own reason; many hosts behind one share its connection")
    func jumpFails() async throws {
        let (outer, inner) = (try SSHServer(), try SSHServer())
        var host = inner.host("inner")
        host.connection.jump = "jump"
        var dead = outer.host("jump")
        dead.connection.port = try freePort()
        let refused = await failure { _ = try await outer.transport(knows: [outer.hostKey], jumps: [dead]).open(host) }
        #expect(refused?.code == .jump)
        #expect(refused?.message.contains("inner is reached through jump, and that failed") == true)
        #expect(refused?.message.contains("refused the connection") == true)
        let missing = await failure { _ = try await outer.transport().open(host) }
        #expect(missing?.message.contains("not in the inventory") == true)
        let transport = outer.transport(knows: [outer.hostKey, inner.hostKey], jumps: [outer.host("jump")])
        try await withThrowingTaskGroup { group in
            for number in 1...8 {
                var one = inner.host("inner\(number)")
                one.connection.jump = "jump"
                let target = one
                group.addTask {
                    let session = try await transport.open(target)
                    #expect(try await session.says("echo \(number)") == "\(number)\n")
                    await session.close()
                }
            }
            try await group.waitForAll()
        }
        let processes = try shell(["/usr/bin/pgrep", "-fc", "sshd: root@notty"])
        #expect(processes.code == 0)
    }

    @Test("a host that does not take the connection is told after the time given for it")
    func connectTimeout() async throws {
        // A listener whose queue is full: the kernel answers no further connection.
        let directory = try TemporaryDirectory()
        let port = try freePort()
        let listener = try BackgroundProgram(
            [
                "/usr/bin/python3", "-c",
                """
                import socket, time
                s = socket.socket(); s.bind(("127.0.0.1", \(port))); s.listen(0)
                held = [socket.socket() for _ in range(4)]
                for c in held: c.setblocking(False); c.connect_ex(("127.0.0.1", \(port)))
                open("\(directory.path)/ready", "w").close()
                time.sleep(600)
                """,
            ], log: directory.url.appendingPathComponent("log"))
        defer { listener.stop() }
        while !FileManager.default.fileExists(atPath: directory.path + "/ready") { await Task.yield() }
        let server = try SharedServer.get()
        var host = server.host()
        host.connection.port = port
        let target = host
        let end = await failure {
            _ = try await server.transport(change: { $0.connectLimit = .milliseconds(300) }).open(target)
        }
        #expect(
            end?.code == .connectTimeout && end?.message.contains("did not answer within 300ms") == true,
            "\(String(describing: end))")
    }

    @Test("a host that stalls or drips in the handshake is told as that, not waited for")
    func slowHandshake() async throws {
        let server = try SharedServer.get()
        for fault in [FaultProxy.Fault.stall, .drip] {
            let proxy = try FaultProxy(fault, to: server.port, afterBytes: 200)
            var host = server.host()
            host.connection.port = proxy.port
            let target = host
            let end = await failure {
                _ = try await server.transport(change: { $0.loginLimit = .milliseconds(500) }).open(target)
            }
            #expect(end?.code == .handshakeTimeout, "\(fault): \(String(describing: end))")
            #expect(end?.message.contains("did not finish the SSH handshake within 500ms") == true)
        }
    }

    @Test(
        "a host that falls silent in the middle of a command is noticed, and what became of the command is not known",
        arguments: [FaultProxy.Fault.stall, .mute, .deaf])
    func fallsSilent(fault: FaultProxy.Fault) async throws {
        let server = try SharedServer.get()
        let proxy = try FaultProxy(fault, to: server.port)
        var host = server.host()
        host.connection.port = proxy.port
        let session = try await server.transport(change: {
            $0.keepAlive = .seconds(2)
            $0.silenceLimit = .seconds(2)
        }).open(host)
        // The launcher runs before: to start it takes a loaded machine longer than the silence that is allowed here.
        _ = try? await session.says("echo ready")
        let heard = FirstOutput { try? proxy.begin() }
        do {
            _ = try await session.execute(
                Command("/bin/sh", ["-c", "echo on; exec sleep 60"]), tag: "silent-\(fault)", limit: nil, output: heard)
            Issue.record("it was told as done")
        } catch {
            #expect(error.code == .connectionLost && error.mayHaveStarted, "\(fault): \(error)")
            #expect(error.message.contains("has been silent for 4s"), "\(error)")
        }
        await session.close()
        _ = try await server.transport().open(server.host()).says(
            "for p in $(grep -lsz FIRSTLINE_ATTEMPT=silent-\(fault) /proc/[0-9]*/environ | tr -dc '0-9\\n'); do kill $p; done"
        )
    }

    @Test("the time it takes to notice a silent host is at most 45 seconds")
    func patience() {
        let options = SSHOptions(
            defaultUser: "root", hostKeys: { _ in [] }, secret: noSecret, jumpHost: { _ in nil })
        #expect(options.keepAlive + options.silenceLimit <= .seconds(45))
    }

    @Test("a connection that breaks is told at once, with whether the command may have begun")
    func breaks() async throws {
        let server = try SharedServer.get()
        let proxy = try FaultProxy(.drop, to: server.port)
        var host = server.host()
        host.connection.port = proxy.port
        let session = try await server.transport().open(host)
        let heard = FirstOutput { try? proxy.begin() }
        do {
            _ = try await session.execute(
                Command("/bin/sh", ["-c", "echo on; exec sleep 30"]), tag: "breaks", limit: nil, output: heard)
            Issue.record("it was told as done")
        } catch {
            #expect(error.code == .connectionLost && error.mayHaveStarted, "\(error)")
        }
        do {
            _ = try await session.says("echo never")
            Issue.record("a broken session worked")
        } catch let failure as SessionFailure {
            #expect(failure.code == .connectionLost && !failure.mayHaveStarted, "\(failure)")
        }
        await session.close()
    }
}

/// Does something when the first output comes.
private actor FirstOutput: OutputSink {
    private var action: (@Sendable () -> Void)?
    init(_ action: @escaping @Sendable () -> Void) { self.action = action }
    func write(_ bytes: [UInt8], to stream: TaskKit.OutputStream) {
        action?()
        action = nil
    }
}
