// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SSHTransport
import TaskKit
import TaskKitTesting
import TestSupport
import Testing

@Suite("Logging in over SSH")
struct LogInTests {
    private static func tells(_ secrets: [String: String]) -> SecretLookup {
        { source, _ throws(SessionFailure) in
            guard case .environment(let name) = source, let secret = secrets[name] else {
                throw SessionFailure(.missingSecret, "no secret at \(source)")
            }
            return secret
        }
    }

    private func failure(_ open: () async throws -> Void) async -> SessionFailure? {
        do {
            try await open()
            return nil
        } catch {
            return error as? SessionFailure
        }
    }

    @Test("a key with a passphrase is unlocked by the secret the inventory names, and a wrong or missing one is told")
    func passphrase() async throws {
        let server = try SharedServer.get()
        let key = server.directory.path + "/locked_key"
        let made = try shell(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", key])
        #expect(made.code == 0)
        let ready = try SSHServer(authorized: [key + ".pub"])
        var host = ready.host()
        host.connection.keyFiles = [key]
        let missing = await failure { _ = try await ready.transport().open(host) }
        #expect(missing?.code == .authentication)
        #expect(missing?.message.contains("is locked, and the inventory names no passphrase") == true)
        host.connection.passphrase = .environment("PHRASE")
        let locked = host
        let wrong = await failure {
            _ = try await ready.transport(secret: LogInTests.tells(["PHRASE": "open barley"])).open(locked)
        }
        #expect(wrong?.message.contains("its passphrase is wrong") == true, "\(String(describing: wrong))")
        let session = try await ready.transport(secret: LogInTests.tells(["PHRASE": "open sesame"])).open(locked)
        #expect(try await session.says("echo in") == "in\n")
        await session.close()
    }

    @Test("an agent's key is used where the inventory names no key file")
    func agent() async throws {
        let server = try SSHServer()
        let socket = server.directory.path + "/agent"
        let agent = try BackgroundProgram(
            ["/usr/bin/ssh-agent", "-D", "-a", socket], log: server.directory.url.appendingPathComponent("agent.log"))
        defer { agent.stop() }
        while !FileManager.default.fileExists(atPath: socket) { await Task.yield() }
        let added = try shell(["/usr/bin/ssh-add", "-q", server.key()], environment: ["SSH_AUTH_SOCK": socket])
        #expect(added.code == 0, "\(added.errors)")
        var host = server.host()
        host.connection.keyFiles = []
        let session = try await server.transport(change: { $0.agentSocket = socket }).open(host)
        #expect(try await session.says("echo in") == "in\n")
        await session.close()
    }

    @Test("a password is sent only where the inventory names one, and a wrong one is told without being shown")
    func password() async throws {
        let user = try TestUser()
        let server = try SSHServer(options: ["PasswordAuthentication yes"])
        var host = server.host(user: user.name)
        host.connection.keyFiles = [server.key("other_key")]
        let without = host
        let denied = await failure { _ = try await server.transport().open(without) }
        #expect(denied?.code == .authentication && denied?.message.contains("password") == false)
        host.connection.password = .environment("WORD")
        let with = host
        let wrong = await failure {
            _ = try await server.transport(secret: LogInTests.tells(["WORD": "not-this-one"])).open(with)
        }
        #expect(wrong?.message.contains("tried: \(server.key("other_key")), password") == true)
        #expect(wrong?.message.contains("not-this-one") == false)
        let session = try await server.transport(secret: LogInTests.tells(["WORD": user.password])).open(with)
        #expect(try await session.says("id -un") == "\(user.name)\n")
        await session.close()
    }

    @Test("a certificate beside the key lets its user in where the key alone does not")
    func certificate() async throws {
        let directory = try TemporaryDirectory()
        let (authority, key) = (directory.path + "/ca", directory.path + "/id")
        for path in [authority, key] {
            _ = try shell(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path])
        }
        let server = try SSHServer(options: ["TrustedUserCAKeys \(authority).pub"])
        var host = server.host()
        host.connection.keyFiles = [key]
        let bare = host
        let denied = await failure { _ = try await server.transport().open(bare) }
        #expect(denied?.code == .authentication)
        let signed = try shell(["/usr/bin/ssh-keygen", "-q", "-s", authority, "-I", "test", "-n", "root", key + ".pub"])
        #expect(signed.code == 0, "\(signed.errors)")
        let session = try await server.transport().open(bare)
        #expect(try await session.says("echo in") == "in\n")
        await session.close()
    }

    @Test("an account that may log in and run nothing is told from one that may not log in")
    func closedAccount() async throws {
        let user = try TestUser(shell: "/usr/sbin/nologin")
        let server = try SSHServer()
        let session = try await server.transport().open(server.host(user: user.name))
        let refused = await failure { _ = try await session.says("echo in") }
        #expect(
            refused?.code == .accountNotAllowed && refused?.mayHaveStarted == false, "\(String(describing: refused))")
        await session.close()
    }

    @Test("sudo gets the password only when it asks, once for all commands of a session")
    func becomeWithPassword() async throws {
        let user = try TestUser(password: "N'x\" $(id) \\ %p", sudo: "ALL=(ALL) ALL")
        let server = try SSHServer()
        var host = server.host(user: user.name)
        let none = try await server.transport().open(host)
        let missing = await failure { _ = try await none.says("id -un", as: "root") }
        #expect(missing?.code == .sudoPassword && missing?.message.contains("becomePassword") == true)
        host.connection.becomePassword = .environment("WORD")
        let session = try await server.transport(secret: LogInTests.tells(["WORD": user.password])).open(host)
        let one = try await session.says("id -un; echo $PPID", as: "root")
        let two = try await session.says("id -un; echo $PPID", as: "root")
        #expect(one.hasPrefix("root\n") && one == two, "each command became root anew: \(one) \(two)")
        #expect(try await session.says("id -un") == "\(user.name)\n")
        await session.close()
    }

    @Test("a wrong password for sudo is tried once and told; an account that sudo is not for is told apart")
    func becomeRefused() async throws {
        let user = try TestUser(sudo: "ALL=(ALL) ALL")
        let stranger = try TestUser()
        let server = try SSHServer()
        for (name, code, words) in [
            (user.name, ReasonCode.becomeFailed, "the password for sudo on web01 is wrong"),
            (stranger.name, .becomeFailed, "the password for sudo on web01 is wrong"),
        ] {
            var host = server.host(user: name)
            host.connection.becomePassword = .environment("WORD")
            let session = try await server.transport(secret: LogInTests.tells(["WORD": "wrong one"])).open(host)
            let refused = await failure { _ = try await session.says("id -un", as: "root") }
            #expect(refused?.code == code && refused?.message.contains(words) == true, "\(String(describing: refused))")
            #expect(refused?.message.contains("wrong one") == false)
            await session.close()
        }
        var host = server.host(user: stranger.name)
        host.connection.becomePassword = .environment("WORD")
        let session = try await server.transport(secret: LogInTests.tells(["WORD": stranger.password])).open(host)
        let refused = await failure { _ = try await session.says("id -un", as: "root") }
        #expect(refused?.code == .accountNotAllowed, "\(String(describing: refused))")
        await session.close()
    }

    @Test(
        "what is missing for sudo or su is said: a password, or a rule for the shell that all work is started through")
    func becomeWithout() async throws {
        let (user, other) = (try TestUser(sudo: "ALL=(ALL) NOPASSWD: /usr/bin/id"), try TestUser())
        let server = try SSHServer()
        let session = try await server.transport().open(server.host(user: user.name))
        let sudo = await failure { _ = try await session.says("id -un", as: "root") }
        #expect(sudo?.code == .sudoPassword && sudo?.mayHaveStarted == false)
        #expect(
            sudo?.message
                == "sudo on web01 wants a password; give becomePassword in the inventory, or let sudoers allow the account "
                + "`NOPASSWD: ALL`, or at least `NOPASSWD: /bin/sh`: all work is started through it, so a rule for single "
                + "programs is not enough")
        var command = Command("/usr/bin/id", ["-un"])
        (command.account, command.become) = (other.name, .su)
        let work = command
        let su = await failure {
            _ = try await session.execute(work, tag: "su", limit: TimeLimit(.seconds(30)), output: NoOutput())
        }
        #expect(su?.code == .sudoPassword && su?.mayHaveStarted == false)
        #expect(
            su?.message.hasPrefix(
                "su on web01 wants the password of the account; give becomePassword in the inventory; it said: ")
                == true,
            "\(String(describing: su))")
        await session.close()
    }

    @Test("su takes the other account's own password")
    func su() async throws {
        let (user, other) = (try TestUser(), try TestUser())
        let server = try SSHServer()
        var host = server.host(user: user.name)
        host.connection.becomePassword = .environment("WORD")
        for (word, isRight) in [(other.password, true), ("wrong one", false)] {
            let session = try await server.transport(secret: LogInTests.tells(["WORD": word])).open(host)
            var command = Command("/usr/bin/id", ["-un"])
            (command.account, command.become) = (other.name, .su)
            let kept = KeptBytes(limit: 100)
            let work = command
            let refused = await failure {
                _ = try await session.execute(work, tag: "su", limit: TimeLimit(.seconds(30)), output: kept)
            }
            if isRight {
                let text = String(decoding: await kept.bytes, as: UTF8.self)
                #expect(refused == nil && text == "\(other.name)\n", "\(String(describing: refused))")
            } else {
                #expect(refused?.code == .becomeFailed, "\(String(describing: refused))")
            }
            await session.close()
        }
    }
}

extension HostSession {
    /// What a shell text writes on standard output.
    func says(_ text: String, as account: String? = nil) async throws -> String {
        let kept = KeptBytes(limit: 100_000)
        var command = Command("/bin/sh", ["-c", text])
        command.account = account
        _ = try await execute(
            command, tag: "says-\(UInt64.random(in: .min ... .max))", limit: TimeLimit(.seconds(30)), output: kept)
        return String(decoding: await kept.bytes, as: UTF8.self)
    }
}
