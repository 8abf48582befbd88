// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("What a shell is offered", .serialized)
struct CompletionTests {
    /// What the program offers for the last word, as a shell's script asks it; nothing may be said beside it.
    private func offers(_ product: Product, _ command: [String], _ word: String) throws -> [String] {
        let asked = ["---completion"] + command + ["--", "positional@0", "\(command.count + 1)", "\(word.count)"]
        let ended = try product.run(asked + ["firstline"] + command + [word])
        #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended)")
        return ended.output.split(separator: "\n").map(String.init)
    }

    @Test("runs and planned starts, from the store and from a server; nothing where there is no store")
    func stored() throws {
        let product = try Product(hosts: 1)
        #expect(try offers(product, ["run", "get"], "") == [])
        #expect(try offers(product, ["plan-of-day", "hold"], "") == [])
        let job = try product.playbook(
            "look", "tasks:\n  look: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        #expect(try product.run("run", job, "--on", "web01").code == 0)
        let id = try product.run("run", "list", "-o", "name").output.dropLast()
        #expect(try offers(product, ["run", "get"], "") == [String(id), "last"])
        #expect(try offers(product, ["run", "logs"], String(id.prefix(9))) == [String(id)])
        #expect(try offers(product, ["run", "cancel"], "") == [])
        let added = try product.run("plan-of-day", "add", job, "--on", "web01", "--at", "47:59", "-o", "name")
        let start = added.output.dropLast()
        #expect(try offers(product, ["plan-of-day", "remove"], "") == [String(start)])
        let server = try RunningServer(product)
        #expect(try offers(product, ["run", "get"], "") == [String(id), "last"])
        #expect(try offers(product, ["plan-of-day", "hold"], String(start.prefix(4))) == [String(start)])
        #expect(server.end(SIGTERM) == 0)
    }
}
