// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A server whose disk fails", .serialized)
struct ServerDiskTests {
    @Test("waits for a disk that fails for a while: it is not ready, tells why, loses nothing, and goes on")
    func failingDiskForAWhile() throws {
        let disk = try FailingDisk()
        let product = try Product(hosts: 1)
        let server = try RunningServer(product, with: disk.environment)
        let job = try product.playbook("change", Ledger.change)
        let go = product.directory.path + "/go"
        let client = try product.start("run", job, "--on", "web*", "-e", "go=\(go)", "--quiet")
        try product.wait("the program runs") { Ledger.lines(go + ".ledger").count == 1 }
        try disk.fail()
        try Data().write(to: URL(fileURLWithPath: go))
        try product.wait("the failure is told") { server.said.contains("the store fails, and is tried again for 1m") }
        let unready = try product.run("server", "status")
        #expect(unready.code == 1 && unready.output.contains("the store fails, and is tried again: "), "\(unready)")
        try disk.mend()
        client.waitUntilExit()
        #expect(client.terminationStatus == 0, "\(server.said)")
        #expect(Ledger.lines(go + ".ledger").count == 1)
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
        let job = try product.playbook("change", Ledger.change)
        let go = product.directory.path + "/go"
        let client = try product.start("run", job, "--on", "web*", "-e", "go=\(go)", "--quiet")
        try product.wait("the program runs") { Ledger.lines(go + ".ledger").count == 1 }
        try disk.fail()
        try Data().write(to: URL(fileURLWithPath: go))
        server.process.waitUntilExit()
        #expect(server.process.terminationStatus == 74, "\(server.said)")
        kill(client.processIdentifier, SIGKILL)
        try disk.mend()
        let next = try RunningServer(product)
        let followed = try product.run("run", "follow", "last", "--quiet")
        #expect(followed.code == 0, "\(followed) \(next.said) \(server.said)")
        #expect(Ledger.lines(go + ".ledger").count == 1)
        _ = next.end(SIGTERM)
    }
}
