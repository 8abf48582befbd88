// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A server", .serialized)
struct ServerTests {
    private let change = """
        parameters: {go: {type: path}}
        tasks:
          a: {type: RunProgram, with: {script: {text: 'echo "$FIRSTLINE_ATTEMPT" >>"$GO.ledger"; echo first; while [ ! -e "$GO" ]; do sleep 0.1; done; echo second'}, environment: {GO: "${params.go}"}}}
          b: {type: RunProgram, with: {program: /bin/echo, arguments: [b]}}
        """

    private func lines(_ path: String) -> [String] {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

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
        let job = try product.playbook("change", change)
        let go = product.directory.path + "/go"
        let client = try product.start("run", job, "--on", "web*", "-e", "go=\(go)", "--quiet")
        try product.wait("the programs run") { lines(go + ".ledger").count == 2 }
        _ = first.end(SIGKILL)
        let second = try RunningServer(product)
        #expect(second.said.contains("info taken up: 1 run"), "\(second.said)")
        try Data().write(to: URL(fileURLWithPath: go))
        let followed = try product.run("run", "follow", "last", "-o", "json", "--quiet")
        #expect(followed.code == 0, "\(followed.errors)")
        #expect(lines(go + ".ledger").count == 2)
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

    @Test("runs a plan only as it was agreed, from its own files")
    func drift() throws {
        let product = try Product(hosts: 2)
        let server = try RunningServer(product)
        let body = "tasks:\n  work: {type: RunProgram, effect: change, with: {program: /bin/echo, arguments: [one]}}\n"
        let job = try product.playbook("work", body)
        let plan = product.directory.path + "/plan.json"
        let planned = try product.run("plan", job, "--on", "web*", "-o", "json")
        try planned.output.write(toFile: plan, atomically: true, encoding: .utf8)
        // The server reads its files anew where its plan is another one than the person's.
        #expect(try product.run("run", "--plan", plan, "--yes").code == 0)
        _ = try product.playbook("work", body.replacing("one", with: "two"))
        let drifted = try product.run("run", "--plan", plan, "--yes")
        #expect(drifted.code == 8 && drifted.errors.contains("this is no longer the plan"), "\(drifted)")
        let own = try product.run("run", job, "--on", "web*", "--playbooks", product.directory.path + "/playbooks")
        #expect(own.code == 64 && own.errors.contains("runs what its own files say"), "\(own)")
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

    @Test("answers what it does not understand with a problem, and goes on")
    func hostile() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        let socket = product.directory.path + "/data/server.sock"
        func ask(_ path: String, _ body: String? = nil) throws -> String {
            let words = ["/usr/bin/env", "curl", "-sS", "-w", " %{http_code}", "--unix-socket", socket]
            return try shell(words + (body.map { ["-d", $0] } ?? []) + ["http://localhost/api/v1\(path)"]).output
        }
        let least = Int64.min
        #expect(try ask("/events?after=\(least)").hasSuffix(" 200"))
        #expect(try ask("/events?limit=\(least)").hasSuffix(" 400"))
        #expect(try ask("/runs?limit=\(Int64.max)").contains("limit must be a number from 0 to 100000"))
        #expect(try ask("/slots?from=\(least)&through=\(Int64.max)").hasSuffix(" 200"))
        #expect(try ask("/slots?from=\(least)&through=\(Int64.max)").hasSuffix(" 200"))
        #expect(try ask("/slots").hasSuffix(" 400"))
        #expect(try ask("/runs?state=gone").contains("a run is never 'gone'"))
        #expect(try ask("/runs/%2e%2e%2f").hasSuffix(" 404"))
        #expect(try ask("/nothing").contains("there is nothing at /api/v1/nothing"))
        #expect(try ask("/runs", "{").contains("the request is not understood"))
        let job = try product.playbook(
            "look", "tasks:\n  a: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        let far =
            #"{"job":"\#(job)","work":{"on":"web01","values":{}},"by":"","reason":"","starts":[{"day":"2026-01-01","instant":\#(least)}]}"#
        #expect(try ask("/slots", far).contains("is no time between the years"))
        let plan = try product.run("plan", job, "--on", "web01", "-o", "json").json().part("contract")
        func start(_ change: (inout [String: Any]) -> Void) throws -> String {
            var contract = plan
            change(&contract)
            let data = try JSONSerialization.data(withJSONObject: ["contract": contract])
            let file = try product.directory.write(String(decoding: data, as: UTF8.self), to: "body.json")
            return try ask("/runs", "@" + file)
        }
        #expect(try start { $0["pace"] = ["batch": ["count": 0]] }.hasSuffix(" 409"))
        #expect(try start { $0["pace"] = ["batch": ["percent": 1e300]] }.hasSuffix(" 409"))
        #expect(
            try start { contract in
                var plan = contract.part("plan")
                plan["targetCount"] = -1
                contract["plan"] = plan
            }.hasSuffix(" 409"))
        #expect(try start { _ in }.hasSuffix(" 201"))
        #expect(try product.run("server", "status").code == 0, "\(server.said)")
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

    @Test("reads its files anew when asked, and goes on with what it had where something in them is wrong")
    func reload() throws {
        let product = try Product(hosts: 1)
        let schedules = try product.directory.write("firstline: 1\nschedules: {}\n", to: "schedules.yaml")
        let server = try RunningServer(product, with: ["FIRSTLINE_SCHEDULES": schedules])
        let good = try product.run("server", "reload")
        #expect(good.code == 0 && good.errors.contains("read anew"), "\(good)")
        #expect(!good.errors.contains("warning"), "\(good)")
        _ = try product.directory.write(
            "firstline: 1\nschedules: {idle: {job: none, on: all, zone: UTC, rules: [{day: every day}]}}\n"
                + "freezes: {typo: {on: web1, from: 2026-01-01, until: 2126-01-01}}\n",
            to: "schedules.yaml")
        let idle = try product.run("server", "reload")
        let hindrance = "schedules/idle: it could not be run now: there is no job 'none'"
        #expect(idle.code == 0 && idle.errors.contains("warning: \(hindrance)"), "\(idle)")
        #expect(
            idle.errors.contains("freezes/typo: it does not count for all it names: on: there is no host"), "\(idle)")
        kill(server.process.processIdentifier, SIGHUP)
        try product.wait("it is in the log") { server.said.contains(hindrance) }
        _ = try product.directory.write("firstline: 1\nschedules: {a: {rules: []}}\n", to: "schedules.yaml")
        let bad = try product.run("server", "reload")
        #expect(
            bad.code == 1 && bad.errors.contains("schedules.yaml:2:") && bad.errors.contains("is missing"), "\(bad)")
        let json = try product.run("server", "reload", "-o", "json")
        #expect(json.code == 1 && json.output.contains("\"complete\" : false"), "\(json)")
        _ = try product.directory.write("firstline: 1\nschedules: {a: [\n", to: "schedules.yaml")
        let torn = try product.run("server", "reload")
        #expect(torn.code == 64 && torn.errors.contains("schedules.yaml:"), "\(torn)")
        kill(server.process.processIdentifier, SIGHUP)
        try product.wait("it is told") { server.said.contains("nothing was read anew") }
        #expect(try product.run("server", "status").code == 0)
        _ = server.end(SIGTERM)
    }

    @Test("a holiday that leaves a one-off without a day, and a schedule with a mistake, stop neither reload nor start")
    func oneRule() throws {
        let product = try Product(hosts: 1)
        let schedules = product.directory.path + "/schedules.yaml"
        func write(_ holiday: String, _ zone: String) throws {
            _ = try product.directory.write(
                "firstline: 1\ncalendars: {kr: {days: [{closed: \(holiday)}]}}\n"
                    + "defaults: {zone: UTC, calendar: kr}\nschedules:\n"
                    + "  once: {job: none, on: all, rules: [{day: 2190-12-25}]}\n"
                    + "  lost: {job: none, on: all, zone: \(zone), rules: [{day: every open}]}\n"
                    + "  daily: {job: none, on: all, rules: [{day: every open}]}\n", to: "schedules.yaml")
        }
        try write("2190-01-01", "UTC")
        let server = try RunningServer(product, with: ["FIRSTLINE_SCHEDULES": schedules])
        try write("2190-12-25", "Mars")
        let reload = try product.run("server", "reload")
        #expect(reload.code == 1, "\(reload)")
        let never = "schedules/once/rule 1: rule 1 never starts anything: 2190-12-25 is closed"
        let lost = "schedules/lost/zone: there is no time zone 'Mars'"
        #expect(reload.errors.contains("warning: " + never) && reload.errors.contains("error: " + lost), "\(reload)")
        for words in [["explain", "daily", "2190-12-24"], ["list"], ["next", "daily"]] {
            let ended = try product.run(["schedule"] + words)
            #expect(ended.code == 0, "\(ended)")
        }
        #expect(server.end(SIGTERM) == 0)
        let next = try RunningServer(product, with: ["FIRSTLINE_SCHEDULES": schedules])
        try product.wait("it is in the log") { next.said.contains(never) && next.said.contains(lost) }
        let events = try product.run("event", "list", "-o", "jsonl").output
        #expect(events.contains("\"kind\":\"never-starts\"") && events.contains(never), "\(events)")
        #expect(events.contains("\"kind\":\"definition-unusable\""), "\(events)")
        #expect(next.end(SIGTERM) == 0)
    }

    @Test("says what is wrong with its configuration and every file it names, and starts nothing")
    func configuration() throws {
        let product = try Product(hosts: 1, trusts: false)
        _ = try product.directory.write(
            "firstline: 1\nschedules: {a: {job: b, on: all, rules: [{day: 31 February}]}}\n", to: "s.yaml")
        let file = try product.directory.write(
            "firstline: 1\nscedules: [s.yaml]\nstatus: somewhere\nsocket: {path: a, grup: b}\nhostPatience: soon\n"
                + "keep: {runs: 12h, starts: forever, events: never}\n",
            to: "server.yaml")
        let wrong = try product.run("server", "check-config", "--config", file)
        #expect(wrong.code == 64)
        let expected = [
            "server.yaml:2:1: error: scedules: is not a key of a server's configuration; did you mean 'schedules'?",
            "server.yaml:3:9: error: status: must be an address and a port such as 127.0.0.1:8420, or off, not 'somewhere'",
            "server.yaml:4:19: error: socket/grup: is not a key of socket; did you mean 'group'?",
            "server.yaml:5:15: error: hostPatience: ",
            "server.yaml:6:14: error: keep/runs: must be 1d at least, or forever, not 12h",
            "server.yaml:6:44: error: keep/events: ",
        ]
        for line in expected { #expect(wrong.errors.contains(line), "\(wrong.errors)") }
        _ = try product.directory.write("firstline: 1\nschedules: [s.yaml]\n", to: "server.yaml")
        let named = try product.run("server", "check-config", "--config", file)
        #expect(named.code == 64 && named.errors.contains("s.yaml:2:"), "\(named)")
        _ = try product.directory.write("firstline: 1\nstatus: off\n", to: "server.yaml")
        let good = try product.run("server", "check-config", "--config", file)
        #expect(good.code == 0 && good.output.hasPrefix("good: ") && good.errors.isEmpty, "\(good)")
        _ = try product.directory.write(
            "firstline: 1\nschedules:\n  a: {job: nothing, on: all, zone: UTC, rules: [{day: every day}]}\n",
            to: "s.yaml")
        _ = try product.directory.write(
            "firstline: 1\nstatus: off\ninventory: hosts.yaml\nschedules: [s.yaml]\n", to: "server.yaml")
        let idle = try product.run("server", "check-config", "--config", file)
        #expect(idle.code == 0 && idle.output.hasPrefix("good: "), "\(idle)")
        #expect(
            idle.errors.contains(
                "s.yaml:3:3: warning: schedules/a: it could not be run now: there is no job 'nothing'"), "\(idle)")
        let handed = try product.run("server", "check-config", "--config", file, "-o", "json")
        #expect(handed.code == 0 && handed.output.contains("\"complete\" : true"), "\(handed)")
        let sentence = "it could not be run now: there is no job 'nothing'"
        #expect(handed.output.contains("\"message\" : \"\(sentence)"), "\(handed)")
        _ = try product.directory.write(
            "firstline: 1\nschedules:\n  a: {job: nothing, on: all, zone: Mars, rules: [{day: every day}]}\n",
            to: "s.yaml")
        let lost = try product.run("server", "check-config", "--config", file, "-o", "json")
        #expect(lost.code == 64 && lost.output.contains("\"path\" : \"schedules/a/zone\""), "\(lost)")
        _ = try product.directory.write("firstline: 1\nschedules: [\n", to: "s.yaml")
        let torn = try product.run("server", "check-config", "--config", file, "-o", "json")
        #expect(torn.code == 64 && torn.output.contains("\"complete\" : false"), "\(torn)")
        // All that is wrong is told, whatever it is about.
        _ = try product.directory.write(
            "firstline: 1\ntitle: {en: Bad}\ntasks: {a: {typ: Foo}}\n", to: "broken/bad.yaml")
        _ = try product.directory.write(
            "firstline: 1\nsocket: {group: nobody-has-it}\ninventory: none.yaml\nschedules: [none]\nstatus: off\n",
            to: "server.yaml")
        let many = try product.run("server", "check-config", "--config", file)
        #expect(many.code == 64, "\(many)")
        for what in ["there is no group 'nobody-has-it'", "none.yaml does not exist", "/none "] {
            #expect(many.errors.contains(what), "\(many)")
        }
        _ = try product.directory.write(
            "firstline: 1\nplaybooks: [broken]\nplugins: [nowhere]\nstatus: off\n", to: "server.yaml")
        let left = try product.run("server", "check-config", "--config", file)
        #expect(left.code == 64 && left.output.isEmpty, "\(left)")
        #expect(left.errors.contains("broken/bad.yaml:3:") && left.errors.contains("nowhere does not exist"), "\(left)")
        let long = try product.run("server", "--socket", "/tmp/" + String(repeating: "x", count: 120))
        #expect(long.code == 64 && long.errors.contains("the socket's path is too long"), "\(long)")
        let none = try product.run("server", "status")
        #expect(none.code == 75 && none.errors.contains("no server runs for the store"), "\(none)")
    }

    @Test("waits for a disk that fails for a while: it is not ready, tells why, loses nothing, and goes on")
    func failingDiskForAWhile() throws {
        let disk = try FailingDisk()
        let product = try Product(hosts: 1)
        let server = try RunningServer(product, with: disk.environment)
        let job = try product.playbook("change", change)
        let go = product.directory.path + "/go"
        let client = try product.start("run", job, "--on", "web*", "-e", "go=\(go)", "--quiet")
        try product.wait("the program runs") { lines(go + ".ledger").count == 1 }
        try disk.fail()
        try Data().write(to: URL(fileURLWithPath: go))
        try product.wait("the failure is told") { server.said.contains("the store fails, and is tried again for 1m") }
        let unready = try product.run("server", "status")
        #expect(unready.code == 1 && unready.output.contains("the store fails, and is tried again: "), "\(unready)")
        try disk.mend()
        client.waitUntilExit()
        #expect(client.terminationStatus == 0, "\(server.said)")
        #expect(lines(go + ".ledger").count == 1)
        #expect(try product.run("server", "status").code == 0)
        let events = try product.run("event", "list", "-o", "csv")
        #expect(events.output.contains("store-failed") && events.output.contains("works again"), "\(events)")
        #expect(server.end(SIGTERM) == 0)
        #expect(try product.run("store", "check").code == 0)
    }

    @Test("ends with 74 when its disk fails for long, and the next one takes up what it had begun")
    func failingDisk() throws {
        let disk = try FailingDisk()
        let product = try Product(hosts: 1)
        let server = try RunningServer(
            product, with: disk.environment.merging(["FIRSTLINE_STORE_PATIENCE": "1s"]) { $1 })
        let job = try product.playbook("change", change)
        let go = product.directory.path + "/go"
        let client = try product.start("run", job, "--on", "web*", "-e", "go=\(go)", "--quiet")
        try product.wait("the program runs") { lines(go + ".ledger").count == 1 }
        try disk.fail()
        try Data().write(to: URL(fileURLWithPath: go))
        server.process.waitUntilExit()
        #expect(server.process.terminationStatus == 74, "\(server.said)")
        kill(client.processIdentifier, SIGKILL)
        try disk.mend()
        let next = try RunningServer(product)
        let followed = try product.run("run", "follow", "last", "--quiet")
        #expect(followed.code == 0, "\(followed) \(next.said) \(server.said)")
        #expect(lines(go + ".ledger").count == 1)
        _ = next.end(SIGTERM)
    }

    @Test("starts what schedules say, and single starts as persons have changed them")
    func schedules() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook(
            "look", "tasks:\n  look: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        let schedules = try product.directory.write(
            """
            firstline: 1
            schedules:
              daily: {job: \(job), on: web01, zone: UTC, rules: [{day: every day, at: "0:00"}, {day: every day, at: "12:00"}]}
            """, to: "schedules.yaml")
        let server = try RunningServer(product, with: ["FIRSTLINE_SCHEDULES": schedules])
        let days = try product.run("plan-of-day", "list", "--days", "3", "-o", "name").output.split(separator: "\n")
        let next = String(try #require(days.first))
        #expect(days.count == 4 && next.hasPrefix("daily@"), "\(days)")
        #expect(
            try product.run("plan-of-day", "hold", next, "--reason", "wait").output.contains("held by tester: wait"))
        #expect(try product.run("plan-of-day", "hold", next).code == 8)
        let moved = try product.run("plan-of-day", "move", next, "--by", "-48h")
        #expect(moved.code == 0, "\(moved)")
        // Its time has passed, and it is held: a person lets it go.
        #expect(try product.run("plan-of-day", "list", "--state", "started", "--days", "3", "-o", "name").output == "")
        #expect(try product.run("plan-of-day", "release", next).code == 0)
        try product.wait("it is started") {
            try product.run("plan-of-day", "list", "--state", "started", "--days", "3", "-o", "name").output == next
                + "\n"
        }
        let run = try product.run("run", "get", "last", "-o", "json").json().part("run")
        #expect(run.text("operator") == "schedule daily" && run.text("job") == job)
        let bad = try product.run("plan-of-day", "add", "test.none", "--on", "web01", "--at", "23:59")
        #expect(bad.code == 64 && bad.errors.contains("there is no job 'test.none'"), "\(bad)")
        let added = try product.run(
            "plan-of-day", "add", job, "--on", "web01", "--at", "47:58", "--at", "47:59", "-o", "name")
        let names = added.output.split(separator: "\n").map(String.init)
        let removed = try product.run(["plan-of-day", "remove"] + names + ["-o", "jsonl"])
        #expect(names.count == 2 && removed.code == 0, "\(removed)")
        #expect(removed.output.split(separator: "\n").count { $0.contains("\"state\":\"removed\"") } == 2, "\(removed)")
        let events = try product.run("event", "list", "-o", "jsonl").output
        #expect(events.contains("held by tester: wait") && events.contains("released by tester"))
        _ = server.end(SIGTERM)
    }

    @Test("a freeze stands before every run that changes something, whoever starts it")
    func freeze() throws {
        let product = try Product(hosts: 2)
        let job = try product.playbook(
            "work", "tasks:\n  work: {type: RunProgram, effect: change, with: {program: /bin/true}}\n")
        let schedules = try product.directory.write(
            """
            firstline: 1
            freezes:
              closing: {title: {en: Month end}, on: web01, from: 2026-01-01, until: 2126-01-01, policy: ask}
              never: {on: web02, from: 2026-01-01, until: 2126-01-01}
            schedules: {}
            """, to: "schedules.yaml")
        let variables = ["FIRSTLINE_SCHEDULES": schedules]
        func refuses(_ server: String) throws {
            let asked = try product.run("run", job, "--on", "web01", "--yes", with: variables)
            #expect(asked.code == 8 && asked.errors.contains("'--despite REASON' agrees"), "\(server): \(asked)")
            #expect(asked.errors.contains("the freeze 'closing' (Month end) lasts until 2126-01-01 00:00"), "\(asked)")
            let agreed = try product.run("run", job, "--on", "web01", "--yes", "--despite", "CHG-7", with: variables)
            #expect(agreed.code == 0, "\(server): \(agreed)")
            // Who agreed and why is there for whoever looks.
            let wide = try product.run("run", "get", "last", "-o", "wide")
            #expect(
                wide.output.contains("agreed") && wide.output.contains("CHG-7 (the freeze 'closing'"), "\(wide)")
            #expect(try product.run("run", "get", "last", "-o", "json").output.contains("\"what\" : \"agreed\""))
            let blank = try product.run("run", job, "--on", "web01", "--yes", "--despite", "  ", with: variables)
            #expect(blank.code == 64 && blank.errors.contains("--despite needs a reason"), "\(blank)")
            let blocked = try product.run("run", job, "--on", "web02", "--yes", "--despite", "CHG-7", with: variables)
            #expect(blocked.code == 8 && blocked.errors.contains("no change may begin now"), "\(server): \(blocked)")
        }
        try refuses("without a server")
        let server = try RunningServer(product, with: variables)
        try refuses("with a server")
        let start = try product.run(
            "plan-of-day", "add", job, "--on", "web01", "--at", "47:59", "-o", "name"
        ).output.dropLast()
        let latest = try product.run("plan-of-day", "add", job, "--on", "web01", "--at", "99:59", "-o", "name")
        #expect(latest.code == 0, "\(latest)")
        let later = try product.run(
            "plan-of-day", "add", job, "--on", "web01", "--day", "2030-01-07", "--at", "2030-01-11 04:00")
        #expect(
            later.code == 64
                && later.errors.contains(
                    "2030-01-11 is not of the business day 2030-01-07, whose starts come from 0:00 to 99:59"),
            "\(later)")
        #expect(try product.run("plan-of-day", "move", String(start), "--by", "-48h").code == 0)
        try product.wait("it asks") {
            try product.run("plan-of-day", "list", "--state", "held", "-o", "name").output.contains(start)
        }
        let held = try product.run("plan-of-day", "list", "--state", "held", "-o", "wide").output
        #expect(held.contains("'firstline plan-of-day release \(start)' agrees"), "\(held)")
        #expect(try product.run("plan-of-day", "release", String(start), "--reason", "agreed").code == 0)
        try product.wait("it is started") {
            try product.run("plan-of-day", "list", "--state", "started", "-o", "name").output.contains(start)
        }
        #expect(try product.run("event", "list", "-o", "jsonl").output.contains("\"start-asks\""))
        _ = server.end(SIGTERM)
    }
}
