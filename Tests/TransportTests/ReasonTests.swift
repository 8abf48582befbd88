// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Model
import SSHTransport
import TaskKit
import TestSupport
import Testing

/// What stopped somebody from getting in, as a text.
func refusal(_ open: () async throws -> Void) async -> SessionFailure? {
    do {
        try await open()
        return nil
    } catch {
        return error as? SessionFailure
    }
}

/// A lookup of secrets that knows these.
func telling(_ secrets: [String: String]) -> SecretLookup {
    { source, _ throws(SessionFailure) in
        guard case .environment(let name) = source, let secret = secrets[name] else {
            throw SessionFailure(.missingSecret, "no secret at \(source)")
        }
        return secret
    }
}

/// A listener of its own that does one thing with each connection: Python, where `c` is the connection.
private final class Listener: Sendable {
    let port: Int
    private let program: BackgroundProgram
    private let directory: TemporaryDirectory

    init(_ action: String) throws {
        directory = try TemporaryDirectory()
        port = try freePort()
        let lines = [
            "import socket, struct, sys, threading", "s = socket.create_server(('127.0.0.1', \(port)), backlog=64)",
            "def serve(c):", "    \(action)",
            "while True: threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()",
        ]
        program = try BackgroundProgram(
            ["/usr/bin/python3", "-c", lines.joined(separator: "\n")], log: directory.url.appendingPathComponent("log"))
        for _ in 0..<500 {
            if canConnect(to: port) { return }
            usleep(20_000)
        }
        throw TestFailure("the listener does not listen")
    }

    deinit { program.stop() }

    func host() -> Model.Host {
        var connection = Connection(address: "127.0.0.1")
        connection.port = port
        return Model.Host(name: "odd", connection: connection)
    }
}

@Suite("Why a host could not be reached")
struct ReachReasonTests {
    private func reason(of action: String) async throws -> SessionFailure? {
        let listener = try Listener(action)
        let server = try SharedServer.get()
        return await refusal {
            _ = try await server.transport(change: { $0.connectLimit = .seconds(60) }).open(listener.host())
        }
    }

    @Test("a mail or web server on the port is told at once, with what it said")
    func otherServers() async throws {
        let mail = try await reason(
            of: "c.sendall(b'220 mail.example.org ESMTP Postfix\\r\\n'); c.recv(99); c.recv(99)")
        #expect(mail?.code == .handshake)
        #expect(
            mail?.message.contains(
                " is not an SSH server: it said \"220 mail.example.org ESMTP Postfix\"; is the port right?")
                == true, "\(String(describing: mail))")
        // A web server waits until it is spoken to.
        let web = try await reason(of: "c.recv(99); c.sendall(b'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'); c.recv(99)")
        #expect(web?.code == .handshake && web?.message.contains("it said \"HTTP/1.1 400 Bad Request\"") == true)
        let unknown = try await reason(of: "c.sendall(b'hello\\x1b[31m\\n'); c.close()")
        #expect(unknown?.message.contains("it said \"hello") == true && unknown?.message.contains("\u{1B}") == false)
    }

    @Test("a connection that is reset at once is told as that, and not as a network that cannot be reached")
    func reset() async throws {
        let end = try await reason(
            of: "c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close()")
        #expect(end?.code == .handshake, "\(String(describing: end))")
        #expect(
            end?.message.contains("closed the connection at once") == true
                || end?.message.contains("reset it at once") == true)
    }

    @Test("what sshd says when too many log in at once is shown, also behind a jump host")
    func maxStartups() async throws {
        let full = try SSHServer(options: ["MaxStartups 1:100:1"])
        // Takes the only place for log-ins.
        let holder = try Holder(port: full.port)
        let direct = await refusal { _ = try await full.transport().open(full.host()) }
        #expect(direct?.code == .handshake)
        for words in ["turned the connection away and said \"Exceeded MaxStartups\"", "too many log-ins are under way"]
        {
            #expect(direct?.message.contains(words) == true, "\(String(describing: direct))")
        }
        let jump = try SSHServer()
        var host = full.host()
        host.connection.jump = "jump"
        let inner = host
        let behind = await refusal {
            _ = try await full.transport(knows: [full.hostKey, jump.hostKey], jumps: [jump.host("jump")]).open(inner)
        }
        #expect(behind?.message == direct?.message, "\(String(describing: behind))")
        holder.close()
    }

    @Test(
        "a host that drops some connections before it speaks is tried again, so that all are let in: 40 hosts, 4 log-ins"
    )
    func retried() async throws {
        let server = try SSHServer(options: ["MaxStartups 4:100:4"])
        try await openAll(40, of: server)
    }

    @Test("200 addresses behind one sshd are all reached")
    func oneDaemon() async throws {
        let server = try SSHServer(options: ["MaxStartups 200"])
        try await openAll(200, of: server)
    }

    private func openAll(_ count: Int, of server: SSHServer) async throws {
        let transport = server.transport()
        let failures = await withTaskGroup(of: SessionFailure?.self) { group in
            for number in 1...count {
                let host = server.host("web\(number)", address: "127.0.3.\(number)")
                group.addTask { await refusal { try await transport.open(host).close() } }
            }
            return await group.reduce(into: [SessionFailure]()) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(failures.isEmpty, "\(failures.count) of \(count): \(failures.first?.message ?? "")")
    }

    @Test("a jump host that forbids the way says which settings of its sshd to look at")
    func forbidden() async throws {
        let jump = try SSHServer(options: ["AllowTcpForwarding no"])
        let server = try SharedServer.get()
        var host = server.host("inner")
        host.connection.jump = "jump"
        let inner = host
        let end = await refusal {
            _ = try await server.transport(knows: [jump.hostKey, server.hostKey], jumps: [jump.host("jump")]).open(
                inner)
        }
        #expect(end?.code == .jump)
        for words in ["jump forbids connections to 127.0.0.1:\(server.port)", "AllowTcpForwarding", "PermitOpen"] {
            #expect(end?.message.contains(words) == true, "\(words) is missing in \(String(describing: end))")
        }
    }

    @Test("a connection to a host that says nothing ends with the attempt, also behind a jump host")
    func silentBehindJump() async throws {
        let marks = try TemporaryDirectory()
        let silent = try Listener("c.recv(99); c.recv(99); open('\(marks.path)/' + str(id(c)), 'w')")
        let jump = try SSHServer()
        var host = silent.host()
        host.connection.jump = "jump"
        let transport = jump.transport(jumps: [jump.host("jump")], change: { $0.connectLimit = .seconds(5) })
        for _ in 0..<2 {
            let end = await refusal { [host] in _ = try await transport.open(host) }
            #expect(end?.code == .handshakeTimeout, "\(String(describing: end))")
        }
        // The jump host's own connection stays, and what it carried does not.
        try await until("both are gone") { try FileManager.default.contentsOfDirectory(atPath: marks.path).count >= 2 }
        #expect(try FileManager.default.contentsOfDirectory(atPath: marks.path).count == 2)
    }

    @Test("targets behind one jump host that fail at the same time in different ways each have their own reason")
    func ownReasons() async throws {
        let closed = try freePort()
        let jump = try SSHServer(options: ["PermitOpen 127.0.0.1:\(closed)"])
        let transport = jump.transport(jumps: [jump.host("jump")])
        var down = jump.host("down")
        (down.connection.port, down.connection.jump) = (closed, "jump")
        var forbidden = jump.host("forbidden")
        forbidden.connection.jump = "jump"
        let targets = (1...8).map { $0 % 2 == 0 ? down : forbidden }
        let ends = await withTaskGroup(of: (HostName, String).self) { group in
            for target in targets {
                group.addTask { (target.name, await refusal { _ = try await transport.open(target) }?.message ?? "") }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for (name, message) in ends {
            let words = name == "down" ? "could not connect to 127.0.0.1:\(closed): Connection refused" : "PermitOpen"
            #expect(message.contains(words), "\(name): \(message)")
        }
    }

    @Test("a server with old algorithms only is told with what to do; where the inventory says so, it is reached")
    func oldAlgorithms() async throws {
        let server = try oldServer()
        var host = server.host()
        let strict = host
        let refused = await refusal { _ = try await server.transport().open(strict) }
        #expect(refused?.code == .handshake)
        for words in ["diffie-hellman-group14-sha1", "oldAlgorithms: true"] {
            #expect(refused?.message.contains(words) == true, "\(words) is missing in \(String(describing: refused))")
        }
        host.connection.oldAlgorithms = true
        let session = try await server.transport().open(host)
        #expect(try await session.says("echo in") == "in\n")
        await session.close()
    }

    @Test("a server that knows only what is newer than this program is told with what its sshd is to allow")
    func newAlgorithms() async throws {
        let server = try SSHServer(options: ["KexAlgorithms sntrup761x25519-sha512@openssh.com"])
        let refused = await refusal { _ = try await server.transport().open(server.host()) }
        #expect(
            refused?.message.contains("KexAlgorithms") == true && refused?.message.contains("curve25519-sha256") == true
        )
        #expect(refused?.message.contains("oldAlgorithms") == false, "\(String(describing: refused))")
    }
}

/// What an sshd of 2011 offers.
private func oldServer() throws -> SSHServer {
    try SSHServer(options: [
        "KexAlgorithms diffie-hellman-group14-sha1,diffie-hellman-group1-sha1", "Ciphers aes128-cbc,3des-cbc",
        "MACs hmac-sha1", "HostKeyAlgorithms ssh-rsa,ssh-ed25519",
    ])
}

private func connected(to port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = UInt16(port).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard code == 0 else { throw TestFailure("nothing listens on \(port)") }
    return descriptor
}

/// Holds a connection to a server and says nothing.
private final class Holder: Sendable {
    private let socket: Int32

    init(port: Int) throws {
        // Whoever looked whether the server listens may still have the place.
        for _ in 0..<500 {
            let descriptor = try connected(to: port)
            var byte: UInt8 = 0
            // The S of its version: now sshd waits for ours.
            if recv(descriptor, &byte, 1, 0) == 1, byte == UInt8(ascii: "S") {
                socket = descriptor
                return
            }
            _ = Glibc.close(descriptor)
            usleep(20_000)
        }
        throw TestFailure("cannot hold a log-in")
    }

    func close() { _ = Glibc.close(socket) }
}

@Suite("Why a host did not let us in")
struct LogInReasonTests {
    private func makeKey(_ path: String, passphrase: String = "") throws {
        let made = try shell(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", path])
        guard made.code == 0 else { throw TestFailure("ssh-keygen: \(made.errors)") }
    }

    @Test("with more keys in the agent than the host lets be tried, it is told at once, with how many and what to do")
    func manyKeys() async throws {
        let server = try SSHServer()
        let socket = server.directory.path + "/agent"
        let agent = try BackgroundProgram(
            ["/usr/bin/ssh-agent", "-D", "-a", socket], log: server.directory.url.appendingPathComponent("agent.log"))
        defer { agent.stop() }
        try await until("the agent listens") { FileManager.default.fileExists(atPath: socket) }
        for number in 1...8 {
            try makeKey(server.directory.path + "/many\(number)")
            let added = try shell(
                ["/usr/bin/ssh-add", "-q", server.directory.path + "/many\(number)"],
                environment: ["SSH_AUTH_SOCK": socket])
            #expect(added.code == 0, "\(added.errors)")
        }
        var host = server.host()
        host.connection.keyFiles = []
        let target = host
        let end = await refusal { _ = try await server.transport(change: { $0.agentSocket = socket }).open(target) }
        #expect(end?.code == .authentication, "\(String(describing: end))")
        for words in [
            "Too many authentication failures", "6 keys of the agent", "MaxAuthTries", "key: in the inventory",
        ] {
            #expect(end?.message.contains(words) == true, "\(words) is missing in \(String(describing: end))")
        }
    }

    @Test("a key file that is missing or locked is passed over for the next one; where none lets in, it is told why")
    func passedOver() async throws {
        let server = try SSHServer()
        let (missing, locked) = (server.directory.path + "/no-such-key", server.directory.path + "/locked")
        try makeKey(locked, passphrase: "open sesame")
        var host = server.host()
        host.connection.keyFiles = [missing, locked, server.key()]
        let session = try await server.transport().open(host)
        #expect(try await session.says("echo in") == "in\n")
        await session.close()
        host.connection.keyFiles = [missing, locked, server.key("other_key")]
        let target = host
        let end = await refusal { _ = try await server.transport().open(target) }
        #expect(end?.code == .authentication)
        for words in [
            "tried: \(server.key("other_key"))", "\(missing) cannot be read: No such file or directory",
            "\(locked) is locked, and the inventory names no passphrase",
        ] {
            #expect(end?.message.contains(words) == true, "\(words) is missing in \(String(describing: end))")
        }
    }

    @Test("a key file that others may read is refused, with what to do")
    func openToOthers() async throws {
        let server = try SSHServer()
        let key = server.key()
        #expect(chmod(key, 0o644) == 0)
        let end = await refusal { _ = try await server.transport().open(server.host()) }
        #expect(end?.code == .authentication)
        #expect(
            end?.message.contains("\(key) may be read by others (mode 0644); say 'chmod 600 \(key)'") == true,
            "\(String(describing: end))")
        #expect(chmod(key, 0o600) == 0)
        try await server.transport().open(server.host()).close()
    }

    @Test("a pipe, a directory or a huge file in a key's place is refused at once and holds up nobody")
    func noKeyFiles() async throws {
        let server = try SSHServer()
        let (pipe, huge) = (server.directory.path + "/pipe", server.directory.path + "/huge")
        #expect(mkfifo(pipe, 0o600) == 0)
        _ = try server.directory.write(String(repeating: "x", count: 2 << 20), to: "huge", mode: 0o600)
        // A certificate beside a good key may be a pipe as well.
        #expect(mkfifo(server.key() + "-cert.pub", 0o600) == 0)
        var host = server.host()
        host.connection.keyFiles = [pipe, huge, server.directory.path, server.key("other_key")]
        let target = host
        let end = await refusal { _ = try await server.transport().open(target) }
        for words in [
            "\(pipe) is not a regular file", "\(huge) is too large for a key",
            "\(server.directory.path) is not a regular file",
        ] {
            #expect(end?.message.contains(words) == true, "\(words) is missing in \(String(describing: end))")
        }
        try await server.transport().open(server.host()).close()
    }

    @Test(
        "a locked key is open for those with its passphrase only, in whatever order the hosts come",
        arguments: [true, false])
    func passphrases(rightFirst: Bool) async throws {
        let server = try SSHServer()
        let key = server.directory.path + "/locked"
        try makeKey(key, passphrase: "open sesame")
        let ready = try SSHServer(authorized: [key + ".pub"])
        let transport = ready.transport(secret: telling(["RIGHT": "open sesame", "WRONG": "open barley"]))
        for name in rightFirst ? ["RIGHT", "WRONG", "RIGHT"] : ["WRONG", "RIGHT", "WRONG"] {
            var host = ready.host()
            host.connection.keyFiles = [key]
            host.connection.passphrase = .environment(name)
            let target = host
            let end = await refusal { try await transport.open(target).close() }
            #expect((end == nil) == (name == "RIGHT"), "\(name): \(String(describing: end))")
            if name == "WRONG" { #expect(end?.message.contains("its passphrase is wrong") == true) }
        }
    }

    @Test("a certificate that is out of date, or for other accounts, is told as that")
    func certificates() async throws {
        let directory = try TemporaryDirectory()
        let (authority, key) = (directory.path + "/ca", directory.path + "/id")
        for path in [authority, key] { try makeKey(path) }
        let server = try SSHServer(options: ["TrustedUserCAKeys \(authority).pub"])
        for (options, words) in [
            (["-n", "root", "-V", "20200101000000Z:20200102000000Z"], "expired at 2020-01-02T00:00:00"),
            (["-n", "root", "-V", "20990101000000Z:20990102000000Z"], "is valid only from 2099-01-01T00:00:00"),
            (["-n", "deploy,backup"], "is for deploy, backup, not for root"),
            (["-h", "-n", "root"], "is a host's, not a user's"),
        ] {
            let signed = try shell(
                ["/usr/bin/ssh-keygen", "-q", "-s", authority, "-I", "test"] + options + [key + ".pub"])
            #expect(signed.code == 0, "\(signed.errors)")
            var host = server.host()
            host.connection.keyFiles = [key]
            let target = host
            let end = await refusal { _ = try await server.transport().open(target) }
            #expect(end?.code == .authentication)
            #expect(
                end?.message.contains("the certificate \(key)-cert.pub \(words)") == true, "\(String(describing: end))")
        }
    }

    @Test(
        "an expired password and an expired account are told in the host's own words, and no new password is ever set")
    func expired() async throws {
        let user = try TestUser(password: "Uncommon-word-71")
        let server = try SSHServer(
            options: ["UsePAM yes", "KbdInteractiveAuthentication yes"], authorized: [])
        var host = server.host(user: user.name)
        host.connection.password = .environment("WORD")
        host.connection.keyFiles = [server.key("other_key")]
        let byPassword = host
        let transport = server.transport(secret: telling(["WORD": user.password]))
        #expect(try shell(["/usr/bin/chage", "-d", "0", user.name]).code == 0)
        let old = await refusal { _ = try await transport.open(byPassword) }
        #expect(old?.code == .authentication)
        for words in [
            "the password of \(user.name) has expired", "You are required to change your password immediately",
        ] {
            #expect(old?.message.contains(words) == true, "\(words) is missing in \(String(describing: old))")
        }
        #expect(try shell(["/usr/bin/chage", "-d", "2026-01-01", "-E", "2020-01-01", user.name]).code == 0)
        let account = await refusal { _ = try await server.transport().open(server.host(user: user.name)) }
        #expect(account?.code == .authentication)
        #expect(
            account?.message.contains("Your account has expired") == true, "\(String(describing: account))")
        #expect(try shell(["/usr/bin/chage", "-E", "-1", user.name]).code == 0)
        try await transport.open(byPassword).close()
    }
}
