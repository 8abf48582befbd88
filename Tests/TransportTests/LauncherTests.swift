// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalTransport
import Model
import SSHTransport
import TaskKit
import TaskKitTesting
import TestSupport
import Testing

@Suite("What the launcher is given")
struct LauncherTests {
    private func local(_ shell: [String] = ["sh"]) -> any SpoolingSession {
        LocalTransport(user: "root", secret: noSecret, shell: shell).open(.here)
    }

    private func failure(_ command: Command) async -> SessionFailure? {
        do throws(SessionFailure) {
            _ = try await local().execute(command, tag: "given", limit: TimeLimit(.seconds(60)), output: NoOutput())
            return nil
        } catch {
            return error
        }
    }

    @Test("never takes a program's variable for one of its own", arguments: SpoolTests.shells.keys.sorted())
    func variables(shell: String) async throws {
        let keep = try TemporaryDirectory()
        _ = try keep.write("x", to: "precious")
        let names = "a b c d e i k l m n o p r s t u v in me nl key line path size back boot over start state ask way"
            .split(
                separator: " ")
        let session = local(SpoolTests.shells[shell] ?? [])
        let ways: [any HostSession] = [session, EveryCommandSpooled(session)]
        for way in ways {
            var plain = Command("/usr/bin/env")
            plain.environment = Dictionary(names.map { (String($0), keep.path) }, uniquingKeysWith: { one, _ in one })
            var script = Command(.script(.init(text: Array("env".utf8))))
            script.environment = plain.environment
            for command in [plain, script] {
                let kept = KeptBytes(limit: 100_000)
                let end = try await way.execute(command, tag: "vars", limit: TimeLimit(.seconds(60)), output: kept)
                let lines = Set(
                    String(decoding: await kept.bytes, as: UTF8.self).split(separator: "\n").map(String.init))
                #expect(end.exit == .code(0))
                for name in names { #expect(lines.contains("\(name)=\(keep.path)"), "\(name) did not reach it") }
            }
        }
        #expect(
            FileManager.default.fileExists(atPath: keep.path + "/precious"), "the launcher removed what a value named")
    }

    @Test("finds a program by the PATH the command sets, and its own tools without it")
    func path() async throws {
        let tools = try TemporaryDirectory()
        _ = try tools.write("#!/bin/sh\necho mine\n", to: "my-tool", mode: 0o755)
        let ways: [any HostSession] = [local(), EveryCommandSpooled(local())]
        for way in ways {
            var command = Command("my-tool")
            command.environment = ["PATH": tools.path]
            command.writesOutputFile = true
            let kept = KeptBytes(limit: 100)
            let end = try await way.execute(command, tag: "path", limit: TimeLimit(.seconds(60)), output: kept)
            let text = String(decoding: await kept.bytes, as: UTF8.self)
            #expect(end.exit == .code(0) && text == "mine\n", "\(end.exit) \(text)")
        }
    }

    @Test("is refused what Linux starts no program with, with its size and the way out")
    func tooLong() async throws {
        var command = Command("/bin/true")
        command.environment = ["V": String(repeating: "x", count: 140_000)]
        let variable = await failure(command)
        #expect(variable?.code == .badValue && variable?.mayHaveStarted == false)
        #expect(
            variable?.message
                == "the variable V holds 140002 bytes, and Linux starts no program with more than 131071 in one argument or "
                + "variable; give it to the program on standard input (stdin) instead")
        let argument = await failure(Command("/bin/true", ["a", String(repeating: "x", count: 131_072)]))
        #expect(argument?.message.hasPrefix("word 3 of the command holds 131072 bytes") == true)
        let many = await failure(
            Command("/bin/true", Array(repeating: String(repeating: "x", count: 100_000), count: 21)))
        #expect(many?.message.contains("together hold more than 2000000 bytes") == true)
        var most = Command("/bin/true", Array(repeating: String(repeating: "x", count: 131_071), count: 10))
        most.environment = ["V": String(repeating: "x", count: 131_069)]
        #expect(await failure(most) == nil)
        most.work = .script(.init(text: Array("exit 0".utf8)))
        #expect(await failure(most) == nil)
    }

    @Test("takes as long as it is long, whatever a value holds", arguments: SpoolTests.shells.keys.sorted())
    func linear(shell: String) async throws {
        // Where the time grew with the square, 80 kB took some 20 s of processor time; this is half as much again.
        let words = SpoolTests.shells[shell] ?? []
        let session = local(["sh", "-c", "ulimit -t 30; exec \"$@\"", "sh"] + words)
        let values = ["x", "A", "\n", "+\n", "\\"].map { String(repeating: $0, count: 120_000 / $0.utf8.count) }
        for value in values {
            let command = Command("/bin/sh", ["-c", "printf %s \"$1\"", "sh", value])
            let kept = KeptBytes(limit: 200_000)
            let end = try await session.execute(command, tag: "linear", limit: TimeLimit(.seconds(120)), output: kept)
            let isWhole = await kept.bytes == Array(value.utf8)
            #expect(end.exit == .code(0) && isWhole, "\(end.exit) \(value.prefix(1))")
        }
        let many = Command("/bin/sh", ["-c", "echo $#", "sh"] + Array(repeating: "word", count: 5000))
        let kept = KeptBytes(limit: 100)
        let end = try await session.execute(many, tag: "linear", limit: TimeLimit(.seconds(120)), output: kept)
        let count = String(decoding: await kept.bytes, as: UTF8.self)
        #expect(end.exit == .code(0) && count == "5000\n", "\(end.exit) \(count)")
    }

    @Test("leaves nothing on a host when the connection of a check is cut")
    func cut() async throws {
        let server = try SharedServer.get()
        let files = try TemporaryDirectory()
        let proxy = try FaultProxy(.drop, to: server.port)
        var host = server.host()
        host.connection.port = proxy.port
        let session = try await server.transport().open(host)
        let text = """
            dirname "$FIRSTLINE_OUTPUT" >\(files.path)/place.new; mv \(files.path)/place.new \(files.path)/place
            while [ ! -e \(files.path)/go ]; do sleep 0.05; done; echo late
            """
        let place = files.path + "/place"
        async let run = try? session.execute(
            Command(.script(.init(text: Array(text.utf8)))), tag: "cut", limit: nil, output: NoOutput())
        try await until("\(place) is there") { FileManager.default.fileExists(atPath: place) }
        try proxy.begin()
        #expect(await run == nil)
        await session.close()
        let workspace = try String(contentsOfFile: place, encoding: .utf8).filter { $0 != "\n" }
        #expect(FileManager.default.fileExists(atPath: workspace) && workspace.contains("/firstline."))
        try Data().write(to: URL(fileURLWithPath: files.path + "/go"))
        try await until("\(workspace) is gone") { !FileManager.default.fileExists(atPath: workspace) }
    }
}
