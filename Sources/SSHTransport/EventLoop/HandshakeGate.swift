// SPDX-License-Identifier: Apache-2.0

import Model
import Synchronization

/// Lets a limited number of hosts connect and log in at once: each more makes all of them slower, and a server ends those that
/// wait for too long.
///
/// A host that takes much longer than the others gives its place to another and goes on without one, so that hosts that hang
/// cost the healthy ones next to nothing. Belongs to one loop's actor, like everything here.
final class HandshakeGate {
    /// A host under way.
    private struct Place {
        let id: UInt64
        var since: MonotonicTime
        /// Whether its server has taken the connection; until then it costs nobody anything.
        var isConnected = false
    }

    /// A host that waits for a place.
    private struct Waiter {
        let cancellation: Cancellation
        let continuation: UnsafeContinuation<UInt64?, Never>
    }

    /// Whether the task of one who waits was cancelled.
    private final class Cancellation: Sendable {
        let hasCome = Atomic(false)
    }

    /// How long a connection may take to be made before its place is given to another.
    private let connectPatience: Duration
    private let loop: LoopThread
    private var window: HandshakeWindow
    /// Those under way, in the order in which they entered.
    private var places: [Place] = []
    private var givenUp = 0
    private var waiting: [Waiter] = []
    private var nextWaiting = 0
    private var nextID: UInt64 = 0
    private var isTicking = false

    init(limit: Int, patience: Duration, loop: LoopThread) {
        window = HandshakeWindow(usual: limit, leastPatience: patience)
        connectPatience = patience
        self.loop = loop
    }

    /// Waits for a place and takes it; nil = the task was cancelled before its turn.
    func enter(on owner: isolated SSHLoop) async -> UInt64? {
        if hasRoom, !isAwaited { return take() }
        let cancellation = Cancellation()
        return await withTaskCancellationHandler {
            // A closure that captures the owner runs on its thread; any other would not.
            owner.assertIsolated()
            return await withUnsafeContinuation { continuation in
                waiting.append(Waiter(cancellation: cancellation, continuation: continuation))
                tick(on: owner)
            }
        } onCancel: {
            cancellation.hasCome.store(true, ordering: .relaxed)
        }
    }

    /// Takes note that the host has taken the connection.
    func noteConnected(_ id: UInt64) {
        guard let index = places.firstIndex(where: { $0.id == id }) else { return }
        places[index].isConnected = true
        places[index].since = .now
        recount()
    }

    /// Gives a place back.
    func leave(_ id: UInt64, _ end: HandshakeEnd) {
        guard let index = places.firstIndex(where: { $0.id == id }) else { return }
        let place = places.remove(at: index)
        switch end {
        case .through: window.noteThrough(after: .now - place.since)
        case .dropped: window.noteDropped()
        case .failed: break
        }
        recount()
        admit()
    }

    private var hasRoom: Bool { places.count - givenUp < window.size }
    private var isAwaited: Bool { nextWaiting < waiting.count }

    private func take() -> UInt64 {
        nextID += 1
        places.append(Place(id: nextID, since: .now))
        return nextID
    }

    private func admit() {
        while hasRoom, isAwaited {
            waiting[nextWaiting].continuation.resume(returning: take())
            nextWaiting += 1
        }
        if !isAwaited { (waiting, nextWaiting) = ([], 0) }
    }

    /// Lets those go whose task was cancelled.
    private func dismiss() {
        let line = waiting[nextWaiting...]
        (waiting, nextWaiting) = ([], 0)
        for waiter in line {
            if waiter.cancellation.hasCome.load(ordering: .relaxed) {
                waiter.continuation.resume(returning: nil)
            } else {
                waiting.append(waiter)
            }
        }
    }

    /// While hosts wait, looks for hosts that have been slow for too long, and for those that need not wait any more; the task
    /// ends when none waits.
    private func tick(on owner: isolated SSHLoop) {
        guard !isTicking else { return }
        isTicking = true
        let gate = self
        Task {
            _ = owner
            while gate.isAwaited {
                _ = await gate.loop.ready(-1, by: .now + .milliseconds(50))
                gate.dismiss()
                gate.recount()
                gate.admit()
            }
            gate.isTicking = false
        }
    }

    /// Counts those that no longer have their place.
    private func recount() {
        let now = MonotonicTime.now
        var (slow, dead) = (0, 0)
        for place in places {
            if !place.isConnected {
                dead += now - place.since > connectPatience ? 1 : 0
            } else if now - place.since > window.patience(givenUp: slow) {
                slow += 1
            }
        }
        givenUp = slow + dead
    }
}

/// How it ended for a host that had a place.
enum HandshakeEnd {
    /// It let us log in.
    case through
    /// It closed the connection before it spoke.
    case dropped
    /// Anything else.
    case failed
}
