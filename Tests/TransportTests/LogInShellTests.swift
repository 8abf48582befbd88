// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SSHTransport
import TaskKitTesting
import TestSupport
import Testing

@testable import TaskKit

@Suite("Accounts with any log-in shell")
struct LogInShellTests {
    static let shells = [
        "/bin/bash", "/bin/dash", "/usr/bin/tcsh", "/usr/bin/bsd-csh", "/usr/bin/fish", "/usr/bin/zsh",
        "/usr/bin/ksh93",
        "/usr/bin/mksh", "/usr/bin/rc", busyboxTools + "/ash",
    ]

    /// Says its first argument and its variable, and is a script that only a POSIX shell understands.
    private var talk: Command {
        let text = "[ \"$t\" = \"\\$(touch evaluated)\" ] && printf '%s|' \"$1\" \"$t\""
        var command = Command(.script(.init(text: Array(text.utf8), arguments: ["'; touch evaluated \u{1E}\n! `x`"])))
        command.environment = ["t": "$(touch evaluated)"]
        return command
    }

    @Test("are worked on byte for byte, by checks and by changes", arguments: shells)
    func works(shell: String) async throws {
        let user = try TestUser(shell: shell)
        let server = try SharedServer.get()
        let session = try await server.transport().open(server.host(user: user.name, spool: Model.Host.spool))
        let ways: [any HostSession] = [session, EveryCommandSpooled(session)]
        for way in ways {
            let kept = KeptBytes(limit: 1000)
            let end = try await way.execute(talk, tag: "shell-\(shell)", limit: TimeLimit(.seconds(60)), output: kept)
            let text = String(decoding: await kept.bytes, as: UTF8.self)
            #expect(end.exit == .code(0) && text == "'; touch evaluated \u{1E}\n! `x`|$(touch evaluated)|", "\(text)")
        }
        #expect(!FileManager.default.fileExists(atPath: user.home + "/evaluated"))
        await session.close()
    }

    @Test("are worked on whatever noise their start-up file makes, and none of it is the program's")
    func noise() async throws {
        let noises = [
            ("/bin/bash", ".bashrc", "echo noise; echo noise >&2; stty -a; export t=/etc p=/etc n=1 s=/ IFS=x\n"),
            ("/usr/bin/zsh", ".zshenv", "setopt noclobber; echo noise; echo noise >&2\n"),
            ("/usr/bin/tcsh", ".tcshrc", "setenv t $HOME/keep\nsetenv p $HOME/keep\necho noise\nstty -a\n"),
            ("/usr/bin/fish", ".config/fish/config.fish", "echo noise; echo noise >&2\n"),
        ]
        for (shell, file, text) in noises {
            let user = try TestUser(shell: shell, files: [file: text, "keep/precious": "x"])
            let server = try SharedServer.get()
            let session = try await server.transport().open(server.host(user: user.name, spool: Model.Host.spool))
            let ways: [any HostSession] = [session, EveryCommandSpooled(session)]
            for way in ways {
                let (output, errors) = (KeptBytes(limit: 1000), KeptBytes(.standardError, limit: 1000))
                for sink in [output, errors] {
                    let script = Command(.script(.init(text: Array("echo said; echo told >&2".utf8))))
                    let end = try await way.execute(script, tag: "noise", limit: TimeLimit(.seconds(60)), output: sink)
                    #expect(end.exit == .code(0))
                }
                let said = (await [output.bytes, errors.bytes]).map { String(decoding: $0, as: UTF8.self) }
                #expect(said == ["said\n", "told\n"], "\(shell)")
            }
            await session.close()
            #expect(FileManager.default.fileExists(atPath: user.home + "/keep/precious"), "\(shell) removed a file")
        }
    }

    /// A start-up file that takes the place of the command or its input, and what is told of it.
    struct Trap: Sendable, CustomStringConvertible {
        let shell, file, text, words: String
        var description: String { "\(shell): \(text)" }
    }

    private static let another = "starts another shell or ends it, so nothing was run"
    private static let late = "did not start the launcher within 10s, so nothing was run"
    private static let eaten = "read what was meant for the launcher, so nothing was run"

    static let traps = [
        Trap(shell: "/bin/bash", file: ".bashrc", text: "exec sh", words: another),
        Trap(shell: "/bin/bash", file: ".bashrc", text: "exec bash --norc -i", words: another),
        Trap(shell: "/bin/bash", file: ".bashrc", text: "exit 0", words: another),
        Trap(shell: "/bin/bash", file: ".bashrc", text: "exit 7", words: "no POSIX shell answered on web01 (code 7)"),
        Trap(shell: "/bin/bash", file: ".bashrc", text: "sh", words: late),
        Trap(shell: "/bin/bash", file: ".bashrc", text: "read -p 'Project? ' p", words: eaten),
        Trap(shell: "/bin/bash", file: ".bashrc", text: "read -n 2 -p 'Sure? ' p", words: eaten),
        Trap(shell: "/usr/bin/zsh", file: ".zshenv", text: "exec sh", words: another),
        Trap(shell: "/usr/bin/zsh", file: ".zshenv", text: "read p", words: eaten),
        Trap(shell: "/usr/bin/tcsh", file: ".tcshrc", text: "exec sh", words: another),
        Trap(shell: "/usr/bin/tcsh", file: ".tcshrc", text: "set p = $<", words: eaten),
        Trap(shell: "/usr/bin/bsd-csh", file: ".cshrc", text: "exec sh", words: another),
        Trap(shell: "/usr/bin/fish", file: ".config/fish/config.fish", text: "exec sh", words: another),
        Trap(
            shell: "/bin/bash", file: ".bashrc", text: "while :; do echo '1) go on'; read x || exit; done",
            words: late),
    ]

    @Test("run nothing and say why when a start-up file takes what is sent", arguments: traps)
    func trap(_ trap: Trap) async throws {
        let user = try TestUser(shell: trap.shell, files: [trap.file: trap.text + "\n"])
        let server = try SharedServer.get()
        let session = try await server.transport(change: {
            if trap.words == Self.late { $0.launchLimit = .seconds(10) }
        })
        .open(server.host(user: user.name, spool: Model.Host.spool))
        var other = talk
        other.account = "nobody"
        for command in [talk, other] {
            do throws(SessionFailure) {
                let end = try await session.execute(command, tag: "trap", limit: nil, output: NoOutput())
                Issue.record("it ran and ended with \(end.exit)")
            } catch {
                #expect(error.message.contains(trap.words) && !error.mayHaveStarted, "\(error)")
                #expect(error.code == (trap.words == LogInShellTests.late ? .startTimeout : .noShell), "\(error.code)")
            }
        }
        let ground = await #expect(throws: SessionFailure.self) { try await session.ground(for: nil, become: .sudo) }
        #expect(ground?.mayHaveStarted == false)
        #expect(!FileManager.default.fileExists(atPath: user.home + "/evaluated"))
        await session.close()
    }

    @Test("get a line that no shell can split, which every POSIX shell takes and every SSH server carries")
    func line() throws {
        for keepsErrands in [true, false] {
            let opening = try LaunchOpening(account: nil, become: .sudo, keepsErrands: keepsErrands)
            let words = opening.line.split(separator: "'", omittingEmptySubsequences: false)
            #expect(opening.line.utf8.count < 9000, "dropbear takes no longer line")
            #expect(opening.line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            #expect(words.allSatisfy { $0.utf8.count <= 4000 && !$0.hasPrefix("-") }, "csh takes only short words")
            #expect(!opening.line.contains(#/![^ =]|\\[\\']/#), "csh and fish read more than a word")
            let another = try LaunchOpening(account: "root", become: .su, password: "x", keepsErrands: keepsErrands)
            #expect(another.line == opening.line, "something that varies is part of the line")
            for shell in SpoolTests.shells.values {
                let text = opening.words.dropFirst(3).joined()
                let read = try TestSupport.shell(["/usr/bin/env"] + shell + ["-n"], input: text)
                #expect(read.code == 0 && read.errors.isEmpty, "\(shell): \(read.errors)")
            }
        }
    }

    /// A directory with busybox under the name of each of its tools.
    static var busyboxTools: String { (try? busybox.get().path) ?? "/nowhere" }

    private static let busybox = Result<TemporaryDirectory, any Error> {
        let directory = try TemporaryDirectory("firstline-busybox")
        _ = try shell(["/bin/busybox", "--install", "-s", directory.path])
        return directory
    }
}
