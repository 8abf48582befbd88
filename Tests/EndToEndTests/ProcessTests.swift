// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The process of a server")
struct ProcessTests {
    @Test("leaves no memory on a disk, and shows none to others of its account, since passwords are in it")
    func memory() throws {
        let product = try Product(hosts: 1, trusts: false)
        let server = try RunningServer(product)
        let process = server.process.processIdentifier
        let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
        let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
        #expect(core.split(separator: " ")[4] == "0", "\(core)")
    }

    @Test(
        "belongs to root in /proc although it runs as another account: nobody of that account may read its memory",
        .enabled(if: getuid() == 0, "only root becomes another"))
    func hidden() throws {
        let folder = try TemporaryDirectory("firstline-hidden")
        chown(folder.path, 65534, 65534)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = [
            "--reuid=65534", "--regid=65534", "--clear-groups", Product.program, "server", "--status", "off",
        ]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "FIRSTLINE_DATA": folder.path + "/data"]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.runUnmasked()
        defer { kill(process.processIdentifier, SIGKILL) }
        let socket = folder.path + "/data/server.sock"
        for _ in 0..<600 where !FileManager.default.fileExists(atPath: socket) { usleep(100_000) }
        let place = "/proc/\(process.processIdentifier)"
        let status = try String(contentsOfFile: place + "/status", encoding: .utf8)
        #expect(status.contains("\nUid:\t65534\t65534\t"), "\(status)")
        var found = stat()
        #expect(stat(place + "/environ", &found) == 0 && found.st_uid == 0)
    }

    @Test("that crashes leaves a line in its log, and the next one tells when and keeps it as an event")
    func crash() throws {
        let product = try Product(hosts: 1, trusts: false)
        // As where the runtime has no debugger of its own beside it.
        let server = try RunningServer(product, with: ["SWIFT_BACKTRACE": "enable=no"])
        let process = server.process.processIdentifier
        #expect(server.end(SIGSEGV) == SIGSEGV)
        #expect(
            server.said.contains(
                "firstline: a defect ended the process (signal SEGV); what it had begun goes on, and is found again\n"),
            "\(server.said)")
        let next = try RunningServer(product)
        let told =
            "process \(process), which had the store before, did not close it: it was killed, it crashed, or the machine went down"
        #expect(next.said.contains("warning \(told); it last wrote at 2"), "\(next.said)")
        let events = try product.run("event", "list", "-o", "csv")
        #expect(events.output.contains("server-died") && events.output.contains(told), "\(events)")
        #expect(next.end(SIGTERM) == 0)
        let third = try RunningServer(product)
        #expect(!third.said.contains("did not close it"), "\(third.said)")
    }

    @Test("that does not answer is told so within seconds, by all who ask it")
    func stopped() throws {
        let product = try Product(hosts: 1, trusts: false)
        let server = try RunningServer(product)
        kill(server.process.processIdentifier, SIGSTOP)
        defer { kill(server.process.processIdentifier, SIGCONT) }
        let asked = try product.run("server", "status")
        #expect(asked.code == 75)
        #expect(
            asked.errors.contains(
                "has not answered for 10 s; whether it does what it was asked is not known. Look at its log, or end it and start it "
                    + "again: what it had begun goes on"), "\(asked)")
    }
}
