// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import TaskKit
import Testing

@testable import CommandLineClient

@Suite("firstline host list, show and test")
struct HostCommandTests {
    private let inventory = ["-i", Cases.path("Inventories/Hosts.yaml")]

    @Test("hosts are listed", arguments: ["table", "wide", "csv", "name", "json"])
    func list(form: String) async throws {
        let ended = await Bench().run(["host", "list", "-o", form] + inventory)
        #expect(ended.status == 0)
        try Cases.expect(ended.data, is: "Answers/host-list.\(form)")
    }

    @Test(
        "hosts are listed by selection",
        arguments: [
            (["--on", "group=web"], "web01 web02"), (["--on", "all", "--except", "web*"], "gate db01 here"),
            (["--except", "service=shop"], "gate here"), (["--on", "software=nginx"], "web01 web02"),
        ])
    func selected(options: [String], expected: String) async {
        let ended = await Bench().run(["host", "list", "-o", "name"] + options + inventory)
        #expect(ended.data.split(separator: "\n").joined(separator: " ") == expected)
    }

    @Test("a selection that names nothing is an error, never all hosts")
    func nothing() async {
        let ended = await Bench().run(["host", "list", "--on", "group=nowhere"] + inventory)
        #expect(ended.status == 64)
        #expect(ended.data == "")
    }

    @Test("a host shows all that is known of it", arguments: ["table", "json"])
    func show(form: String) async throws {
        let ended = await Bench().run(["host", "show", "web01", "-o", form] + inventory)
        #expect(ended.status == 0)
        try Cases.expect(ended.data, is: "Answers/host-show.\(form)")
    }

    @Test(
        "a secret shows only where it is read, and what looks like one not at all",
        arguments: ["table", "json", "yaml", "csv"])
    func secrets(form: String) async {
        let ended = await Bench().run(["host", "show", "web01", "-o", form] + inventory)
        #expect(ended.data.contains("env:SUDO"))
        #expect(ended.data.contains("env:DB"))
        #expect(!ended.data.contains("abc"))
    }

    @Test("an unknown host is a wrong command line, with the one that was probably meant")
    func unknown() async {
        let ended = await Bench().run(["host", "show", "web03"] + inventory)
        #expect(ended.status == 64)
        #expect(ended.talk == "firstline: there is no host 'web03' in the inventory; did you mean 'web01'?\n")
    }

    @Test("a missing inventory and a wrong form of it are said")
    func noInventory() async {
        let missing = await Bench().run("host", "list", "-i", "/nonexistent/hosts.yaml")
        #expect(missing.status == 64)
        #expect(missing.talk.contains("/nonexistent/hosts.yaml does not exist"))
        let form = await Bench().run(["host", "list", "--inventory-format", "anisble-ini"] + inventory)
        #expect(form.status == 64)
        #expect(form.talk.contains("did you mean 'ansible-ini'?"))
    }

    @Test("a test tells who answers, who does not and why, and ends with 4")
    func test() async throws {
        var bench = Bench()
        bench.fleet.hosts = [
            "gate": .answers(key: FakeFleet.key(1)), "db01": .answers(key: FakeFleet.key(2), exit: .code(127)),
            "here": .answers(key: FakeFleet.key(3)),
        ]
        _ = await bench.run(["host", "trust", "gate", "db01", "--yes"] + inventory)
        let ended = await bench.run(["host", "test", "--on", "all", "--except", "web02", "-o", "json"] + inventory)
        #expect(ended.status == 4)
        #expect(ended.talk == "firstline: 3 of 4 hosts did not answer\n")
        let answers = try JSONDecoder().decode([Answer].self, from: Data(ended.data.utf8))
        #expect(answers.map(\.host) == ["gate", "web01", "db01", "here"])
        #expect(answers.map(\.reason) == [nil, "connect-timeout", "no-shell", "host-key-unknown"])
    }

    private struct Answer: Decodable {
        let host: String
        let reason: String?
    }

    @Test("a test of hosts that all answer ends with 0")
    func allAnswer() async {
        var bench = Bench()
        bench.fleet.hosts = ["gate": .answers(key: FakeFleet.key(1))]
        _ = await bench.run(["host", "trust", "gate", "--yes"] + inventory)
        let ended = await bench.run(["host", "test", "gate"] + inventory)
        #expect(ended.status == 0, "\(ended.talk)")
        #expect(ended.data.contains(/gate +reachable/))
    }

    @Test("hosts that are contacted must be named", arguments: ["test", "scan", "trust", "untrust"])
    func unnamed(command: String) async {
        let ended = await Bench().run(["host", command] + inventory)
        #expect(ended.status == 64)
        #expect(ended.talk.contains("say which hosts"))
    }
}
