// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A disk of a test's own of two megabytes, in memory; unmounted when it is no longer used.
final class SmallDisk: Sendable {
    let path: String
    private let directory: TestDirectory

    init?() throws {
        directory = try TestDirectory()
        path = directory.path
        guard mount("tmpfs", path, "tmpfs", 0, "size=2m") == 0 else { return nil }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Whether this process may mount one.
    static let isAllowed = (try? SmallDisk()) != nil

    /// Takes up space that can be given back.
    func takeSpace(_ bytes: Int) throws {
        try Data(repeating: 1, count: bytes).write(to: URL(filePath: path + "/taken"))
    }

    func giveSpaceBack() throws { try FileManager.default.removeItem(atPath: path + "/taken") }
}
