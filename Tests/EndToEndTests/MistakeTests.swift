// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Sessions at a terminal, one a file: a line that begins with `$ ` is run, and what is said and the exit code must be as written
/// below it.
///
/// To add a case, write the command and run the tests with `UPDATE_CASES=1`; then read what was written.
@Suite("Mistakes")
struct MistakeTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Cases/Mistakes")
    static let sessions = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".txt") }.sorted()

    @Test("are told with place, reason and the next thing to try, and the documented exit code", arguments: sessions)
    func session(name: String) throws {
        let file = MistakeTests.folder.appendingPathComponent(name)
        let written = try String(contentsOf: file, encoding: .utf8)
        let desk = try Desk(MistakeTests.folder)
        var said = ""
        for line in written.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") { said += line + "\n" }
            if line.hasPrefix("$ ") { said += line + "\n" + (try desk.answer(String(line.dropFirst(2)))) }
        }
        if ProcessInfo.processInfo.environment["UPDATE_CASES"] != nil {
            try said.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(said == written)
    }
}

/// A folder of its own with the cases' files, and a shell that knows the real program.
private struct Desk {
    private let directory: TemporaryDirectory

    init(_ folder: URL) throws {
        directory = try TemporaryDirectory("firstline-desk")
        for name in ["playbooks", "authors", "plugins", "more-plugins", "hosts.yaml", "bad-hosts.yaml"] {
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent(name), to: directory.url.appendingPathComponent(name))
        }
        // One of a version to come, and one of another program.
        for (name, statements) in [
            ("newer", "PRAGMA application_id = \(0x464C_7374); PRAGMA user_version = 9999"),
            ("foreign", "PRAGMA application_id = 1; CREATE TABLE theirs (x)"),
        ] {
            _ = try directory.write("", to: name + "/firstline.db")
            let made = try shell([
                "/usr/bin/python3", "-c",
                "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])",
                directory.path + "/\(name)/firstline.db", statements,
            ])
            guard made.code == 0 else { throw TestFailure(made.errors) }
        }
    }

    /// What a command line says, both streams, and how it ends.
    func answer(_ line: String) throws -> String {
        let ended = try shell(
            ["/bin/sh", "-c", "cd \"$DESK\" || exit; firstline() { \"$PROGRAM\" \"$@\"; }; \(line)"],
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": directory.path, "LANG": "en", "FIRSTLINE_OPERATOR": "tester",
                "DESK": directory.path, "PROGRAM": Product.program, "FIRSTLINE_PLAYBOOKS": "playbooks",
                "FIRSTLINE_INVENTORY": "hosts.yaml", "FIRSTLINE_DATA": "data", "FIRSTLINE_PLUGINS": "/nonexistent",
            ])
        let said = (ended.output + ended.errors).replacingOccurrences(of: directory.path + "/", with: "")
        return said + "-> \(ended.code)\n"
    }
}
