// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CommandLineClient

@Suite("firstline unit")
struct UnitCommandTests {
    @Test("the catalogue is a tree with the words of the person's language", arguments: ["en", "ko", "ja"])
    func tree(language: String) async throws {
        let ended = await Bench().run("unit", "list", "--lang", language)
        #expect(ended.status == 0)
        #expect(ended.talk == "")
        try Cases.expect(ended.data, is: "Answers/unit-list.\(language).txt")
    }

    @Test("the catalogue is rows in every other form", arguments: ["wide", "json", "jsonl", "yaml", "csv", "name"])
    func rows(form: String) async throws {
        let ended = await Bench().run("unit", "list", "-o", form)
        #expect(ended.status == 0)
        try Cases.expect(ended.data, is: "Answers/unit-list.\(form)")
    }

    @Test(
        "the catalogue is narrowed by category, software and words of any language",
        arguments: [
            (["--category", "mw"], "mw.nginx.restart mw.nginx.start mw.nginx.stop"),
            (["--software", "LINUX"], "os.check.ntp os.incident.triage"),
            (["--search", "재기동"], "mw.nginx.restart"), (["--search", "再起動 NGINX"], "mw.nginx.restart"),
            (["--search", "jb_web"], "mw.nginx.restart"), (["--search", "점검"], "os.check.ntp"),
            (["--category", "OS", "--search", "장애"], "os.incident.triage"), (["--search", "ntp restart"], ""),
        ])
    func narrowed(options: [String], expected: String) async {
        let ended = await Bench().run(["unit", "list", "-o", "name"] + options)
        #expect(ended.data.split(separator: "\n").joined(separator: " ") == expected)
    }

    @Test("a search that finds nothing says so and is no error")
    func nothing() async {
        let ended = await Bench().run("unit", "list", "--search", "oracle")
        #expect(ended.status == 0)
        #expect(ended.data == "")
        #expect(ended.talk == "none of the 5 work units is like that\n")
    }

    @Test("a playbook with a mistake does not take the others away")
    func oneIsBroken() async throws {
        let good = try Cases.text("Playbooks/os/check/ntp.yaml")
        try await Cases.withFolder(["os/good.yaml": good, "os/bad.yaml": "firstline: 1\ntask: {}\n"]) { folder in
            var bench = Bench()
            bench.playbooks = folder
            let ended = await bench.run("unit", "list", "-o", "name")
            #expect(ended.status == 0)
            #expect(ended.data == "os.good\n")
            #expect(ended.talk.contains("1 playbook is left out"))
            #expect(ended.talk.contains("firstline job validate"))
        }
    }

    @Test(
        "a work unit shows what it asks for, does and changes",
        arguments: ["table", "wide", "json", "yaml", "csv", "name"])
    func show(form: String) async throws {
        let ended = await Bench().run("unit", "show", "mw.nginx.restart", "-o", form)
        #expect(ended.status == 0)
        try Cases.expect(ended.data, is: "Answers/unit-show.\(form)")
    }

    @Test("a work unit is found by an alias that only it has")
    func alias() async {
        let ended = await Bench().run("unit", "show", "ntp_offset", "-o", "name")
        #expect(ended.data == "os.check.ntp\n")
    }

    @Test(
        "an unknown work unit is a wrong command line, with the one that was probably meant",
        arguments: [
            ("mw.nginx.restrat", "did you mean 'mw.nginx.restart'?"), ("nginx.stop", "did you mean 'mw.nginx.stop'?"),
            ("oracle", "'firstline job list' shows the jobs there are"),
        ])
    func unknown(name: String, hint: String) async {
        let ended = await Bench().run("unit", "show", name)
        #expect(ended.status == 64)
        #expect(ended.talk == "firstline: there is no job '\(name)'; \(hint)\n")
    }

    @Test("a work unit with a mistake shows the mistake, not that it is not there")
    func broken() async throws {
        try await Cases.withFolder(["os/bad.yaml": "firstline: 1\ntitle: Bad\ntaskss: {}\n"]) { folder in
            var bench = Bench()
            bench.playbooks = folder
            let ended = await bench.run("unit", "show", "os.bad")
            #expect(ended.status == 64)
            #expect(ended.talk.contains("os/bad.yaml:3:1: error: taskss"))
        }
    }

    @Test("a directory of playbooks that is not there is said")
    func noFolder() async {
        var bench = Bench()
        bench.playbooks = "/nonexistent"
        let ended = await bench.run("unit", "list")
        #expect(ended.talk.contains("/nonexistent"))
    }
}
