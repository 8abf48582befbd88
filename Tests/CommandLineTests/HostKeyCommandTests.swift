// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Storage
import Testing

@testable import CommandLineClient

@Suite("firstline host scan, trust, untrust and keys")
struct HostKeyCommandTests {
    private let inventory = ["-i", Cases.path("Inventories/Hosts.yaml")]
    private let gate = Endpoint(address: "192.0.2.1", port: 2222)
    private let web = Endpoint(address: "10.0.0.1", port: 22)

    private func bench(answer: String? = nil) -> Bench {
        var bench = Bench()
        bench.answer = answer
        bench.fleet.hosts = [
            "gate": .answers(key: FakeFleet.key(1)), "web01": .answers(key: FakeFleet.key(2)),
            "web02": .answers(key: FakeFleet.key(3)), "here": .answers(key: FakeFleet.key(4)),
        ]
        return bench
    }

    @Test("a scan shows each key and changes nothing")
    func scan() async throws {
        let bench = bench()
        let ended = await bench.run(["host", "scan", "gate", "here", "db01"] + inventory)
        #expect(ended.status == 4)
        try Cases.expect(ended.data, is: "Answers/host-scan.table")
        #expect(await bench.store.pinnedHostKeys().isEmpty)
    }

    @Test("a scan tells expected, new and changed keys apart")
    func states() async {
        var bench = bench()
        _ = await bench.run(["host", "trust", "gate", "web01", "--yes"] + inventory)
        bench.fleet.hosts["web01"] = .answers(key: FakeFleet.key(9))
        let ended = await bench.run(["host", "scan", "gate", "web[01-02]", "-o", "csv"] + inventory)
        #expect(ended.status == 0)
        let states = ended.data.split(separator: "\r\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)[4]
        }
        #expect(states == ["pinned", "CHANGED", "new"])
    }

    @Test("a host behind an untrusted jump host cannot be scanned, and the reason says so")
    func behind() async {
        let ended = await bench().run(["host", "scan", "web01", "-o", "json"] + inventory)
        #expect(ended.status == 4)
        #expect(ended.data.contains("the host key of gate is not the one expected"))
    }

    @Test("trusting asks, jump hosts first, and keeps who trusted what")
    func trust() async throws {
        let bench = bench(answer: "y")
        let ended = await bench.run(["host", "trust", "web[01-02]"] + inventory)
        #expect(ended.status == 0, "\(ended.talk)")
        #expect(ended.talk.contains("Is this the key of gate? [y/N]"))
        #expect(ended.talk.contains("Are these the keys of the 2 hosts? [y/N]"))
        try Cases.expect(ended.data, is: "Answers/host-trust.table")
        let pinned = await bench.store.pinnedHostKeys()
        #expect(pinned.map(\.endpoint.address) == ["10.0.0.1", "10.0.0.2", "192.0.2.1"])
        #expect(pinned.allSatisfy { $0.pinnedBy == "\(Surroundings.person), scan" })
    }

    @Test("without a yes nothing is trusted", arguments: ["n", "", "maybe"])
    func declined(answer: String) async {
        let bench = bench(answer: answer)
        let ended = await bench.run(["host", "trust", "gate"] + inventory)
        #expect(ended.status == 8)
        #expect(await bench.store.pinnedHostKeys().isEmpty)
    }

    @Test("where nobody can be asked, --yes must be said")
    func nobody() async {
        let bench = bench()
        let ended = await bench.run(["host", "trust", "gate"] + inventory)
        #expect(ended.status == 64)
        #expect(ended.talk.contains("say --yes"))
        #expect(await bench.store.pinnedHostKeys().isEmpty)
    }

    @Test("a changed key is refused unless it is to be replaced, and a replaced one leaves nothing of the old")
    func changed() async {
        let bench = bench(answer: "y")
        let old = [FakeFleet.key(8), FakeFleet.key(8, type: "ssh-rsa")]
        for key in old {
            await bench.store.pin(
                PinnedHostKey(endpoint: gate, key: key, pinnedAt: Instant(microseconds: 0), pinnedBy: "kim"))
        }
        let refused = await bench.run(["host", "trust", "gate", "--yes"] + inventory)
        #expect(refused.status == 8)
        #expect(refused.data.contains("say --replace"))
        #expect(await bench.store.pinnedHostKeys().map(\.key) == old)
        let replaced = await bench.run(["host", "trust", "gate", "--replace"] + inventory)
        #expect(replaced.status == 0, "\(replaced.talk)")
        #expect(replaced.talk.contains("CHANGED"))
        #expect(await bench.store.pinnedHostKeys().map(\.key) == [FakeFleet.key(1)])
    }

    @Test("hosts that show no key and keys that are refused add up in the exit code")
    func codes() async {
        let bench = bench()
        await bench.store.pin(
            PinnedHostKey(endpoint: gate, key: FakeFleet.key(8), pinnedAt: Instant(microseconds: 0), pinnedBy: "kim"))
        let ended = await bench.run(["host", "trust", "gate", "db01", "--yes"] + inventory)
        #expect(ended.status == 12)
    }

    @Test("trusting what is trusted does nothing and says so")
    func again() async {
        let bench = bench()
        _ = await bench.run(["host", "trust", "gate", "--yes"] + inventory)
        let ended = await bench.run(["host", "trust", "gate"] + inventory)
        #expect(ended.status == 0)
        #expect(ended.data.contains(/gate .* known/))
    }

    @Test("trusted keys are listed, and forgotten by host or by address")
    func untrust() async throws {
        let bench = bench()
        _ = await bench.run(["host", "trust", "web01", "--yes"] + inventory)
        let keys = await bench.run("host", "keys", "-o", "name")
        #expect(keys.data == "10.0.0.1:22\n192.0.2.1:2222\n")
        let byHost = await bench.run(["host", "untrust", "web01"] + inventory)
        #expect(byHost.data.contains("10.0.0.1:22"))
        let byAddress = await bench.run("host", "untrust", "192.0.2.1:2222", "-i", "/nonexistent")
        #expect(byAddress.status == 0, "\(byAddress.talk)")
        #expect(await bench.store.pinnedHostKeys().isEmpty)
        let again = await bench.run(["host", "untrust", "web01"] + inventory)
        #expect(again.talk == "none of these hosts was trusted\n")
    }
}
