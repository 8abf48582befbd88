// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The open files that all runs of the process share.
package struct OpenFilePlaces: Sendable {
    /// For sessions to hosts.
    var hosts: SessionPlaces
    /// For the pipes of programs on the controller.
    var programs = SessionPlaces(limit: .max)

    /// Makes places for so many open files.
    package init(hosts: Int, programs: Int) {
        self.hosts = SessionPlaces(limit: hosts)
        self.programs = SessionPlaces(limit: programs)
    }

    init(hosts: SessionPlaces) { self.hosts = hosts }
}

/// Limits the files and sockets that sessions to hosts have open at a time, over all runs of the process.
///
/// A session that no step uses may be closed to make room for another; it is opened again when it is needed.
package final class SessionPlaces: Sendable {
    /// Closes an idle session; returns when its places are free.
    typealias Close = @Sendable () async -> Void

    private struct Waiter {
        let count: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var idle: [Int: (since: ContinuousClock.Instant, close: Close)] = [:]
        /// Those who wait, by number.
        var waiting: [Int: Waiter] = [:]
        /// Their numbers in the order in which they came, from `firstInLine` on; some may have given up.
        var line: [Int] = []
        var firstInLine = 0
        var nextID = 0
    }

    /// How many places exist.
    let limit: Int
    /// How long a session that was used stays idle before it is closed for another.
    private let patience: Duration
    private let state: Mutex<State>

    /// Makes places for `limit` open files.
    package init(limit: Int, patience: Duration = .seconds(2)) {
        self.limit = limit
        self.patience = patience
        state = Mutex(State(free: limit))
    }

    /// How many wait for places.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// The number of a session, for `noteIdle` and `noteBusy`.
    func newID() -> Int {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    /// Takes places without waiting; false where too few are free.
    func takeFree(_ count: Int) -> Bool {
        state.withLock { state in
            let count = min(count, limit)
            guard count == 0 || state.waiting.isEmpty && state.free >= count else { return false }
            state.free -= count
            return true
        }
    }

    /// Takes places, in the order in which they are asked for; idle sessions are closed for them.
    ///
    /// More places than exist are all of them.
    ///
    /// - Returns: False when the task was cancelled first.
    func take(_ count: Int) async -> Bool {
        if takeFree(count) { return true }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    await self.closeIdle()
                    try? await Task.sleep(for: self.patience / 2)
                }
            }
            defer { group.cancelAll() }
            return await wait(for: count)
        }
    }

    /// Gives places back.
    func give(_ count: Int) {
        let admitted = state.withLock { state in
            state.free += min(count, limit)
            return admit(&state)
        }
        for waiter in admitted { waiter.continuation.resume(returning: true) }
    }

    /// Notes that no step uses a session; one that was never used is the first to be closed.
    func noteIdle(_ id: Int, wasUsed: Bool, close: @escaping Close) {
        let since = wasUsed ? ContinuousClock.now : ContinuousClock.now - patience
        state.withLock { $0.idle[id] = (since, close) }
    }

    /// Notes that a session is used or closed.
    func noteBusy(_ id: Int) {
        state.withLock { _ = $0.idle.removeValue(forKey: id) }
    }

    private func wait(for count: Int) async -> Bool {
        let id = newID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let admitted = state.withLock { state in
                    state.waiting[id] = Waiter(count: min(count, limit), continuation: continuation)
                    state.line.append(id)
                    return admit(&state)
                }
                for waiter in admitted { waiter.continuation.resume(returning: true) }
                // Cancellation may have come before there was anything to give up.
                if Task.isCancelled { giveUp(id) }
            }
        } onCancel: {
            giveUp(id)
        }
    }

    private func giveUp(_ id: Int) {
        let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
        waiter?.continuation.resume(returning: false)
        // Those behind may fit now.
        give(0)
    }

    private func admit(_ state: inout sending State) -> [Waiter] {
        var admitted: [Waiter] = []
        while state.firstInLine < state.line.count {
            let id = state.line[state.firstInLine]
            if let waiter = state.waiting[id] {
                guard waiter.count <= state.free else { break }
                state.free -= waiter.count
                state.waiting[id] = nil
                admitted.append(waiter)
            }
            state.firstInLine += 1
        }
        if state.firstInLine * 2 >= state.line.count {
            state.line.removeFirst(state.firstInLine)
            state.firstInLine = 0
        }
        return admitted
    }

    /// Closes the session that was opened last among those that have been idle for long enough.
    private func closeIdle() async {
        let close = state.withLock { state -> Close? in
            let latest = ContinuousClock.now - patience
            guard let id = state.idle.filter({ $0.value.since <= latest }).keys.max() else { return nil }
            return state.idle.removeValue(forKey: id)?.close
        }
        await close?()
    }
}
