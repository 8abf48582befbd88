// SPDX-License-Identifier: Apache-2.0

import Dispatch
import GRDB
package import Storage

/// Durable memory in one SQLite database in a directory of this machine.
///
/// One process writes, others may read beside it. After an I/O error the store can only be read until it is opened again.
package final class SQLiteStore: Sendable {
    /// What a store is opened for.
    package enum Mode: Sendable {
        /// For the one process that writes.
        case readWrite
        /// For looking at a store that another process may be writing.
        case readOnly
    }

    let readers: Readers
    private let committer: Committer?

    private init(_ readers: Readers, _ committer: Committer?) {
        self.readers = readers
        self.committer = committer
    }

    /// Opens a store, and makes it when it is to be written and is not there.
    ///
    /// - Parameters:
    ///   - directory: Where its files are.
    ///   - mode: What it is opened for.
    ///   - allowsNetworkFileSystem: Whether to open it even where locks cannot be trusted.
    /// - Returns: The store; `close` it when it is no longer needed.
    /// - Throws: `newerVersion`, `inUse`, `damaged`, `full` or `unusable`.
    package static func open(
        directory: String, mode: Mode, allowsNetworkFileSystem: Bool = false
    ) async throws(StoreError) -> SQLiteStore {
        let opening = Opening(
            files: StoreFiles(directory: directory), allowsNetworkFileSystem: allowsNetworkFileSystem)
        let store: Result<SQLiteStore, StoreError> = await offThread {
            switch mode {
            case .readWrite: opening.forWriting().map { SQLiteStore($0.0, $0.1) }
            case .readOnly: opening.forReading().map { SQLiteStore($0, nil) }
            }
        }
        return try store.get()
    }

    /// Finishes what waits and closes the files; every call after it fails.
    package func close() async {
        await offThread { [committer, pool = readers.pool] in
            if let committer {
                committer.close(pool)
            } else {
                try? pool.close()
            }
        }
    }

    func write(_ change: any Change) async throws(StoreError) {
        guard let committer else {
            throw .unusable(path: readers.files.directory, detail: "it was opened for reading only")
        }
        try await committer.perform(change)
    }
}

/// Does work that blocks its thread, such as waiting for a disk, away from Swift's own threads.
func offThread<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async -> Answer {
    await withCheckedContinuation { caller in
        DispatchQueue.global().async { caller.resume(returning: work()) }
    }
}
