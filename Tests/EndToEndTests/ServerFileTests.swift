// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The files of a server", .serialized)
struct ServerFileTests {
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
        let never = "schedules/once/rule 1: never starts anything: 2190-12-25 is closed"
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
                + "keep: {runs: 12h, starts: forever, events: never}\n"
                + "limits: {connections: 2, statusConnections: 10001, body: 2GB, idle: 1s, conections: 5}\n",
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
            "server.yaml:7:23: error: limits/connections: must be a whole number from 4 to 10000, not '2'",
            "server.yaml:7:45: error: limits/statusConnections: must be a whole number from 4 to 10000, not '10001'",
            "server.yaml:7:58: error: limits/body: must be a size from 1MB to 1GB, not '2GB'",
            "server.yaml:7:69: error: limits/idle: must be a duration from 5s to 1h, not 1s",
            "server.yaml:7:73: error: limits/conections: is not a key of limits; did you mean 'connections'?",
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
        _ = try product.playbook("each", "tasks: {a: {type: RunProgram, with: {program: /bin/true}}}\n")
        _ = try product.playbook("once", "tasks: {a: {type: Start}}\n")
        _ = try product.directory.write(
            """
            firstline: 1
            schedules:
              each: {job: test.each, zone: UTC, rules: [{day: every day}]}
              idle: {title: {en: Idle, ko: 유휴}, job: test.each, zone: UTC, enabled: false, rules: [{day: every day}]}
              once: {title: {en: Once}, job: test.once, zone: UTC, rules: [{day: every day}]}
            """, to: "s.yaml")
        let lacking = "names no hosts, and the job test.each works on hosts; write 'on', such as on: all"
        let without = try product.run("server", "check-config", "--config", file)
        let title = "/s.yaml:5:10: warning: schedules/once/title: has no ko, which other"
        #expect(without.errors.contains(title), "\(without)")
        #expect(
            without.code == 0 && without.errors.hasSuffix("/s.yaml:3:3: warning: schedules/each: \(lacking)\n"),
            "\(without)")
        #expect(without.errors.split(separator: "\n").count == 2, "\(without)")
        let listed = try product.run("schedule", "list", "-s", product.directory.path + "/s.yaml", "--lang", "ko")
        #expect(
            listed.code == 0 && listed.errors.split(separator: "\n").count == 1
                && listed.errors.hasSuffix(
                    "s.yaml:3:3: 경고: schedules/each: 서버가 지정되지 않았으나 JOB test.each은(는) 서버에서 실행됩니다. on: all과 같이 'on'을 지정하십시오\n"
                ),
            "\(listed)")
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
}
