// SPDX-License-Identifier: Apache-2.0

import Model

/// Lets a limited number of hosts shake hands at once: on two cores 32 are faster than both 8 and 128.
///
/// A host that is slow gives its place up after a while and goes on without one, so that hung hosts cost the healthy ones
/// next to nothing. Belongs to one loop's actor, like everything here.
final class HandshakeGate {
    private let limit: Int
    private let patience: Duration
    private let loop: LoopThread
    private var holders: [UInt64: MonotonicTime] = [:]
    private var order: [UInt64] = []
    private var waiting: [UnsafeContinuation<Void, Never>] = []
    private var nextID: UInt64 = 0
    private var isTicking = false

    init(limit: Int, patience: Duration, loop: LoopThread) {
        self.limit = limit
        self.patience = patience
        self.loop = loop
    }

    /// Waits for a place and takes it.
    func enter(on owner: isolated SSHLoop) async -> UInt64 {
        if holders.count >= limit || !waiting.isEmpty {
            tick(on: owner)
            await withUnsafeContinuation { waiting.append($0) }
        }
        nextID += 1
        holders[nextID] = .now
        order.append(nextID)
        return nextID
    }

    /// Gives a place back; one that was already taken away is nobody's.
    func leave(_ id: UInt64) {
        guard holders.removeValue(forKey: id) != nil else { return }
        admit()
    }

    private func admit() {
        let free = limit - holders.count
        guard free > 0, !waiting.isEmpty else { return }
        // One at a time: each that enters holds its place before the next is let in.
        waiting.removeFirst().resume()
    }

    /// While somebody waits, takes places away from hosts that have been slow for too long.
    private func tick(on owner: isolated SSHLoop) {
        guard !isTicking else { return }
        isTicking = true
        let gate = self
        Task {
            _ = owner
            while !gate.waiting.isEmpty {
                _ = await gate.loop.ready(-1, by: .now + .milliseconds(100))
                gate.takeFromSlow()
            }
            gate.isTicking = false
        }
    }

    private func takeFromSlow() {
        let now = MonotonicTime.now
        while let oldest = order.first {
            guard let since = holders[oldest] else {
                order.removeFirst()
                continue
            }
            guard now - since > patience else { break }
            order.removeFirst()
            leave(oldest)
        }
        for _ in 0..<max(0, limit - holders.count) { admit() }
    }
}
