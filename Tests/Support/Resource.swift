// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A program that runs for the tests and ends with them, even if they crash: a shell waits for the end of a pipe that only the
/// tests hold, then ends the program by its pid.
package final class BackgroundProgram: Sendable {
    private let pipe = Pipe()
    package let pid: Int32

    package init(_ words: [String], log: URL, environment: [String: String]? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", #""$@" </dev/null & p=$!; cat >/dev/null; kill "$p"; wait "$p""#, "sh"] + words
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

    package func stop() { try? pipe.fileHandleForWriting.close() }
}

/// A directory of its own, removed when the value goes.
package final class TemporaryDirectory: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init(_ name: String = "firstline-tests") throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file below it and returns its path.
    package func write(_ text: String, to name: String, mode: Int = 0o644) throws -> String {
        let place = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.path)
        return place.path
    }
}

/// Runs a program to its end and returns its code and both streams as text.
package func shell(_ words: [String], input: String = "", environment: [String: String]? = nil) throws -> (
    code: Int32, output: String, errors: String
) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    if let environment { process.environment = environment }
    let files = try TemporaryDirectory("firstline-shell")
    func file(_ name: String, _ text: String = "") throws -> FileHandle {
        let path = try files.write(text, to: name)
        return try FileHandle(forUpdating: URL(fileURLWithPath: path))
    }
    let (output, errors) = (try file("output"), try file("errors"))
    process.standardInput = try file("input", input)
    process.standardOutput = output
    process.standardError = errors
    try process.runUnmasked()
    process.waitUntilExit()
    func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: files.url.appendingPathComponent(name))) ?? Data(), as: UTF8.self)
    }
    return (process.terminationStatus, text("output"), text("errors"))
}

extension Process {
    /// Runs it with no signal blocked.
    ///
    /// Swift's own threads block nearly all signals, and a program started from one would never see TERM.
    package func runUnmasked() throws {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}

/// A free TCP port on loopback; another process could take it before it is used, which tests survive by trying again.
package func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
            bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0
        }
    }
    guard bound else { throw TestFailure("no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
}

/// Something a test needs is not there.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ text: String) { description = text }
}
