// SPDX-License-Identifier: Apache-2.0

import Glibc
import Storage

/// File systems on which locks, or memory shared by two machines, cannot be trusted to keep a database whole.
enum NetworkFileSystem {
    /// The number by which Linux names each kind.
    private static let names: [UInt32: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB", 0x6573_5546: "FUSE", 0x0102_1997: "9P",
        0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x00C3_6400: "Ceph",
    ]

    /// The name of a kind that is refused.
    static func name(ofKind number: UInt32) -> String? { names[number] }

    /// Refuses a store on such a file system.
    static func refuse(_ files: StoreFiles) throws(StoreError) {
        var status = statfs()
        guard statfs(files.directory, &status) == 0 else { throw files.systemFailure("look at its file system") }
        guard let name = name(ofKind: UInt32(truncatingIfNeeded: status.f_type)) else { return }
        throw .unusable(
            path: files.directory,
            detail: "it is on a network file system (\(name)), where a database can be damaged; choose a local directory")
    }
}
