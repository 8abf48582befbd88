// SPDX-License-Identifier: Apache-2.0

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
        let gauge = LogGauge()
        let queue = try Connections.writer(files, lock: lock, log: gauge)
        try queue.writeWithoutTransaction {
            try Schema(files).prepareForWriting($0, wasKilled: lock.wasLeftBehind)
        }
        let readers = Readers(files: files, pool: try Connections.readers(files))
        return (readers, Committer(queue, files, lock: lock, gauge: gauge))
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
