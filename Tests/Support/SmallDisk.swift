// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A disk of a test's own of a few megabytes, in memory; unmounted when it is no longer used.
package final class SmallDisk: Sendable {
    package let path: String
    private let directory: TemporaryDirectory

    /// Mounts a disk; nil where this process may not.
    package init?(megabytes: Int = 2) throws {
        directory = try TemporaryDirectory("firstline-disk")
        path = directory.path
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else { return nil }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Whether this process may mount one.
    package static let isAllowed = (try? SmallDisk()) != nil

    /// Takes up space that can be given back.
    package func takeSpace(_ bytes: Int) throws {
        try Data(repeating: 1, count: bytes).write(to: URL(fileURLWithPath: path + "/taken"))
    }

    /// Takes up all there is.
    package func fill() throws {
        guard FileManager.default.createFile(atPath: path + "/taken", contents: nil),
            let file = FileHandle(forWritingAtPath: path + "/taken")
        else { throw TestFailure("no file on the small disk") }
        // Ever smaller pieces, so that nothing is left.
        for size in [65_536, 4096, 1] {
            let piece = [UInt8](repeating: 1, count: size)
            while write(file.fileDescriptor, piece, size) == size {}
        }
    }

    package func giveSpaceBack() throws { try FileManager.default.removeItem(atPath: path + "/taken") }
}
