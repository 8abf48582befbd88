// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Runs that outlive their controller", .serialized)
struct DurabilityTests {
    /// Takes note of each start, says a line, waits for a file, says another.
    private let change = """
        parameters: {go: {type: path}}
        tasks:
          a: {type: RunProgram, with: {script: {text: 'echo "$FIRSTLINE_ATTEMPT" >>"$GO.ledger"; echo first; while [ ! -e "$GO" ]; do sleep 0.1; done; echo second >&2'}, environment: {GO: "${params.go}"}}}
          b: {type: RunProgram, with: {program: /bin/echo, arguments: [b]}}
        """

    private func lines(_ path: String) -> [String] {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// A run of the change that has begun on so many hosts, moved by a process.
    private func begun(_ product: Product, on hosts: Int, errors: String? = nil) throws -> (
        process: Process, go: String
    ) {
        let job = try product.playbook("change", change)
        let go = product.directory.path + "/go"
        let process = try product.start("run", job, "--on", "web*", "-e", "go=\(go)", "--quiet", errors: errors)
        try product.wait("the programs run") { lines(go + ".ledger").count == hosts }
        return (process, go)
    }

    @Test("a killed controller's changes are found again on their hosts, with all they wrote, and none is begun twice")
    func killed() throws {
        let product = try Product(hosts: 3)
        let (process, go) = try begun(product, on: 3)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try Data().write(to: URL(fileURLWithPath: go))
        let followed = try product.run("run", "follow", "last", "-o", "json", "--quiet")
        #expect(followed.code == 0, "\(followed.errors)")
        #expect(try followed.json().targets.map { $0.text("state") } == ["succeeded", "succeeded", "succeeded"])
        #expect(Set(lines(go + ".ledger")).count == 3 && lines(go + ".ledger").count == 3)
        for host in ["web01", "web02", "web03"] {
            let log = try product.run("run", "logs", "last", "--host", host, "--step", "a", "--raw")
            #expect(log.output == "first\nsecond\n", "\(log)")
        }
    }

    @Test("a clean stop leaves what runs on the hosts, and it is taken up later")
    func stopped() throws {
        let product = try Product(hosts: 1)
        let said = product.directory.path + "/said"
        let (process, go) = try begun(product, on: 1, errors: said)
        kill(process.processIdentifier, SIGTERM)
        let began = Date()
        process.waitUntilExit()
        #expect(Date().timeIntervalSince(began) < 10 && process.terminationStatus == 130)
        #expect(try String(contentsOfFile: said, encoding: .utf8).contains("takes it up again"))
        try Data().write(to: URL(fileURLWithPath: go))
        #expect(try product.run("run", "follow", "last", "--quiet").code == 0)
        #expect(lines(go + ".ledger").count == 1)
    }

    @Test("the end of every connection's own sshd costs neither exit code nor a byte")
    func connectionsKilled() throws {
        let server = try SSHServer()
        let product = try Product(hosts: 3, server: server)
        let job = try product.playbook(
            "talk",
            """
            tasks:
              talk: {type: RunProgram, with: {script: {text: 'i=0; while [ $i -lt 3000 ]; do echo "line $i"; [ $((i % 100)) != 0 ] || { : >"$AT.$i"; sleep 0.1; }; [ $i != 2900 ] || while [ ! -e "$AT.end" ]; do sleep 0.1; done; i=$((i+1)); done; exit 7'}, environment: {AT: "${params.at}"}}}
            parameters: {at: {type: path}}
            """)
        let at = product.directory.path + "/at"
        let process = try product.start("run", job, "--on", "web*", "-e", "at=\(at)", "--quiet")
        for line in [200, 800, 1400, 2000] {
            try product.wait("line \(line) is written") { FileManager.default.fileExists(atPath: "\(at).\(line)") }
            try product.wait("connections are ended") { server.endSessions() > 0 }
        }
        try Data().write(to: URL(fileURLWithPath: at + ".end"))
        process.waitUntilExit()
        #expect(process.terminationStatus == 2)
        let targets = try product.run("run", "get", "last", "-o", "json").json().targets
        #expect(targets.map { $0.steps[0].number("exitCode") } == [7, 7, 7], "\(targets.map { $0.text("message") })")
        let whole = (0..<3000).map { "line \($0)\n" }.joined()
        for host in ["web01", "web02", "web03"] {
            #expect(try product.run("run", "logs", "last", "--host", host, "--raw").output == whole)
        }
    }

    @Test("a person ends what a dead controller has left, to the last child")
    func killLeft() throws {
        let product = try Product(hosts: 1)
        let mark = "firstline-left-\(UInt32.random(in: .min ... .max))"
        let job = try product.playbook(
            "stubborn",
            """
            tasks:
              a: {type: RunProgram, with: {script: {text: 'trap "" TERM; (setsid sh -c "trap \\"\\" TERM; sleep 300; : \(mark)" &) ; sh -c "sleep 300; : \(mark)" & touch \(product.directory.path)/begun; while :; do sleep 1; done; : \(mark)'}}}
            """)
        let process = try product.start("run", job, "--on", "web01", "--quiet")
        try product.wait("it runs") { FileManager.default.fileExists(atPath: product.directory.path + "/begun") }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        func left() throws -> Int {
            try shell(["/usr/bin/pgrep", "-fc", mark]).output.split(separator: "\n").first.flatMap { Int($0) } ?? 0
        }
        #expect(try left() >= 2)
        let began = Date()
        let killed = try product.run("run", "kill", "last", "--step", "a", "--reason", "enough", "-o", "json")
        #expect(Date().timeIntervalSince(began) < 15)
        #expect(try left() == 0)
        let step = try killed.json().targets[0].steps[0]
        #expect(step.text("state") == "cancelled", "\(step)")
    }

    @Test("a run whose controller died is cancelled with all it has left on its hosts")
    func cancelLeft() throws {
        let product = try Product(hosts: 2)
        let (process, go) = try begun(product, on: 2)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let cancelled = try product.run("run", "cancel", "last")
        #expect(cancelled.code == 1, "\(cancelled)")
        let document = try product.run("run", "get", "last", "-o", "json").json()
        #expect(document.part("run").text("state") == "cancelled")
        #expect(document.targets.allSatisfy { $0.steps[0].text("state") == "cancelled" }, "\(document)")
        #expect(try shell(["/usr/bin/pgrep", "-fc", go]).output.hasPrefix("0"))
    }

    @Test("a host that is lost makes its change unknown; when it is back, a probe tells what became of it")
    func probe() throws {
        let server = try SSHServer()
        let proxy = try FaultProxy(.drop, to: server.port)
        let product = try Product(
            hosts: 1, server: server,
            extra: "  web99: {address: 127.0.0.1, port: \(proxy.port), user: root, key: \(server.key())}\n")
        let job = try product.playbook("change", change)
        let go = product.directory.path + "/go"
        let process = try product.start(
            "run", job, "--on", "web99", "-e", "go=\(go)", "--quiet", with: ["FIRSTLINE_HOST_PATIENCE": "1s"])
        try product.wait("the program runs") { lines(go + ".ledger").count == 1 }
        try proxy.begin()
        process.waitUntilExit()
        #expect(process.terminationStatus == 4)
        let lost = try product.run("run", "get", "last", "-o", "json").json().targets[0].steps[0]
        #expect(lost.text("state") == "unknown" && lost.text("message").contains("sought for 1s"), "\(lost)")
        try Data().write(to: URL(fileURLWithPath: go))
        try proxy.end()
        let probed = try product.run("run", "probe", "last", "-o", "json")
        #expect(probed.code == 0, "\(probed)")
        let steps = try probed.json().targets[0].steps
        #expect(
            steps.map { $0.text("path") + " " + $0.text("state") } == ["a succeeded", "b skipped", "b succeeded"],
            "\(steps)")
        #expect(lines(go + ".ledger").count == 1)
        #expect(try product.run("run", "logs", "last", "--step", "a", "--raw").output == "first\nsecond\n")
        #expect(try product.run("run", "probe", "last").code == 8)
    }

    @Test("a command that starts its machine anew ends well when the machine is up again, and any other is unknown")
    func reboot() throws {
        let machine = try RestartableServer()
        let product = try Product(hosts: 1, server: machine.server)
        func playbook(_ name: String, _ boot: String, _ more: String = "") throws -> String {
            try product.playbook(
                name,
                """
                tasks:
                  a:
                    type: RunProgram
                    with:
                      script:
                        text: |
                          echo going
                          echo "$NEXT" >"$BOOT"
                          p=$PPID
                          while [ "$(cat "/proc/$p/comm")" != sshd ]; do p=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' "/proc/$p/stat"); done
                          kill -9 "$p"
                          sleep 60
                      environment: {BOOT: "\(machine.bootFile)", NEXT: "\(boot)"}
                \(more)
                """)
        }
        let expected = try playbook(
            "expected", "11111111-1111-4111-8111-111111111111", "      reboot: expected\n      rebootLimit: 30s")
        let ended = try product.run("run", expected, "--on", "web01", "-o", "json", "--quiet")
        #expect(ended.code == 0, "\(ended.errors) \(ended.output)")
        #expect(try ended.json().targets[0].steps[0].text("summary").contains("up again"))
        let surprise = try playbook("surprise", "22222222-2222-4222-8222-222222222222")
        let unknown = try product.run("run", surprise, "--on", "web01", "-o", "json", "--quiet")
        let step = try unknown.json().targets[0].steps[0]
        #expect(
            unknown.code == 4 && step.text("state") == "unknown" && step.text("reason") == "host-rebooted", "\(step)")
    }
}

@Suite("Runs that are set right", .serialized)
struct RecoveryRunTests {
    /// `a` fails on web02 while a file is there; `b` follows it, `last` follows all.
    private func product() throws -> (Product, job: String, bad: String, ledger: String) {
        let product = try Product(hosts: 3)
        let path = product.directory.path
        let job = try product.playbook(
            "flow",
            """
            tasks:
              a: {type: RunProgram, with: {script: {text: 'echo "a $NAME" >>\(path)/ledger; [ "$NAME" != web02 ] || [ ! -e \(path)/bad ]'}, environment: {NAME: "${host.name}"}}}
              b: {type: RunProgram, with: {script: {text: 'echo "b $NAME" >>\(path)/ledger'}, environment: {NAME: "${host.name}"}}}
              last: {type: RunProgram, on: controller, with: {script: {text: 'echo last >>\(path)/ledger'}}}
            """)
        try Data().write(to: URL(fileURLWithPath: path + "/bad"))
        return (product, job, path + "/bad", path + "/ledger")
    }

    private func ledger(_ path: String) throws -> [String: Int] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .reduce(into: [:]) { $0[String($1), default: 0] += 1 }
    }

    private func tries(_ product: Product, _ target: Int, _ path: String) throws -> [String] {
        try product.run("run", "get", "last", "-o", "json").json().targets[target].steps
            .filter { $0.text("path") == path }.map { $0.text("state") }
    }

    @Test("rework does again what failed and what follows it, and nothing that was good; earlier tries stay")
    func rework() throws {
        let (product, job, bad, ledger) = try product()
        #expect(try product.run("run", job, "--on", "web*", "--quiet").code == 2)
        #expect(try self.ledger(ledger) == ["a web01": 1, "a web02": 1, "a web03": 1, "b web01": 1, "b web03": 1])
        try FileManager.default.removeItem(atPath: bad)
        let reworked = try product.run("run", "rework", "last", "-o", "json")
        #expect(reworked.code == 0, "\(reworked)")
        #expect(
            try self.ledger(ledger) == [
                "a web01": 1, "a web02": 2, "a web03": 1, "b web01": 1, "b web02": 1, "b web03": 1, "last": 1,
            ])
        #expect(try tries(product, 1, "a") == ["failed", "succeeded"])
        let again = try product.run("run", "rework", "last")
        #expect(again.code == 8 && again.errors.contains("nothing is to be done again"), "\(again)")
        let from = try product.run("run", "rework", "last", "--from", "b", "--on", "web03", "--quiet")
        #expect(from.code != 64 || from.errors.contains("quiet"))
    }

    @Test("rework from a step does it and what follows again on the targets chosen")
    func reworkFrom() throws {
        let (product, job, bad, ledger) = try product()
        try FileManager.default.removeItem(atPath: bad)
        #expect(try product.run("run", job, "--on", "web*", "--quiet").code == 0)
        #expect(try product.run("run", "rework", "last", "--from", "b", "--on", "web03").code == 0)
        let counts = try self.ledger(ledger)
        #expect(counts["b web03"] == 2 && counts["b web01"] == 1 && counts["a web03"] == 1, "\(counts)")
        let wrong = try product.run("run", "rework", "last", "--from", "c")
        #expect(wrong.code == 8 && wrong.errors.contains("its steps are a, b, last"), "\(wrong)")
    }

    @Test("a step is set OK with a reason, or skipped, and the flow goes on by itself")
    func setOKAndSkip() throws {
        let (product, job, _, ledger) = try product()
        #expect(try product.run("run", job, "--on", "web*", "--quiet").code == 2)
        let settled = try product.run(
            "run", "set-ok", "last", "--step", "a", "--on", "web02", "--reason", "done by hand", "-o", "json")
        #expect(settled.code == 0, "\(settled)")
        #expect(try self.ledger(ledger)["b web02"] == 1)
        #expect(try self.ledger(ledger)["last"] == 1)
        let step = try settled.json().targets[1].steps.filter { $0.text("path") == "a" }[1]
        #expect(step.text("reason") == "set-ok" && step.text("summary").contains("set OK by tester: done by hand"))
        #expect(try product.run("run", "set-ok", "last", "--step", "a", "--reason", "again").code == 8)
        #expect(try product.run("run", job, "--on", "web*", "--quiet").code == 2)
        let skipped = try product.run("run", "skip", "last", "--step", "a", "--on", "web02")
        #expect(skipped.code == 0, "\(skipped)")
        #expect(try self.ledger(ledger)["b web02"] == 2)
    }

    @Test("a plan that was agreed is run as it is, or refused with what has changed")
    func contract() throws {
        let (product, job, bad, _) = try product()
        try FileManager.default.removeItem(atPath: bad)
        let file = product.directory.path + "/plan.json"
        try product.run("plan", job, "--on", "web0[1-2]", "-o", "json").output.write(
            toFile: file, atomically: true, encoding: .utf8)
        #expect(try product.run("run", "--plan", file, "--quiet").code == 0)
        let playbook = product.directory.path + "/playbooks/test/flow.yaml"
        try String(contentsOfFile: playbook, encoding: .utf8).replacingOccurrences(of: "echo last", with: "echo LAST")
            .write(toFile: playbook, atomically: true, encoding: .utf8)
        let refused = try product.run("run", "--plan", file, "--quiet")
        #expect(
            refused.code == 8 && refused.errors.contains("step last settings script text: 'echo last"), "\(refused)")
    }

    @Test("a run that nobody moves keeps others from changing its targets, and says so; a hold stops it between steps")
    func locksAndHold() throws {
        let product = try Product(hosts: 2)
        let go = product.directory.path + "/go"
        let slow = try product.playbook(
            "slow",
            """
            concurrent: true
            tasks:
              a: {type: RunProgram, with: {script: {text: 'touch \(go).begun; while [ ! -e \(go) ]; do sleep 0.1; done'}}}
              b: {type: RunProgram, with: {script: {text: 'touch \(go).b'}}}
            """)
        let process = try product.start("run", slow, "--on", "web01", "--quiet")
        try product.wait("it runs") { FileManager.default.fileExists(atPath: go + ".begun") }
        let held = try product.run("run", "hold", "last", "--reason", "look first")
        #expect(held.code == 0 && held.errors.contains("nothing further of it begins"), "\(held)")
        try Data().write(to: URL(fileURLWithPath: go))
        try product.wait("the run is held") {
            try product.run("run", "list", "-o", "json").output.contains("\"state\" : \"held\"")
        }
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(!FileManager.default.fileExists(atPath: go + ".b"))
        let refused = try product.run("run", slow, "--on", "web*", "--quiet")
        #expect(
            refused.code == 8 && refused.errors.contains("(test.slow) on web01; nobody moves that run"), "\(refused)")
        #expect(try product.run("run", slow, "--on", "web02", "--quiet").code == 0)
        let first =
            try product.run("run", "list", "-o", "name").output.split(separator: "\n").last.map(String.init) ?? ""
        let released = try product.run("run", "release", first)
        #expect(released.code == 0 && FileManager.default.fileExists(atPath: go + ".b"), "\(released)")
    }

    @Test("a step is skipped, and one is ended, while the run moves")
    func skipAndKillLive() throws {
        let product = try Product(hosts: 1)
        let path = product.directory.path
        let job = try product.playbook(
            "live",
            """
            tasks:
              a: {type: RunProgram, with: {script: {text: 'touch \(path)/begun; sleep 300'}}}
              b: {type: RunProgram, after: {a: all}, with: {script: {text: 'touch \(path)/b'}}}
              c: {type: RunProgram, with: {script: {text: 'touch \(path)/c'}}}
            """)
        let process = try product.start("run", job, "--on", "web01", "--quiet")
        try product.wait("it runs") { FileManager.default.fileExists(atPath: path + "/begun") }
        let reworked = try product.run("run", "rework", "last")
        #expect(reworked.code == 8 && reworked.errors.contains("still moves"), "\(reworked)")
        let skipped = try product.run("run", "skip", "last", "--step", "b", "--reason", "not today")
        #expect(skipped.code == 0, "\(skipped)")
        let killed = try product.run("run", "kill", "last", "--step", "a")
        #expect(killed.code == 0, "\(killed)")
        process.waitUntilExit()
        let steps = try product.run("run", "get", "last", "-o", "json").json().targets[0].steps
        #expect(steps.map { $0.text("state") } == ["cancelled", "skipped", "succeeded"], "\(steps)")
        #expect(
            !FileManager.default.fileExists(atPath: path + "/b") && FileManager.default.fileExists(atPath: path + "/c"))
    }
}
