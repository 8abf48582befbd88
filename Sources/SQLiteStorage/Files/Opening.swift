// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Storage

/// The steps of opening a store; blocks its thread.
struct Opening: Sendable {
    let files: StoreFiles
    let allowsNetworkFileSystem: Bool

    /// Opens a store for the one process that writes; nothing of a file that is not a store is changed.
    func forWriting() -> Result<(Readers, Committer), StoreError> {
        attempt {
            try files.makeDirectory()
            try refuseNetworkFileSystem()
            let lock = try StoreLock(files)
            do {
                return try open(with: lock)
            } catch {
                lock.release(isClean: !lock.wasLeftBehind)
                throw error
            }
        }
    }

    private func open(with lock: StoreLock) throws -> (Readers, Committer) {
        try files.makeDatabase()
        if lock.wasLeftBehind, let log = FileManager.default.contents(atPath: files.log),
            LogCheck([UInt8](log)).findsDamage
        {
            throw StoreError.damaged(path: files.log, detail: "the checksum of a part that was flushed is wrong")
        }
        let gauge = LogGauge()
        var queue = try Connections.writer(files, lock: lock, log: gauge)
        let schema = Schema(files)
        let needsChecksums = try queue.writeWithoutTransaction { database in
            try schema.check(database, wasKilled: lock.wasLeftBehind)
            return try schema.needsChecksums(database)
        }
        if needsChecksums {
            try Upgrade(files: files, lock: lock).addChecksums(to: queue)
            queue = try Connections.writer(files, lock: lock, log: gauge)
        }
        try queue.writeWithoutTransaction { database in
            try schema.prepareForWriting(database)
            if lock.wasLeftBehind { try foldBack(database) }
        }
        let readers = Readers(files: files, pool: try Connections.readers(files))
        return (readers, Committer(queue, files, lock: lock, gauge: gauge))
    }

    /// Copies what the last writer left in the log into the database.
    ///
    /// Where a flush failed, the system may hold as flushed what is not on the disk. Nothing may be written behind it in the log: after
    /// a power cut it would be lost with it. Where a reader is in the way, the log is left as it is.
    private func foldBack(_ database: Database) throws {
        do {
            try database.checkpoint(.truncate)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
    }

    /// Opens a store for looking at it.
    func forReading() -> Result<Readers, StoreError> {
        attempt {
            guard files.hasDatabase else {
                throw StoreError.absent(directory: files.directory)
            }
            try refuseNetworkFileSystem()
            let pool = try Connections.readers(files)
            try pool.unsafeRead { try Schema(files).prepareForReading($0) }
            return Readers(files: files, pool: pool)
        }
    }

    private func refuseNetworkFileSystem() throws {
        if !allowsNetworkFileSystem { try NetworkFileSystem.refuse(files) }
    }

    private func attempt<Opened>(_ work: () throws -> Opened) -> Result<Opened, StoreError> {
        do {
            return .success(try work())
        } catch {
            return .failure(files.failure(error))
        }
    }
}
