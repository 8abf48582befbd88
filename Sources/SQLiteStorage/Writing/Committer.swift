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

    /// A change and who waits for it.
    struct Waiting: Sendable {
        let change: any Change
        let caller: CheckedContinuation<Answer, Never>
    }

    private enum Door: Sendable {
        case open, closed
        /// The disk failed; nothing is taken until the store is opened again.
        case broken(StoreError)
    }

    private struct State: Sendable {
        var door = Door.open
        var waiting: [Waiting] = []
        var isWorking = false
        var gauge: LogGauge
    }

    /// What a commit holds at most, beside the change that goes over it.
    private static let largestCommit = 4 << 20

    let files: StoreFiles
    private let queue: DatabaseQueue
    let lock: StoreLock
    private let state: Mutex<State>

    init(_ queue: DatabaseQueue, _ files: StoreFiles, lock: StoreLock, gauge: LogGauge) {
        self.queue = queue
        self.files = files
        self.lock = lock
        state = Mutex(State(gauge: gauge))
    }

    /// Carries out a change; returns when it would survive a power cut.
    func perform(_ change: any Change) async throws(StoreError) {
        let answer = await withCheckedContinuation { take(Waiting(change: change, caller: $0)) }
        try answer.get()
    }

    /// Carries out what waits, folds the log back and closes the connections, the readers' too.
    ///
    /// Blocks its thread.
    func close(_ readers: DatabasePool) {
        let isFirst = state.withLock { state in
            guard case .closed = state.door else {
                if case .open = state.door { state.door = .closed }
                return true
            }
            return false
        }
        guard isFirst else { return }
        // The queue is serial: what waits is carried out before.
        queue.writeWithoutTransaction { foldBack(in: $0) }
        lock.release(isClean: closeConnections(readers))
    }

    /// Closes the connection that writes after the disk failed, and lets the next writer in, who will read everything.
    ///
    /// Blocks its thread.
    func closeWriter() {
        try? queue.close()
        lock.release(isClean: false)
    }

    /// Closes the connections, and tells whether that was in good order.
    ///
    /// The last connection to close folds the log back and removes it. After a failure that must not happen: it could put
    /// something half-kept into the database. A connection that only reads cannot do it, so it is then the last.
    private func closeConnections(_ readers: DatabasePool) -> Bool {
        guard !isBroken else {
            try? queue.close()
            try? readers.close()
            return false
        }
        do {
            try readers.close()
            try queue.close()
            return true
        } catch {
            return false
        }
    }

    /// Whether the disk failed, so that nothing is taken any more.
    var isBroken: Bool {
        state.withLock { state in
            if case .broken = state.door { true } else { false }
        }
    }

    /// Takes nothing more, and tells so to all who wait.
    private func breakDown(_ failure: StoreError) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.door = .broken(failure)
            return state.waiting
        }
        for one in waiting { one.caller.resume(returning: .failure(failure)) }
    }
}

extension Committer {
    private func take(_ waiting: Waiting) {
        var refusal: StoreError?
        let isFirst = state.withLock { state in
            switch state.door {
            case .open:
                state.waiting.append(waiting)
                defer { state.isWorking = true }
                return !state.isWorking
            case .closed: refusal = .unusable(path: files.directory, detail: "it was closed")
            case .broken(let failure): refusal = failure
            }
            return false
        }
        if let refusal { waiting.caller.resume(returning: .failure(refusal)) }
        if isFirst { queue.asyncWriteWithoutTransaction { self.work(in: $0) } }
    }

    /// Commits group after group until nothing waits.
    private func work(in database: Database) {
        let commit = GroupCommit(files)
        while let group = nextGroup() {
            let (answers, failure) = commit.perform(group.map(\.change), in: database)
            if let failure { breakDown(failure) }
            for (waiting, answer) in zip(group, answers) { waiting.caller.resume(returning: answer) }
            let length = StoreFiles.size(of: files.log)
            if state.withLock({ $0.gauge.isDue(length: length) }) { foldBack(in: database) }
        }
    }

    private func nextGroup() -> [Waiting]? {
        state.withLock { state in
            var size = 0
            let group = Array(
                state.waiting.prefix { waiting in
                    defer { size += waiting.change.size }
                    return size < Committer.largestCommit
                })
            state.waiting.removeFirst(group.count)
            state.isWorking = !group.isEmpty
            return group.isEmpty ? nil : group
        }
    }

    /// Copies what is in the log into the database, so that the log can begin anew; readers go on meanwhile.
    private func foldBack(in database: Database) {
        guard !isBroken else { return }
        do {
            try database.checkpoint(.passive)
        } catch {
            // Otherwise the log stays as it is for a later try: the disk is full, perhaps.
            if StoreFiles.isForGood(error) { breakDown(files.failure(error)) }
        }
    }
}
