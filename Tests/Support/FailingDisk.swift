// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A disk on which flushes fail while it is told so; see `failing-disk.c`.
package final class FailingDisk: Sendable {
    private let directory: TemporaryDirectory
    private let library: String
    private var trigger: String { directory.path + "/fails" }

    package init() throws {
        directory = try TemporaryDirectory("firstline-failing-disk")
        library = directory.path + "/failing-disk.so"
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("failing-disk.c").path
        let made = try shell(["/usr/bin/env", "clang", "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source])
        guard made.code == 0 else { throw TestFailure("failing-disk.c: \(made.errors)") }
    }

    /// What the program that uses the disk must have in its environment.
    package var environment: [String: String] { ["LD_PRELOAD": library, "FAILING_DISK": trigger] }

    package func fail() throws { try Data().write(to: URL(fileURLWithPath: trigger)) }

    package func mend() throws { try FileManager.default.removeItem(atPath: trigger) }
}
