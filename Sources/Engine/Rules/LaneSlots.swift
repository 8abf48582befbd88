// SPDX-License-Identifier: Apache-2.0

import Model

/// How many lanes work at once: a lane keeps its place while anything of it is to be run, and gives it up when nothing is.
struct LaneSlots: Sendable {
    /// Whether nothing may start, the controller's work neither.
    var isPaused = false
    /// Nodes that had begun before a restart: they go on although nothing may start.
    var begun: Set<StepKey> = []
    private let limit: Int
    private var used = 0
    private var active: [Int32]
    private var queue: [StepKey] = []
    private var head = 0

    init(laneCount: Int, limit: Int) {
        self.limit = limit
        active = Array(repeating: 0, count: laneCount)
    }

    /// Whether a node may start now; otherwise it waits in line.
    ///
    /// The controller always may.
    mutating func admit(_ key: StepKey) -> Bool {
        if isPaused, !begun.contains(key) {
            queue.append(key)
            return false
        }
        guard key.lane >= 0 else { return true }
        guard active[key.lane] > 0 || used < limit else {
            queue.append(key)
            return false
        }
        take(key.lane)
        return true
    }

    /// One node of a lane no longer works.
    mutating func leave(_ lane: Int) {
        guard lane >= 0 else { return }
        active[lane] -= 1
        if active[lane] == 0 { used -= 1 }
    }

    /// The next node in line, with its place taken; nil when there is none or no place.
    mutating func next() -> StepKey? {
        guard !isPaused, head < queue.count, isFree(queue[head].lane) else { return nil }
        let key = queue[head]
        head += 1
        if head > 1024, head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
        take(key.lane)
        return key
    }

    private func isFree(_ lane: Int) -> Bool { lane < 0 || used < limit || active[lane] > 0 }

    private mutating func take(_ lane: Int) {
        guard lane >= 0 else { return }
        if active[lane] == 0 { used += 1 }
        active[lane] += 1
    }
}
