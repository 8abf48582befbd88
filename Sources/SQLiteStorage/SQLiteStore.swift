// SPDX-License-Identifier: Apache-2.0

import Dispatch
import GRDB
package import Storage
import Synchronization

/// Durable memory in one SQLite database in a directory of this machine.
///
/// One process writes, others may read beside it. After an I/O error the store can only be read until it has recovered or is opened
/// again.
package final class SQLiteStore: Sendable {
    /// What a store is opened for.
    package enum Mode: Sendable {
        /// For the one process that writes.
        case readWrite
        /// For looking at a store that another process may be writing.
        case readOnly
    }

    private struct Connections: Sendable {
        var readers: Readers
        var committer: Committer?
    }

    private let opening: Opening
    private let connections: Mutex<Connections>
    /// Several callers may find at once that the store has failed; it is opened once.
    private let recovery = DispatchQueue(label: "firstline.recovery")

    private init(_ opening: Opening, _ readers: Readers, _ committer: Committer?) {
        self.opening = opening
        predecessor = committer?.lock.predecessor
        connections = Mutex(Connections(readers: readers, committer: committer))
    }

    /// Who wrote the store before, where it was not closed.
    package let predecessor: Predecessor?

    var readers: Readers { connections.withLock(\.readers) }

    /// Opens a store, and makes it when it is to be written and is not there.
    ///
    /// - Parameters:
    ///   - directory: Where its files are.
    ///   - mode: What it is opened for.
    ///   - allowsNetworkFileSystem: Whether to open it even where locks cannot be trusted.
    /// - Returns: The store; `close` it when it is no longer needed.
    /// - Throws: `newerVersion`, `inUse`, `damaged`, `full`, `failing` or `unusable`.
    package static func open(
        directory: String, mode: Mode, allowsNetworkFileSystem: Bool = false
    ) async throws(StoreError) -> SQLiteStore {
        let opening = Opening(
            files: StoreFiles(directory: directory), allowsNetworkFileSystem: allowsNetworkFileSystem)
        let store: Result<SQLiteStore, StoreError> = await offThread {
            switch mode {
            case .readWrite: opening.forWriting().map { SQLiteStore(opening, $0.0, $0.1) }
            case .readOnly: opening.forReading().map { SQLiteStore(opening, $0, nil) }
            }
        }
        return try store.get()
    }

    /// Opens the files again after an I/O error, and proves that they are whole; does nothing where there was none.
    ///
    /// - Throws: `failing` when the disk still fails; it may be tried again. `damaged` and others when that does not help.
    package func recover() async throws(StoreError) {
        let result = await withCheckedContinuation { caller in
            recovery.async { caller.resume(returning: self.openAgain()) }
        }
        try result.get()
    }

    private func openAgain() -> Result<Void, StoreError> {
        let old = connections.withLock { $0 }
        guard let committer = old.committer, committer.isBroken else { return .success(()) }
        // The readers stay open meanwhile: whoever asks is answered, and no log is folded back by closing the last connection.
        committer.closeWriter()
        return opening.forWriting().map { readers, committer in
            connections.withLock { $0 = Connections(readers: readers, committer: committer) }
            try? old.readers.pool.close()
        }.mapError { error in
            // Somebody else may hold the lock for a moment, or the disk may not even be there.
            if case .damaged = error { return error }
            return .failing(path: opening.files.directory, detail: "it cannot be opened again: \(error)")
        }
    }

    /// Finishes what waits and closes the files; every call after it fails.
    package func close() async {
        let open = connections.withLock { $0 }
        await offThread {
            if let committer = open.committer {
                committer.close(open.readers.pool)
            } else {
                try? open.readers.pool.close()
            }
        }
    }

    func write(_ change: any Change) async throws(StoreError) {
        guard let committer = connections.withLock(\.committer) else {
            throw .unusable(path: opening.files.directory, detail: "it was opened for reading only")
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
