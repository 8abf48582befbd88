// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Storage
import Testing

@testable import CommandLineClient

@Suite("firstline host import-known-hosts")
struct KnownHostsTests {
    private let file = Cases.path("known_hosts")
    private let inventory = ["-i", Cases.path("Inventories/Hosts.yaml")]

    @Test("a file of OpenSSH is taken over, and what is not used is said")
    func all() async throws {
        let bench = Bench()
        let ended = await bench.run(["host", "import-known-hosts", file, "-o", "wide"] + inventory)
        #expect(ended.status == 0, "\(ended.talk)")
        try Cases.expect(ended.data, is: "Answers/import-known-hosts.wide")
        try Cases.expect(ended.talk, is: "Answers/import-known-hosts.talk")
        let pinned = await bench.store.pinnedHostKeys()
        #expect(pinned.allSatisfy { $0.pinnedBy == "\(Surroundings.person), import" })
        #expect(!pinned.contains { $0.endpoint.address == "10.0.0.2" }, "its key is revoked in the same file")
    }

    @Test("with a selection only the keys of those hosts are taken, hashed or not")
    func selected() async {
        let bench = Bench()
        let ended = await bench.run(["host", "import-known-hosts", file, "--on", "gate", "-o", "name"] + inventory)
        #expect(ended.data == "192.0.2.1:2222\n")
    }

    @Test("a second import changes nothing")
    func again() async {
        let bench = Bench()
        _ = await bench.run(["host", "import-known-hosts", file] + inventory)
        let before = await bench.store.pinnedHostKeys()
        let ended = await bench.run(["host", "import-known-hosts", file, "-o", "json"] + inventory)
        #expect(ended.status == 0)
        #expect(!ended.data.contains("\"trusted\""))
        #expect(await bench.store.pinnedHostKeys() == before)
    }

    @Test("a key in place of another is refused unless it is to be replaced")
    func conflict() async {
        let bench = Bench()
        let endpoint = Endpoint(address: "10.0.0.1", port: 22)
        let old = PinnedHostKey(
            endpoint: endpoint, key: FakeFleet.key(5), pinnedAt: Instant(microseconds: 0), pinnedBy: "kim")
        await bench.store.pin(old)
        let refused = await bench.run(["host", "import-known-hosts", file] + inventory)
        #expect(refused.status == 8)
        #expect(await bench.store.pinnedHostKeys().contains(old))
        let replaced = await bench.run(["host", "import-known-hosts", file, "--replace"] + inventory)
        #expect(replaced.status == 0, "\(replaced.talk)")
        #expect(
            await bench.store.pinnedHostKeys().first { $0.endpoint == endpoint }?.pinnedBy.hasSuffix("import") ?? false)
    }

    @Test("of two keys of one type for one host the first counts")
    func twice() {
        let keys = [FakeFleet.key(1), FakeFleet.key(2)]
        let known = KnownHostsFile(keys.map { "web01 \($0)" }.joined(separator: "\n"))
        let work = KnownHostsImport(known, inventory: [], only: false, pinned: [], replaces: true)
        #expect(work.items.map(\.result) == [.trusted, .refused])
    }

    @Test("a hashed name is recognised as OpenSSH made it, with the port where it is not 22")
    func hashed() throws {
        let web = try #require(HashedHostName("|1|9kHJoibfiaYTMGQggcy7Hl3i6uY=|XLL7BEv7eBr/XxEhswyNWePwJgc="))
        let gate = try #require(HashedHostName("|1|qVdYikyJaXPcPcwYfQQSvHyy7uE=|i92IGiwR6kUCBelMoiy2kt5PMP4="))
        #expect(web.isName(of: Endpoint(address: "10.0.0.1", port: 22)))
        #expect(!web.isName(of: Endpoint(address: "10.0.0.1", port: 2222)))
        #expect(gate.isName(of: Endpoint(address: "192.0.2.1", port: 2222)))
        #expect(!gate.isName(of: Endpoint(address: "192.0.2.1", port: 22)))
    }

    @Test(
        "what is no hashed name is none",
        arguments: ["|1|a|b", "|2|9kHJ|XLL7", "|1|9kHJoibfiaYTMGQggcy7Hl3i6uY=", "||", "|1||"])
    func notHashed(text: String) {
        #expect(HashedHostName(text) == nil)
    }

    @Test("a line whose key is not of the type it says is not read")
    func wrongType() {
        let key = FakeFleet.key(1)
        let known = KnownHostsFile("web01 ssh-rsa \(key.base64)\nweb02 \(key)\r\n")
        #expect(known.entries.map(\.line) == [2])
        #expect(known.unused[.unreadable] == [1])
    }

    @Test("a file that is not there is said")
    func missing() async {
        let ended = await Bench().run("host", "import-known-hosts", "/nonexistent/known_hosts")
        #expect(ended.status == 64)
        #expect(ended.talk.contains("/nonexistent/known_hosts does not exist; is it the path of a known_hosts file?"))
    }
}
