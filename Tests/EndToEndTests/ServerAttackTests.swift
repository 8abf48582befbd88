// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

/// Clients that ask a server as nobody should: `http-attack.py`, whose head says what there is.
private struct Attack {
    private static let script = Product.repository.appendingPathComponent("Tests/Support/http-attack.py").path

    /// Runs an attack to its end and returns what it saw.
    static func run(_ mode: String, _ address: String, _ number: Int = 1) throws -> String {
        let ended = try shell(["/usr/bin/python3", script, mode, address, String(number)])
        #expect(ended.code == 0, "\(ended.errors)")
        return ended.output
    }

    /// Opens connections that stay open until `stop()`: idle, or with requests that come slowly.
    static func hold(
        _ number: Int, _ mode: String = "idle", at address: String, _ product: Product
    ) throws -> BackgroundProgram {
        let log = product.directory.url.appendingPathComponent("\(mode)-\(UUID().uuidString.prefix(6)).log")
        let program = try BackgroundProgram(["/usr/bin/python3", script, mode, address, String(number)], log: log)
        try product.wait("\(number) connections are open") {
            try String(contentsOf: log, encoding: .utf8).contains("ready")
        }
        return program
    }
}

@Suite("A server that is attacked", .serialized)
struct ServerAttackTests {
    private func job(_ product: Product) throws -> String {
        try product.playbook(
            "look", "tasks:\n  look: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
    }

    /// A file of /proc about the server.
    private func status(_ server: RunningServer, _ name: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(server.process.processIdentifier)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + ":") })
        return try #require(Int(line.filter(\.isNumber)))
    }

    @Test("answers and runs while 1,500 idle connections are tried at each of its doors")
    func idleConnections() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        let job = try job(product)
        let idle = try [
            Attack.hold(1500, at: server.statusAddress, product), Attack.hold(1500, at: server.socket, product),
        ]
        defer { for program in idle { program.stop() } }
        #expect(try server.get("/healthz") == "ok\n\n200")
        let ran = try product.run("run", job, "--on", "web01")
        #expect(ran.code == 0, "\(ran.errors) \(server.said)")
        let metrics = try server.get("/metrics")
        let open = try #require(metrics.split(separator: "\n").first { $0.hasPrefix("process_open_fds ") })
        #expect(try #require(Int(open.split(separator: " ")[1])) < 500, "\(open)")
        #expect(server.end(SIGTERM) == 0)
    }

    @Test("goes on when it may open few files and more connections come than that")
    func fewFiles() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product, files: 96)
        let idle = try [
            Attack.hold(200, at: server.statusAddress, product), Attack.hold(200, at: server.socket, product),
        ]
        defer { for program in idle { program.stop() } }
        #expect(try server.get("/healthz") == "ok\n\n200")
        let ran = try product.run("run", job(product), "--on", "web01")
        #expect(ran.code == 0, "\(ran.errors) \(server.said)")
        #expect(server.end(SIGTERM) == 0)
    }

    @Test(
        "answers and runs while another account has 300 requests that come slowly at each of its doors",
        .enabled(if: getuid() == 0, "only root becomes another"))
    func slowBodies() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        let job = try job(product)
        let slow = try [
            Attack.hold(300, "slow", at: server.statusAddress, product),
            Attack.hold(300, "slow", at: server.socket, product),
        ]
        defer { for program in slow { program.stop() } }
        for _ in 0..<10 { #expect(try server.get("/healthz") == "ok\n\n200") }
        let ran = try product.run("run", job, "--on", "web01")
        #expect(ran.code == 0, "\(ran.errors) \(server.said)")
        #expect(server.end(SIGTERM) == 0)
    }

    @Test("ends requests that come byte by byte")
    func drips() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        #expect(try Attack.run("drip", server.statusAddress, 50) == "still open: 0\n")
        #expect(try Attack.run("drip", server.socket, 50) == "still open: 0\n")
        #expect(try product.run("run", job(product), "--on", "web01").code == 0, "\(server.said)")
    }

    @Test("refuses bodies that are too large, and needs little memory for many large ones at once")
    func bodies() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        let before = try status(server, "VmHWM")
        // Every second one is sent where 1 MB is the most.
        let statuses = try Attack.run("bodies", server.socket, 6).split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(statuses.count == 6 && statuses.count { $0 == "413" } == 3, "\(statuses)")
        #expect(statuses.allSatisfy { ["400", "413", "503"].contains($0.prefix(3)) }, "\(statuses)")
        let after = try status(server, "VmHWM")
        #expect(after - before < 700_000, "from \(before) kB to \(after) kB")
        #expect(try product.run("run", job(product), "--on", "web01").code == 0, "\(server.said)")
    }

    @Test("reads no larger requests than its configuration says")
    func configuredBody() throws {
        let product = try Product(hosts: 1)
        let file = try product.directory.write("firstline: 1\nlimits: {body: 2MB}\n", to: "server.yaml")
        let server = try RunningServer(product, with: ["FIRSTLINE_CONFIG": file])
        for (bytes, status) in [(1_900_000, " 400"), (2_100_000, " 413")] {
            let body = try product.directory.write(String(repeating: " ", count: bytes), to: "body.json")
            let words = ["/usr/bin/env", "curl", "-sS", "-w", " %{http_code}", "--unix-socket", server.socket]
            let answer = try shell(words + ["--data-binary", "@" + body, "http://localhost/api/v1/runs"]).output
            #expect(answer.hasSuffix(status), "\(bytes): \(answer)")
            if bytes > 2_000_000 { #expect(answer.contains("too large; at most 2 MB are read here"), "\(answer)") }
        }
    }

    @Test("says what is wrong with a body: too large, deep, twice the same key, or chunks that are none")
    func problems() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        func ask(_ path: String, _ body: String) throws -> String {
            let file = try product.directory.write(body, to: "body.json")
            let words = ["/usr/bin/env", "curl", "-sS", "-w", " %{http_code}", "--unix-socket", server.socket]
            return try shell(words + ["--data-binary", "@" + file, "http://localhost/api/v1\(path)"]).output
        }
        let large = try ask("/slots", String(repeating: " ", count: 1_000_001))
        #expect(large.hasSuffix(" 413") && large.contains("the request is too large; at most 1 MB are read here"))
        let deep = try ask("/runs", String(repeating: "[", count: 20_000))
        #expect(deep.hasSuffix(" 400") && deep.contains("it is nested deeper than 100 levels"), "\(deep)")
        let twice = try ask("/slots", #"{"job": "a", "job": "b"}"#)
        #expect(twice.hasSuffix(" 400") && twice.contains("it has the key 'job' twice in one object"), "\(twice)")
        let chunks = try Attack.run("chunks", server.socket)
        #expect(chunks.hasPrefix("HTTP/1.1 400 ") && chunks.contains("the request is not HTTP"), "\(chunks)")
        // A selection of 40 KB whose parts are nested would overflow the stack of whoever reads it.
        let job = try job(product)
        for (opening, closing) in [("(", ")"), ("not ", ""), ("(not ", ")")] {
            let depth = 40_000 / (opening + closing).utf8.count
            let on = String(repeating: opening, count: depth) + "all" + String(repeating: closing, count: depth)
            let nested = try ask(
                "/slots",
                """
                {"job": "\(job)", "work": {"on": "\(on)", "values": {}}, "by": "kim", "reason": "",
                 "starts": [{"day": "2190-01-01", "instant": 6942844800000000}]}
                """)
            #expect(nested.hasSuffix(" 400") && nested.contains("nested more than 100 deep"), "\(nested.suffix(500))")
        }
        #expect(try product.run("server", "status").code == 0, "\(server.said)")
    }
}
