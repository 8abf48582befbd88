// SPDX-License-Identifier: Apache-2.0

import Model
import Storage

/// Keeps what became of a run's steps: gathers while the store is busy, commits all that was gathered, and says so.
///
/// It works while somebody is in `run`, which is one task of the run's driver.
///
/// What lasted shorter than a commit is kept in its last state only.
actor Keeper {
    private let store: any RunStore
    private let run: RunID
    private let patience: DiskPatience
    private let full: @Sendable (RunID, _ path: String, Duration) -> Void
    private var gathered: [AttemptKey: StepRecord] = [:]
    private var update: RunUpdate?
    private var waiting: [@Sendable (StoreError?) -> Void] = []
    /// Whoever is in `run` and has nothing to do.
    private var idle: CheckedContinuation<Void, Never>?
    private var isClosed = false
    private(set) var failure: StoreError?

    init(_ parts: EngineParts, run: RunID) {
        store = parts.store
        self.run = run
        patience = DiskPatience(clock: parts.clock, limit: parts.diskPatience)
        full = parts.full
    }

    /// Gathers records; `whenKept` is called once they would survive a power cut, or with what prevents that.
    func keep(_ records: [StepRecord], _ update: RunUpdate?, whenKept: (@Sendable (StoreError?) -> Void)?) {
        if let failure {
            whenKept?(failure)
            return
        }
        for record in records {
            gathered[AttemptKey(run: run, key: record.key, attempt: record.attempt)] = record
        }
        if let update { self.update = update }
        if let whenKept { waiting.append(whenKept) }
        wake()
    }

    /// Gathers records, and returns once they would survive a power cut.
    ///
    /// - Returns: What prevents that, if something does.
    func kept(_ records: [StepRecord], _ update: RunUpdate? = nil) async -> StoreError? {
        await withCheckedContinuation { continuation in
            keep(records, update) { continuation.resume(returning: $0) }
        }
    }

    /// Commits what is gathered, until it is closed and nothing is left.
    func run() async {
        while true {
            await write()
            if isClosed { return }
            await withCheckedContinuation { idle = $0 }
        }
    }

    /// Lets `run` end.
    func close() {
        isClosed = true
        wake()
    }

    private func wake() {
        idle?.resume()
        idle = nil
    }

    private func write() async {
        while failure == nil, !gathered.isEmpty || update != nil || !waiting.isEmpty {
            let records = gathered.values.sorted { ($0.key, $0.attempt) < ($1.key, $1.attempt) }
            let (update, waiting) = (self.update, self.waiting)
            (gathered, self.update, self.waiting) = ([:], nil, [])
            failure = await commit(records, update)
            for told in waiting { told(failure) }
        }
        for told in waiting { told(failure) }
        waiting = []
    }

    private func commit(_ records: [StepRecord], _ update: RunUpdate?) async -> StoreError? {
        var refused = 0
        while true {
            do throws(StoreError) {
                try await store.record(records, of: run, now: update)
                return nil
            } catch .full(let path) {
                if refused == 0 { full(run, path, patience.limit) }
                guard await patience.waits(refusedBefore: refused) else { return .full(path: path) }
                refused += 1
            } catch {
                return error
            }
        }
    }
}
