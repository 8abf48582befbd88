// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A directory of its own, removed when the value goes, and at the latest with the tests, even if they crash.
package final class TemporaryDirectory: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init(_ name: String = "firstline-tests") throws {
        url = try Scratch.shared.get().url.appendingPathComponent("\(name)-\(UUID().uuidString.prefix(8))")
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

/// The directory of all that the tests of this process make: values that live as long as the process are never taken apart.
private final class Scratch: Sendable {
    static let shared = Result { try Scratch() }

    let url: URL
    private let pipe = Pipe()

    private init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("fl-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // What writes there ends at the same time, perhaps a little later.
        let janitor = #"cat >/dev/null; for i in 0 1 2 3 4 5 6 7 8 9; do rm -rf -- "$1" && exit; sleep 1; done"#
        process.arguments = ["-c", janitor, "sh", url.path]
        process.standardInput = pipe
        process.standardError = FileHandle.nullDevice
        try process.runUnmasked()
    }
}
