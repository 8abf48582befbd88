// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Hosts that cannot be worked on", .serialized)
struct ReasonTests {
    private let check = "tasks:\n  look: {type: RunProgram, effect: check, with: {program: /bin/true}}\n"

    private func reason(_ product: Product, on: String) throws -> (code: Int32, reason: String, message: String) {
        let job = try product.playbook("look", check)
        let ended = try product.run("run", job, "--on", on, "-o", "json", "--quiet")
        let target = try ended.json().targets[0]
        return (ended.code, target.text("reason"), target.text("message"))
    }

    @Test("a refused connection, a name that does not exist and a wrong key are each named")
    func unreachable() throws {
        let free = try freePort()
        let server = try SSHServer()
        let product = try Product(
            hosts: 1, server: server,
            extra: """
                  closed: {address: 127.0.0.1, port: \(free), user: root}
                  nameless: {address: no-such-name.invalid, user: root}
                  keyless: {address: 127.0.1.1, port: \(server.port), user: root, key: \(server.key("other_key"))}
                """)
        #expect(try reason(product, on: "closed").reason == "connection-refused")
        #expect(try reason(product, on: "nameless").reason == "name-not-found")
        let denied = try reason(product, on: "keyless")
        #expect(denied.code == 4 && denied.reason == "authentication-failed")
        #expect(denied.message.contains("did not let root log in; tried: \(server.key("other_key"))"))
    }

    @Test("an unknown host key is refused before anything is sent, and the message says how to trust it")
    func unknownKey() throws {
        let product = try Product(hosts: 1, trusts: false)
        let end = try reason(product, on: "web01")
        #expect(end.code == 4 && end.reason == "host-key-unknown")
        #expect(end.message.contains("SHA256:") && end.message.contains("firstline host trust web01"))
    }

    @Test("a host that takes the connection and never speaks is told from one that is not there")
    func silent() throws {
        let port = try freePort()
        let directory = try TemporaryDirectory()
        let listener = try BackgroundProgram(
            [
                "/usr/bin/python3", "-c",
                "import socket,time\ns=socket.create_server(('127.0.0.1',\(port)),backlog=64)\ntime.sleep(600)",
            ],
            log: directory.url.appendingPathComponent("log"))
        defer { listener.stop() }
        let product = try Product(hosts: 1, extra: "  mute: {address: 127.0.0.1, port: \(port), user: root}\n")
        try product.wait("the listener listens") { canConnect(to: port) }
        let end = try reason(product, on: "mute")
        #expect(end.reason == "handshake-timeout" && end.message.contains("said nothing within 10s"), "\(end)")
    }

    @Test("an account that may log in and run nothing, and one that needs a password for sudo, are named")
    func accounts() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook(
            "as", "tasks:\n  a: {type: RunProgram, effect: check, account: nosuchaccount, with: {program: /bin/true}}\n"
        )
        let ended = try product.run("run", job, "--on", "web01", "-o", "json", "--quiet")
        #expect(try ended.json().targets[0].text("reason") == "account-not-allowed")
        #expect(ended.code == 2)
    }
}
