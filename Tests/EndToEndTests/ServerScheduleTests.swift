// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A server with schedules", .serialized)
struct ServerScheduleTests {
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
        let japanese = try product.run("event", "list", "--lang", "ja", with: ["TZ": "Asia/Tokyo"]).output
        #expect(
            japanese.contains(" Asia/Tokyoの開始(業務日付 ") && japanese.contains("、\(job): tester: 保留: wait"), "\(japanese)")
        _ = server.end(SIGTERM)
    }

    @Test("says which hosts a planned start leaves out when it is added and edited, with and without a server")
    func leftOut() throws {
        let product = try Product(
            hosts: 3, trusts: false, instances: ["{t: {software: tomcat}}", "{t: {software: tomcat}}"])
        let job = try product.playbook(
            "strict", "target: tomcat\ntasks:\n  act: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        let warning = "warning: targets: \(job) works on instances of tomcat; 1 without one is left out: web03\n"
        func check(_ server: String) throws {
            let added = try product.run("plan-of-day", "add", job, "--on", "all", "--at", "47:59", "-o", "name")
            #expect(added.code == 0 && added.errors.contains(warning), "\(server): \(added)")
            let slot = String(added.output.dropLast())
            let narrow = try product.run("plan-of-day", "edit", slot, "--on", "web01")
            #expect(narrow.code == 0 && !narrow.errors.contains("warning"), "\(server): \(narrow)")
            let wide = try product.run("plan-of-day", "edit", slot, "--on", "web*")
            #expect(wide.code == 0 && wide.errors.contains(warning), "\(server): \(wide)")
        }
        try check("without a server")
        let server = try RunningServer(product)
        try check("with a server")
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
            let korean = try product.run("run", job, "--on", "web01", "--yes", "--lang", "ko", with: variables)
            #expect(
                korean.code == 8
                    && korean.errors.contains(
                        "지금 변경을 시작하려면 승인이 필요합니다: 변경 동결 'closing' (Month end): 2126-01-01 00:00"),
                "\(korean)")
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
