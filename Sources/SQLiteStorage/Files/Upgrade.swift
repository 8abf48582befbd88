// SPDX-License-Identifier: Apache-2.0

import GRDB
import Glibc
import Storage

/// Writes a store whose pages have no checksums once more, with them.
///
/// The old file stays as it is until the new one is complete and on the disk; then it is replaced. So a crash or a full disk in
/// between changes nothing.
struct Upgrade {
    let files: StoreFiles
    let lock: StoreLock

    /// Replaces the database of a connection, which is closed; brings it up to date, too.
    func addChecksums(to queue: DatabaseQueue) throws {
        let draft = StoreFiles(database: files.database + ".part", of: files)
        unlink(draft.database)
        do {
            try draft.makeDatabase()
            try queue.writeWithoutTransaction { try copy($0, to: draft) }
            try queue.close()
            try bringUpToDate(draft)
            try draft.flush()
        } catch {
            unlink(draft.database)
            throw error
        }
        // Its log is empty, and would not fit the new file.
        for suffix in ["-wal", "-shm"] { unlink(files.database + suffix) }
        guard rename(draft.database, files.database) == 0 else {
            throw files.systemFailure("replace \(files.database)")
        }
        try files.flushNames()
    }

    private func copy(_ database: Database, to draft: StoreFiles) throws {
        // Fails where somebody reads the old log.
        try database.checkpoint(.truncate)
        try database.execute(sql: "VACUUM INTO ?", arguments: [draft.database])
    }

    private func bringUpToDate(_ draft: StoreFiles) throws {
        let queue = try Connections.writer(draft, lock: lock, log: LogGauge())
        try queue.writeWithoutTransaction { try Schema(draft).migrate($0) }
        try queue.close()
    }
}
