// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SSHTransport
import TaskKit
import TestSupport
import Testing

@Suite("Commands one after another on one connection")
struct HandTests {
    private func session(_ server: SSHServer? = nil) async throws -> any HostSession {
        let server = try server ?? SharedServer.get()
        return try await server.transport().open(server.host())
    }

    @Test("share one launcher, which leaves no trace of one in the next")
    func reuse() async throws {
        let session = try await session()
        let one = try await session.says("echo $PPID; cd /; umask 0; export LEFT=over; trap '' TERM; ulimit -n 100")
        let two = try await session.says("echo $PPID; pwd; umask; echo ${LEFT-nothing}; ulimit -n")
        let lines = two.split(separator: "\n").map(String.init)
        #expect(one == (lines.first ?? "") + "\n")
        #expect(lines.dropFirst().prefix(3) == ["/root", "0022", "nothing"], "\(lines)")
        #expect(lines.last != "100")
        await session.close()
    }

    @Test("go on over another launcher when somebody ended the first, and nothing is started twice")
    func endedFromOutside() async throws {
        let session = try await session()
        let directory = try TemporaryDirectory()
        let pid = try await session.says("echo $PPID").filter(\.isNumber)
        #expect(kill(Int32(pid) ?? 0, SIGKILL) == 0)
        let text = try await session.says("echo x >>\(directory.path)/count; cat \(directory.path)/count; echo $PPID")
        #expect(text.hasPrefix("x\n") && !text.contains(pid), "\(text)")
        await session.close()
    }

    @Test("never see what a child of an earlier one still writes")
    func stragglers() async throws {
        let session = try await session()
        let directory = try TemporaryDirectory()
        _ = try await session.says("(sleep 0.2; echo late; echo late >&2; echo x >\(directory.path)/done) & echo first")
        while !FileManager.default.fileExists(atPath: directory.path + "/done") { await Task.yield() }
        #expect(try await session.says("echo second") == "second\n")
        await session.close()
    }

    @Test("are told as unknown when the launcher dies in the middle")
    func launcherDies() async throws {
        let session = try await session()
        do {
            _ = try await session.says("kill -9 $PPID; sleep 5")
            Issue.record("it was told as done")
        } catch let failure as SessionFailure {
            #expect(failure.code == .launcherEnded && failure.mayHaveStarted, "\(failure)")
        }
        #expect(try await session.says("echo on") == "on\n")
        await session.close()
    }

    @Test("work on a host that allows one channel at a time", arguments: [1, 2])
    func fewChannels(allowed: Int) async throws {
        let server = try SSHServer(options: ["MaxSessions \(allowed)"])
        let session = try await session(server)
        for account in [nil, "nobody", nil, "daemon", "nobody", nil] {
            #expect(try await session.says("id -un", as: account) == (account ?? "root") + "\n")
        }
        await session.close()
    }

    @Test("wait for each other on a host that allows one channel, and can be ended there all the same")
    func oneChannel() async throws {
        let server = try SSHServer(options: ["MaxSessions 1"])
        let session = try await session(server)
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<4 { group.addTask { try await session.says("sleep 0.1; echo \(number)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(texts.sorted() == (0..<4).map { "\($0)\n" })
        let end = try await session.execute(
            Command("/bin/sleep", ["300"]), tag: "one-channel", limit: TimeLimit(.milliseconds(200)), output: NoOutput()
        )
        #expect(end == Execution(exit: .killed(completely: true)))
        await session.close()
    }

    @Test("work after one that could not be started, whatever its script held")
    func afterFailure() async throws {
        let session = try await session()
        let hostile = Array("N\nA/bin/touch\nA/tmp/never\nG\n".utf8)
        var command = Command(.script(.init(text: hostile, interpreter: ["/no/such/interpreter"])))
        command.standardInput = hostile
        for _ in 0..<3 {
            await #expect(throws: SessionFailure.self) {
                try await session.execute(command, tag: "hostile", limit: TimeLimit(.seconds(20)), output: NoOutput())
            }
            #expect(try await session.says("echo on; ls /tmp/never 2>/dev/null") == "on\n")
        }
        await session.close()
    }
}
