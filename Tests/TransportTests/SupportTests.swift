// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("What the tests start")
struct SupportTests {
    private let directory: TemporaryDirectory
    private var log: URL { directory.url.appendingPathComponent("log") }

    init() throws { directory = try TemporaryDirectory() }

    /// The processes that have a word in their command lines, once there are so many.
    private func processes(_ mark: String, _ count: Int) async throws -> [Int32] {
        var found: [Int32] = []
        try await until("the processes are there") {
            found = try shell(["/usr/bin/pgrep", "-f", "--", mark]).output.split(separator: "\n").compactMap {
                Int32($0)
            }
            return found.count >= count
        }
        return found
    }

    @Test(
        "ends with KILL where it ignores TERM, with all that it has started",
        arguments: [
            ["/bin/sh", "-c", "trap '' TERM; sh -c 'sleep 600; : MARK' & wait; wait; : MARK"],
            [
                "/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "/bin/sh", "-c",
                "sleep 600; : MARK",
            ],
            ["/usr/bin/unshare", "--pid", "--fork", "/bin/sh", "-c", "trap '' TERM; sleep 600; : MARK"],
        ])
    func stubborn(words: [String]) async throws {
        let mark = "stubborn-\(UInt32.random(in: .min ... .max))"
        let marked = words.map { $0.replacingOccurrences(of: "MARK", with: mark) }
        let program = try BackgroundProgram(marked, log: log, patience: 0)
        let started = try await processes(mark, 3)
        program.stop()
        try await until("the processes are gone") { !started.contains(where: isRunning) }
    }

    @Test("ends by TERM where it heeds it, and says its last words")
    func heedful() async throws {
        let mark = "heedful-\(UInt32.random(in: .min ... .max))"
        let script = "trap 'echo farewell; exit' TERM; sleep 600 & wait; : \(mark)"
        let program = try BackgroundProgram(["/bin/sh", "-c", script], log: log, patience: 600)
        let started = try await processes(mark, 2)
        program.stop()
        try await until("the processes are gone") { !started.contains(where: isRunning) }
        #expect(try String(contentsOf: log, encoding: .utf8).contains("farewell"))
    }
}

/// Waits until something holds, and ends the test with a sentence if it does not come to that within minutes.
func until(_ what: String, _ holds: () throws -> Bool) async throws {
    for _ in 0..<30_000 {
        if try holds() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw TestFailure("it did not come to that within minutes: \(what)")
}
