// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A program that runs for the tests and ends with them, even if they crash.
///
/// A shell waits for the end of a pipe that only the tests hold. Then it ends the program by its pid, and with KILL what is left of its
/// process group: the program itself where it ignores TERM, as `unshare --fork` does, and what it has started. The shell keeps no
/// file open for them: Foundation takes a process for ended when all have closed a socket that it inherits, and until then it stays a
/// zombie, for which tests in processes of their own would wait.
package final class BackgroundProgram: Sendable {
    private let pipe = Pipe()
    package let pid: Int32

    /// `$1` is the patience in seconds, the rest the program with its words.
    private static let guardian = #"""
        patience=$1; shift
        alone() {
            for f in /proc/self/fd/*; do [ "${f##*/}" -le 2 ] || eval "exec ${f##*/}>&-"; done
            exec setsid "$@"
        }
        (alone "$@") </dev/null & p=$!
        cat >/dev/null
        kill "$p"
        (alone sh -c 'sleep "$1"; kill -s KILL -- "-$2"' sh "$patience" "$p") & w=$!
        wait "$p"
        kill -s KILL "$w"
        kill -s KILL -- "-$p" "-$w"
        """#

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: The program and its words.
    ///   - log: The file that takes both of its streams.
    ///   - environment: Its environment; nil = that of the tests.
    ///   - patience: The seconds from TERM to KILL.
    /// - Throws: What prevents its start.
    package init(_ words: [String], log: URL, environment: [String: String]? = nil, patience: Int = 5) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", BackgroundProgram.guardian, "bash", String(patience)] + words
        process.standardInput = pipe
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let file = try FileHandle(forWritingTo: log)
        process.standardOutput = file
        process.standardError = file
        if let environment { process.environment = environment }
        try process.runUnmasked()
        pid = process.processIdentifier
    }

    deinit { try? pipe.fileHandleForWriting.close() }

    /// Ends the program; returns at once.
    package func stop() { try? pipe.fileHandleForWriting.close() }
}

/// Whether a process runs; one that has ended and was not waited for does not.
package func isRunning(_ pid: Int32) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    // The name in parentheses may hold anything.
    return stat.split(separator: ")").last?.split(separator: " ").first.map { $0 != "Z" && $0 != "X" } ?? false
}
