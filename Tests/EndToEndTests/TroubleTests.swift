// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Trouble around a run", .serialized)
struct TroubleTests {
    private let change = """
        tasks:
          a: {type: RunProgram, with: {script: {text: 'touch "$GO.begun"; while [ ! -e "$GO" ]; do sleep 0.1; done; echo done'}, environment: {GO: "${params.go}"}}}
          b: {type: RunProgram, with: {program: /bin/echo, arguments: [b]}}
        parameters: {go: {type: path}}
        """

    @Test("a full disk is waited for, and the run goes on when there is space", .enabled(if: SmallDisk.isAllowed))
    func fullForAWhile() throws {
        let disk = try #require(try SmallDisk(megabytes: 2))
        let product = try Product(hosts: 2, data: disk.path + "/data")
        let job = try product.playbook("change", change)
        let go = product.directory.path + "/go"
        let log = product.directory.path + "/errors"
        let process = try product.start("run", job, "--on", "all", "-e", "go=\(go)", "--quiet", errors: log)
        try product.wait("the programs run") { FileManager.default.fileExists(atPath: go + ".begun") }
        try disk.fill()
        try Data().write(to: URL(fileURLWithPath: go))
        // The programs are done, and cannot be recorded as done.
        try product.wait("the run waits") {
            try String(contentsOfFile: log, encoding: .utf8).contains(
                "waits up to 30s for space: the disk of \(disk.path)")
        }
        #expect(process.isRunning)
        try disk.giveSpaceBack()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let shown = try product.run("run", "get", "last", "-o", "json").json()
        #expect(shown.targets.map { $0.text("state") } == ["succeeded", "succeeded"])
    }

    @Test(
        "a disk that stays full ends the command with 74 and nothing is lost: the run is taken up later",
        .enabled(if: SmallDisk.isAllowed))
    func fullForGood() throws {
        let disk = try #require(try SmallDisk(megabytes: 2))
        let product = try Product(hosts: 2, data: disk.path + "/data")
        let job = try product.playbook(
            "checks",
            """
            parameters: {go: {type: path}}
            tasks:
              a: {type: RunProgram, effect: check, with: {script: {text: 'touch "$GO.begun"; while [ ! -e "$GO" ]; do sleep 0.1; done'}, environment: {GO: "${params.go}"}}}
              b: {type: RunProgram, effect: check, with: {program: /bin/echo, arguments: [b]}}
            """)
        let go = product.directory.path + "/go"
        let log = product.directory.path + "/errors"
        let process = try product.start("run", job, "--on", "all", "-e", "go=\(go)", "--quiet", errors: log)
        try product.wait("the programs run") { FileManager.default.fileExists(atPath: go + ".begun") }
        try disk.fill()
        try Data().write(to: URL(fileURLWithPath: go))
        process.waitUntilExit()
        #expect(process.terminationStatus == 74)
        let said = try String(contentsOfFile: log, encoding: .utf8)
        #expect(said.contains("is full; nothing was lost") && said.contains("takes it up again"), "\(said)")
        try disk.giveSpaceBack()
        let followed = try product.run("run", "follow", "last", "-o", "json", "--quiet")
        #expect(followed.code == 0, "\(followed.errors)")
        #expect(try followed.json().targets.allSatisfy { $0.text("state") == "succeeded" })
    }

    @Test("a flush that fails for long ends the command, and what could not be kept is never told as kept")
    func failedFlush() throws {
        let disk = try FailingDisk()
        let product = try Product(hosts: 2)
        let job = try product.playbook("change", change)
        let go = product.directory.path + "/go"
        let said = product.directory.path + "/said"
        let process = try product.start(
            "run", job, "--on", "all", "-e", "go=\(go)", "--quiet", errors: said,
            with: disk.environment.merging(["FIRSTLINE_STORE_PATIENCE": "1s"]) { $1 })
        try product.wait("the programs run") { FileManager.default.fileExists(atPath: go + ".begun") }
        try disk.fail()
        try Data().write(to: URL(fileURLWithPath: go))
        process.waitUntilExit()
        #expect(process.terminationStatus == 74)
        let words = try String(contentsOfFile: said, encoding: .utf8)
        #expect(
            words.contains("the store fails, and is tried again for 1s: ") && words.contains("its disk failed"),
            "\(words)")
        #expect(words.contains("takes it up again"), "\(words)")
        let seen = try product.run("run", "get", "last", "-o", "json").json()
        #expect(seen.part("run").text("state") == "running")
        #expect(!seen.targets.flatMap(\.steps).contains { $0.text("state") == "succeeded" })
        try disk.mend()
        #expect(try product.run("run", "follow", "last", "--quiet").code == 0)
        let after = try product.run("run", "get", "last", "-o", "json").json()
        #expect(
            after.targets.flatMap(\.steps).allSatisfy { $0.text("state") == "succeeded" && $0.number("attempt") == 1 })
    }

    @Test("a full disk on a host never makes a success of what may be incomplete", .enabled(if: SmallDisk.isAllowed))
    func fullHost() throws {
        let disk = try #require(try SmallDisk(megabytes: 2))
        let server = try SSHServer()
        let product = try Product(
            hosts: 1, server: server,
            extra:
                "  full: {address: 127.0.1.1, port: \(server.port), user: root, key: \(server.key()), spool: \(disk.path)}\n"
        )
        let job = try product.playbook(
            "write",
            "tasks:\n  a: {type: RunProgram, with: {script: {text: 'head -c 4000000 /dev/zero | tr \"\\\\0\" x; true'}}}\n"
        )
        let cut = try product.run("run", job, "--on", "full", "-o", "json", "--quiet")
        let step = try cut.json().targets[0].steps[0]
        #expect(cut.code == 4 && step.text("state") == "unknown" && step.text("reason") == "output-lost", "\(step)")
        try disk.fill()
        let small = try product.playbook("small", "tasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n")
        let refused = try product.run("run", small, "--on", "full", "-o", "json", "--quiet")
        let reason = try refused.json().targets[0].steps[0]
        #expect(refused.code == 2 && reason.text("reason") == "no-shell", "\(reason)")
        #expect(reason.text("message").contains("has no place for its spool"))
        try disk.giveSpaceBack()
        #expect(try product.run("run", small, "--on", "full", "--quiet").code == 0)
    }

    /// Sets times of the first run back by two days.
    private func age(_ product: Product, _ columns: String...) throws {
        let changes = columns.map { "\($0) = \($0) - 172800000000" }.joined(separator: ", ")
        let aged = try shell([
            "/usr/bin/python3", "-c",
            """
            import sqlite3, sys
            sys.path.insert(0, sys.argv[2])
            import checksums
            store = sqlite3.connect(sys.argv[1])
            store.execute("UPDATE run SET \(changes) WHERE number = 1")
            store.commit()
            store.close()
            checksums.write(sys.argv[1])
            """,
            product.directory.path + "/data/firstline.db",
            Product.repository.appendingPathComponent("Tests/Support").path,
        ])
        #expect(aged.code == 0, "\(aged)")
    }

    @Test("old runs are forgotten after a yes, and only when nobody else has the store")
    func purge() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook("small", "tasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n")
        for _ in 0..<2 { #expect(try product.run("run", job, "--on", "all", "--quiet").code == 0) }
        let young = try product.run("store", "purge", "--runs", "1d", "--yes")
        #expect(young.code == 0 && young.errors == "nothing is that old\n", "\(young)")
        try age(product, "endedAt")
        let setBack = try product.run("store", "purge", "--runs", "1d", "--yes")
        #expect(setBack.code == 0 && setBack.errors == "nothing is that old\n", "accepted today: \(setBack)")
        try age(product, "createdAt", "startedAt")
        let unasked = try product.run("store", "purge", "--runs", "1d")
        #expect(unasked.code == 64 && unasked.errors.contains("nobody can be asked here; say --yes"), "\(unasked)")
        let purged = try product.run("store", "purge", "--runs", "1d", "--yes")
        #expect(purged.code == 0 && purged.errors.hasSuffix(": 1 run older than 1d\n"), "\(purged)")
        #expect(try product.run("run", "list", "-o", "name").output.split(separator: "\n").count == 1)
        #expect(try product.run("event", "list").output.contains("1 run older than 1d"))
        let none = try product.run("store", "purge", "--runs", "1d", "--yes", "-o", "jsonl")
        #expect(none.code == 0 && none.output == "{\"events\":0,\"runs\":0,\"starts\":0}\n", "\(none)")
        #expect(try product.run("store", "check").code == 0)
    }

    @Test("a store is copied while it is used, and restored when it is damaged")
    func backup() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook("small", "tasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n")
        #expect(try product.run("run", job, "--on", "all", "--quiet").code == 0)
        let copy = product.directory.path + "/copy.db"
        let made = try product.run("store", "backup", copy)
        #expect(made.code == 0 && made.errors.contains("1 run, 1 step, "), "\(made)")
        let handed = try product.run("store", "backup", copy + "2", "-o", "json")
        #expect(handed.code == 0 && handed.output.contains("\"file\" : \"\(copy)2\""), "\(handed)")
        #expect(handed.output.contains("\"runs\" : 1") && handed.errors.isEmpty, "\(handed)")
        #expect(try product.run("store", "check").code == 0)
        let database = product.directory.path + "/data/firstline.db"
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: database))
        try file.seek(toOffset: 4096 * 4)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 8192))
        try file.close()
        for words in [["store", "check"], ["run", job, "--on", "all", "--quiet"]] {
            let damaged = try product.run(words)
            #expect(damaged.code == 74 && damaged.errors.contains("'firstline store restore FILE'"), "\(damaged)")
        }
        let restored = try product.run("store", "restore", copy)
        #expect(restored.code == 0 && restored.errors.contains("firstline.db.old-1"), "\(restored)")
        #expect(try product.run("run", "list", "-o", "name").output.split(separator: "\n").count == 1)
        #expect(try product.run("run", job, "--on", "all", "--quiet").code == 0)
    }

    @Test("a host whose key changed is not spoken to until a person trusts the new one")
    func changedKey() throws {
        let port = try freePort()
        let server = try SSHServer(port: port)
        let product = try Product(hosts: 1, server: server)
        let job = try product.playbook(
            "look", "tasks:\n  look: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        #expect(try product.run("run", job, "--on", "all", "--quiet").code == 0)
        server.stop()
        let other = try SSHServer(authorized: [server.key() + ".pub"], port: port)
        let refused = try product.run("run", job, "--on", "all", "-o", "json", "--quiet")
        let target = try refused.json().targets[0]
        #expect(refused.code == 4 && target.text("reason") == "host-key-changed")
        #expect(target.text("message").contains("HAS CHANGED"))
        let cautious = try product.run("host", "trust", "--on", "web01", "--yes")
        #expect(cautious.code == 8 && cautious.output.contains("say --replace"), "\(cautious)")
        let trusted = try product.run("host", "trust", "--on", "web01", "--yes", "--replace")
        #expect(trusted.code == 0, "\(trusted)")
        #expect(try product.run("run", job, "--on", "all", "--quiet").code == 0)
        other.stop()
    }

    @Test("hosts behind a jump host are reached through it, trusted through it, and named when it is down")
    func jump() throws {
        let inner = try SSHServer()
        let product = try Product(
            hosts: 1,
            extra: """
                  db01: {address: 127.0.5.1, port: \(inner.port), user: root, key: \(inner.key()), jump: web01}
                  db02: {address: 127.0.5.2, port: \(inner.port), user: root, key: \(inner.key()), jump: nobody}
                  nobody: {address: 127.0.0.1, port: \(try freePort()), user: root}
                """)
        let trusted = try product.run("host", "trust", "--on", "db01", "--yes")
        #expect(trusted.code == 0, "\(trusted)")
        let job = try product.playbook(
            "where",
            "tasks:\n  look: {type: RunProgram, effect: check, with: {script: {text: 'echo $SSH_CONNECTION'}}}\n")
        let ended = try product.run("run", job, "--on", "db0*", "-o", "json", "--quiet")
        #expect(ended.code == 4, "\(ended.errors)")
        let targets = try ended.json().targets
        #expect(targets.map { $0.text("state") } == ["succeeded", "failed"])
        #expect(targets[1].text("reason") == "jump-host-failed")
        #expect(targets[1].text("message").contains("db02 is reached through nobody, and that failed: "))
        #expect(try product.run("run", "logs", "last", "--host", "db01", "--raw").output.contains("127.0.5.1"))
    }
}
