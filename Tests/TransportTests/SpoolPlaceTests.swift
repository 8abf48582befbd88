// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SSHTransport
import TaskKit
import TestSupport
import Testing

@Suite("Where an account may keep a spool")
struct SpoolPlaceTests {
    private func session(_ user: TestUser, spool: String?) async throws -> any SpoolingSession {
        let server = try SharedServer.get()
        return try await server.transport().open(server.host(user: user.name, spool: spool))
    }

    /// A directory below /tmp, whose own directory is nobody else's to change.
    private func place(mode: Int, owner: String = "root") throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory("firstline-place")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory.path)
        _ = try shell(["/bin/chown", owner, directory.path])
        return directory
    }

    private func content(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
    }

    @Test("is told by a new launcher unasked; one that has worked before is asked, and the answer is the same")
    func unasked() async throws {
        let user = try TestUser()
        let server = try SharedServer.get()
        let opening = try LaunchOpening(account: nil, become: .sudo, keepsErrands: true, tellsGround: true)
        var told = LaunchExchange(
            opening, LaunchRequest(groundToldWith: opening.key), key: opening.key, host: "web01")
        let input = String(decoding: try told.say(at: .zero), as: UTF8.self)
        #expect(input == "exit\nFIRSTLINE \(opening.key)\n")
        let said = try shell(["/usr/sbin/runuser", "-l", user.name, "-c", opening.line], input: input)
        _ = told.take(Array(said.output.utf8), from: .standardOutput)
        _ = told.take(Array(said.errors.utf8), from: .standardError)
        #expect(told.isOver)
        let session = try await server.transport().open(server.host(user: user.name))
        let first = try await session.ground(for: nil, become: .sudo)
        #expect(try told.ground() == first)
        #expect(first.spool?.hasPrefix(user.home + "/.local/state/firstline/spool/") == true)
        #expect(try await session.ground(for: nil, become: .sudo) == first)
        await session.close()
    }

    @Test("is not where others could put something else in its place; nothing is made there, and it is said why")
    func refused() async throws {
        let (user, other) = (try TestUser(), try TestUser())
        for (mode, owner, words) in [
            (
                0o777, "root",
                "others may write in PLACE, and exchange what is run there; take that right away (chmod go-w)"
            ),
            (0o775, "root", "others may write in PLACE"),
            (0o2770, user.name + ":users", "others may write in PLACE"),
            (0o755, other.name, "PLACE belongs to another account"),
            (0o1777, other.name, "PLACE belongs to another account"),
        ] {
            let place = try place(mode: mode, owner: owner)
            let session = try await session(user, spool: place.path)
            for _ in 0..<2 {
                let ground = try await session.ground(for: nil, become: .sudo)
                let wanted = words.replacingOccurrences(of: "PLACE", with: place.path)
                #expect(ground.spool == nil && ground.refusal?.hasPrefix(wanted) == true, "\(mode): \(ground)")
            }
            #expect(try content(place) == [])
            await session.close()
        }
    }

    @Test(
        "is a directory of its own below one that is the account's, root's, or sticky; a link to such a one may lead there"
    )
    func granted() async throws {
        let user = try TestUser()
        for (mode, owner) in [(0o1777, "root"), (0o700, user.name), (0o770, user.name + ":" + user.name)] {
            let place = try place(mode: mode, owner: owner)
            let links = try TemporaryDirectory()
            let link = links.path + "/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: place.path)
            let session = try await session(user, spool: link)
            let ground = try await session.ground(for: nil, become: .sudo)
            #expect(ground.spool?.hasPrefix(place.path + "/firstline-") == true, "\(mode): \(ground)")
            let spool = try #require(ground.spool)
            let mode = try FileManager.default.attributesOfItem(atPath: spool)[.posixPermissions] as? Int
            #expect(mode == 0o700)
            await session.close()
        }
    }

    @Test("is in the home of an account whose XDG_STATE_HOME is no absolute path", arguments: ["state", "$HOME/state"])
    func relative(state: String) async throws {
        let user = try TestUser()
        let server = try SSHServer(options: ["SetEnv XDG_STATE_HOME=\(state)"])
        let session = try await server.transport().open(server.host(user: user.name))
        let ground = try await session.ground(for: nil, become: .sudo)
        #expect(ground.spool?.hasPrefix(user.home + "/.local/state/firstline/spool/") == true, "\(ground)")
        await session.close()
    }

    @Test("is nothing that another account made there before, be it a link or a directory")
    func occupied() async throws {
        let (user, other) = (try TestUser(files: ["mine/spool/x": ""]), try TestUser())
        let number = try shell(["/usr/bin/id", "-u", user.name]).output.filter(\.isNumber)
        let makes = ["ln -s \(user.home)/mine", "ln -s \(user.home)/nothing", "mkdir -m 777"]
        for make in makes {
            let place = try place(mode: 0o1777)
            let name = place.path + "/firstline-" + number
            let made = try shell(["/usr/sbin/runuser", "-u", other.name, "--", "/bin/sh", "-c", "\(make) \(name)"])
            #expect(made.code == 0, "\(made.errors)")
            let session = try await session(user, spool: place.path)
            let ground = try await session.ground(for: nil, become: .sudo)
            #expect(ground.spool == nil && ground.refusal?.hasPrefix(name) == true, "\(make): \(ground)")
            await session.close()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: user.home + "/mine/spool") == ["x"])
        #expect(!FileManager.default.fileExists(atPath: user.home + "/nothing"))
    }

    @Test(
        "is never one that another account exchanges under its feet: no foreign code runs, no script is read",
        arguments: [0o777, 0o1777])
    func attacked(mode: Int) async throws {
        let (user, other) = (try TestUser(files: ["bait/spool/x": ""]), try TestUser())
        let place = try place(mode: mode)
        let number = try shell(["/usr/bin/id", "-u", user.name]).output.filter(\.isNumber)
        // Turns the account's name to and fro between a directory of the account's and one of its own, in which it puts its own
        // script under every name that appears.
        let attack = """
            umask 0; evil=$1/evil-$2
            mkdir -p "$evil/spool/$(cat /etc/machine-id 2>/dev/null || uname -n)"
            while :; do
                ln -sfn "$3" "$1/firstline-$2"; ln -sfn "$evil" "$1/firstline-$2"
                for f in "$evil"/spool/*/*.script; do
                    [ ! -e "$f" ] || { cat "$f" >>"$1/stolen"; rm -f "$f"; echo "id >$1/owned" >"$f"; }
                done
            done
            """
        let attacker = try BackgroundProgram(
            [
                "/usr/sbin/runuser", "-u", other.name, "--", "/usr/bin/timeout", "120", "/bin/sh", "-c", attack, "sh",
                place.path, number, user.home + "/bait",
            ], log: place.url.appendingPathComponent("log"))
        defer { attacker.stop() }
        try await until("\(place) has the spool") { try content(place).contains("firstline-" + number) }
        let session = try await session(user, spool: place.path)
        for round in 0..<40 {
            let ground = try await session.ground(for: nil, become: .sudo)
            guard let spool = ground.spool else { continue }
            let errand = Errand(path: "\(spool)/20260101-attack-\(round)", boot: ground.boot)
            let script = Command(.script(.init(text: Array("echo secret of mine".utf8))))
            _ = try? await session.execute(
                script, as: errand, tag: "attack", limit: TimeLimit(.seconds(30)), output: NoOutput())
        }
        await session.close()
        #expect(!(try content(place)).contains("stolen"), "the script was read")
        #expect(!(try content(place)).contains("owned"), "the attacker's script ran")
        #expect(try FileManager.default.contentsOfDirectory(atPath: user.home + "/bait/spool") == ["x"])
    }

    @Test("a script's own directory is not where others could exchange the script either")
    func workspace() async throws {
        let open = try place(mode: 0o777)
        let user = try TestUser(shell: "/bin/bash", files: [".bashrc": "export TMPDIR=\(open.path)\n"])
        let session = try await session(user, spool: "none")
        let kept = KeptBytes(limit: 1000)
        let script = Command(.script(.init(text: Array("echo \"$FIRSTLINE_OUTPUT\"".utf8))))
        let end = try await session.execute(script, tag: "workspace", limit: TimeLimit(.seconds(60)), output: kept)
        let text = String(decoding: await kept.bytes, as: UTF8.self)
        #expect(end.exit == .code(0) && text.contains("/firstline.") && !text.contains(open.path), "\(text)")
        await session.close()
    }
}
