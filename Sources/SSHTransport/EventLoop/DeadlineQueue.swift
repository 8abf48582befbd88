// SPDX-License-Identifier: Apache-2.0

import Glibc
import Model

/// A moment of the clock that nobody sets.
struct MonotonicTime: Hashable, Comparable, Sendable {
    let nanoseconds: Int64

    /// The moment the machine's clock counts from.
    static let zero = MonotonicTime(nanoseconds: 0)

    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }
    static func + (left: MonotonicTime, right: Duration) -> MonotonicTime {
        MonotonicTime(nanoseconds: left.nanoseconds + right.microseconds * 1000)
    }
    static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

/// Who is to be woken when, earliest first.
///
/// Entries that were removed stay until their time comes and are then passed over.
struct DeadlineQueue: Sendable {
    private struct Entry {
        let deadline: MonotonicTime
        let id: UInt64
        let socket: Int32
    }

    private var heap: [Entry] = []
    private var live: Set<UInt64> = []

    /// The earliest deadline.
    var next: MonotonicTime? {
        mutating get {
            while let first = heap.first, !live.contains(first.id) { removeFirst() }
            return heap.first?.deadline
        }
    }

    mutating func insert(_ id: UInt64, _ socket: Int32, _ deadline: MonotonicTime) {
        live.insert(id)
        heap.append(Entry(deadline: deadline, id: id, socket: socket))
        var child = heap.count - 1
        while child > 0, heap[child].deadline < heap[(child - 1) / 2].deadline {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func remove(_ id: UInt64) -> Bool {
        guard live.remove(id) != nil else { return false }
        // Most waits end long before their deadline: throw the dead entries away when they are the many.
        if heap.count > 64, heap.count > 4 * live.count { rebuild() }
        return true
    }

    /// Takes the earliest entry if its time has come.
    mutating func popDue(_ now: MonotonicTime) -> (id: UInt64, socket: Int32)? {
        guard let deadline = next, deadline <= now, let first = heap.first else { return nil }
        live.remove(first.id)
        removeFirst()
        return (first.id, first.socket)
    }

    private mutating func rebuild() {
        heap = heap.filter { live.contains($0.id) }.sorted { $0.deadline < $1.deadline }
    }

    private mutating func removeFirst() {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].deadline < heap[least].deadline {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
