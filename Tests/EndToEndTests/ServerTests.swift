// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A server", .serialized)
struct ServerTests {
    @Test("moves the runs that commands ask for; they show them as if they had done it themselves")
    func serves() throws {
        let product = try Product(hosts: 3)
        let server = try RunningServer(product)
        let job = try product.playbook(
            "look", "tasks:\n  look: {type: RunProgram, effect: check, with: {program: /bin/echo, arguments: [seen]}}\n"
        )
        let ran = try product.run("run", job, "--on", "web*", "-o", "json")
        #expect(ran.code == 0, "\(ran.errors)")
        #expect(try ran.json().targets.map { $0.text("state") } == ["succeeded", "succeeded", "succeeded"])
        // It is the server that keeps the store; commands that look ask it.
        #expect(try product.run("run", "list", "-o", "name").output.split(separator: "\n").count == 1)
        #expect(try product.run("run", "logs", "last", "--host", "web02", "--raw").output == "seen\n")
        #expect(try product.run("run", "get", "last", "-o", "json").output == ran.output)
        // The system's word for who asked: root may speak for the operator.
        #expect(try ran.json().part("run").text("operator") == "tester")
        let metrics = try server.get("/metrics")
        #expect(metrics.contains("firstline_runs{state=\"succeeded\"} 1\n"), "\(metrics)")
        for name in ["firstline_store_bytes", "firstline_store_free_bytes"] {
            let figure = try #require(metrics.split(separator: "\n").first { $0.hasPrefix(name + " ") })
            #expect(try #require(Int(figure.dropFirst(name.count + 1))) > 4096, "\(figure)")
        }
        #expect(try server.get("/healthz") == "ok\n\n200")
        #expect(try server.get("/readyz") == "ready\n\n200")
        #expect(try server.get("/api/v1/runs").hasSuffix("404"))
        #expect(server.end(SIGTERM) == 0)
        #expect(server.said.contains("info stopped; what runs on hosts goes on there"))
        // Without it, the store is opened as ever.
        #expect(try product.run("run", "list", "-o", "name").output.split(separator: "\n").count == 1)
    }

    @Test("is killed, and what it had begun is taken up by the next one, done once, with all that was written")
    func killed() throws {
        let product = try Product(hosts: 2)
        let first = try RunningServer(product)
        let job = try product.playbook("change", Ledger.change)
        let go = product.directory.path + "/go"
        let client = try product.start("run", job, "--on", "web*", "-e", "go=\(go)", "--quiet")
        try product.wait("the programs run") { Ledger.lines(go + ".ledger").count == 2 }
        _ = first.end(SIGKILL)
        let second = try RunningServer(product)
        #expect(second.said.contains("info taken up: 1 run"), "\(second.said)")
        try Data().write(to: URL(fileURLWithPath: go))
        let followed = try product.run("run", "follow", "last", "-o", "json", "--quiet")
        #expect(followed.code == 0, "\(followed.errors)")
        #expect(Ledger.lines(go + ".ledger").count == 2)
        // Who had asked for the run saw it through, too.
        client.waitUntilExit()
        #expect(client.terminationStatus == 0)
        #expect(
            try product.run("run", "logs", "last", "--host", "web01", "--step", "a", "--raw").output
                == "first\nsecond\n")
        #expect(second.end(SIGTERM) == 0)
    }

    @Test("holds, lets go, cancels and sets runs right for those who ask")
    func actions() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        let job = try product.playbook(
            "gate",
            """
            tasks:
              ask: {type: HOLD, with: {message: "Go on?"}}
              work: {type: RunProgram, effect: change, with: {script: {text: '[ -e "$OK" ]'}, environment: {OK: "\(product.directory.path)/ok"}}}
            """)
        let client = try product.start("run", job, "--on", "web01", "--quiet")
        try product.wait("it is held") {
            try product.run("run", "get", "last", "-o", "json").output.contains("\"held\"")
        }
        let released = try product.run("run", "release", "last", "--reason", "looked at it")
        #expect(released.code == 0 && released.errors == "released: ask\n", "\(released)")
        client.waitUntilExit()
        #expect(client.terminationStatus == 2)
        let again = try product.run("run", "rework", "last")
        #expect(again.code == 2, "\(again)")
        _ = try product.directory.write("", to: "ok")
        #expect(try product.run("run", "rework", "last").code == 0)
        let done = try product.run("run", "cancel", "last")
        #expect(done.code == 8 && done.errors.contains("is over"), "\(done)")
        let nothing = try product.run("run", "get", "nothing")
        #expect(nothing.code == 64 && nothing.errors.contains("there is no run nothing"), "\(nothing)")
        _ = server.end(SIGTERM)
    }

    @Test("is the only one on its store, and its socket is closed to others")
    func alone() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        let second = try product.run("server", "--status", "off", "--socket", product.directory.path + "/second.sock")
        #expect(second.code == 75 && second.errors.contains("is in use by another firstline"), "\(second)")
        let purge = try product.run("store", "purge", "--runs", "90d", "--yes")
        #expect(purge.code == 75 && purge.errors.contains("forgets by itself what is older"), "\(purge)")
        let socket = product.directory.path + "/data/server.sock"
        var status = stat()
        #expect(stat(socket, &status) == 0 && status.st_mode & 0o777 == 0o600)
        // Somebody else comes as far as the socket, and no further.
        chmod(product.directory.path, 0o755)
        chmod(product.directory.path + "/data", 0o755)
        let other = try shell([
            "/usr/bin/env", "sudo", "-u", "nobody", "env", "FIRSTLINE_DATA=\(product.directory.path)/data",
            "HOME=/nonexistent",
            Product.program, "run", "list",
        ])
        #expect(other.code == 77 && other.errors.contains("you may not use the server at"), "\(other)")
        _ = server.end(SIGTERM)
    }

    @Test("takes neither a file nor another server's socket for its own, and says which address is taken")
    func addresses() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        let socket = product.directory.path + "/data/server.sock"
        let other = ["FIRSTLINE_DATA": product.directory.path + "/other"]
        let taken = try product.run("server", "--status", "off", "--socket", socket, with: other)
        #expect(taken.code == 75 && taken.errors.contains("another server answers at"), "\(taken)")
        let file = try product.directory.write("precious", to: "file")
        let wrong = try product.run("server", "--status", "off", "--socket", file, with: other)
        #expect(wrong.code == 64 && wrong.errors.contains("is a file and no socket"), "\(wrong)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
        let address = try #require(server.said.firstMatch(of: /http:\/\/(\S+)/)?.1)
        let port = try product.run("server", "--status", String(address), with: other)
        #expect(port.code == 75 && port.errors.contains("\(address) cannot be listened at"), "\(port)")
        #expect(try product.run("server", "status").code == 0)
        _ = server.end(SIGTERM)
        // A socket elsewhere is found by whoever names the store.
        let elsewhere = product.directory.path + "/elsewhere.sock"
        let moved = try product.start("server", "--status", "off", "--socket", elsewhere)
        defer { kill(moved.processIdentifier, SIGKILL) }
        try product.wait("it answers") { try product.run("server", "status").code == 0 }
    }
}
