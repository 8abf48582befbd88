// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage

/// File systems on which locks, or memory that two machines share, cannot be trusted to keep a database whole.
enum NetworkFileSystem {
    private static let types: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse", "fuseblk",
    ]

    /// Refuses a store in such a directory.
    static func refuse(_ files: StoreFiles) throws(StoreError) {
        var status = stat()
        guard stat(files.directory, &status) == 0 else { throw files.systemFailure("look at the directory") }
        // Without a table of mounts there is nothing to go by.
        let table = FileManager.default.contents(atPath: "/proc/self/mountinfo") ?? Data()
        let mounts = String(decoding: table, as: UTF8.self)
        guard let type = type(ofDevice: status.st_dev, in: mounts), isRefused(type) else { return }
        throw .unusable(
            path: files.directory,
            detail: "it is on a network file system (\(type)), where a database can be damaged; "
                + "choose a directory on a local disk")
    }

    static func isRefused(_ type: String) -> Bool { types.contains(type) || type.hasPrefix("fuse.") }

    /// The type of the file system on a device, as the kernel's table of mounts names it.
    static func type(ofDevice device: UInt, in mounts: String) -> String? {
        let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
        let minor = device & 0xFF | (device >> 12) & ~0xFF
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == "\(major):\(minor)",
                let dash = fields.firstIndex(of: "-"), fields.indices.contains(dash + 1)
            else { continue }
            return String(fields[dash + 1])
        }
        return nil
    }
}
