// SPDX-License-Identifier: Apache-2.0

import GRDB
import Storage
import Synchronization

/// The one writer: carries out changes in the order they come, and commits together what has gathered meanwhile.
///
/// A lone change is committed at once; while the disk flushes one commit the next gathers, so that the more callers there are
/// the more share a flush, without any timer. Each caller goes on after the commit its change is in. The work is done on
/// GRDB's queue, never on Swift's threads, and goes on even if a caller is cancelled: a commit belongs to many.
final class Committer: Sendable {
    typealias Answer = Result<Void, StoreError>

    private struct Waiting: Sendable {
        let change: any Change
        let caller: CheckedContinuation<Answer, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isWorking = false
        /// Why nothing is taken any more.
        var refusal: StoreError?
        var gauge: LogGauge
    }

    /// What a commit holds at most, beside the change that goes over it.
    private static let largestCommit = 4 << 20

    private let queue: DatabaseQueue
    private let lock: StoreLock
    private let files: StoreFiles
    private let state: Mutex<State>

    init(_ queue: DatabaseQueue, _ files: StoreFiles, lock: StoreLock, gauge: LogGauge) {
        self.queue = queue
        self.files = files
        self.lock = lock
        state = Mutex(State(gauge: gauge))
    }

    // The lock must outlive the connection.
    deinit { try? queue.close() }

    /// Carries out a change; returns when it would survive a power cut.
    func perform(_ change: any Change) async throws(StoreError) {
        let answer = await withCheckedContinuation { take(Waiting(change: change, caller: $0)) }
        try answer.get()
    }

    /// Takes no more changes, carries out those that wait, and folds the log back. Blocks its thread.
    ///
    /// - Returns: Whether the store may be closed in good order; after a failure the log must be left for the next opening.
    func finish() -> Bool {
        let failure = state.withLock { state in
            defer { state.refusal = state.refusal ?? .unusable(path: files.directory, detail: "it was closed") }
            return state.refusal
        }
        guard failure == nil else { return false }
        // The queue is serial: what waits is carried out first.
        return queue.writeWithoutTransaction { database in
            foldBack(in: database)
            return state.withLock { $0.isBroken } == false
        }
    }
}
