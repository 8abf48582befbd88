// SPDX-License-Identifier: Apache-2.0

import Model

/// Rings once for each time it was set to.
actor AlarmClock {
    private let clock: EngineClock
    private let ring: @Sendable (StepKey, Int) -> Void
    private var alarms: [(at: Instant, key: StepKey, attempt: Int)] = []
    private var sleeper: Task<Void, Never>?

    init(clock: EngineClock, ring: @escaping @Sendable (StepKey, Int) -> Void) {
        self.clock = clock
        self.ring = ring
    }

    func set(_ key: StepKey, attempt: Int, after delay: Duration) {
        let at = clock.now() + delay
        // Latest first: the next to ring is the last.
        let place = alarms.firstIndex { $0.at <= at } ?? alarms.count
        alarms.insert((at, key, attempt), at: place)
        if place == alarms.count - 1 { sleepAnew() }
    }

    func stop() {
        alarms = []
        sleeper?.cancel()
    }

    private func sleepAnew() {
        sleeper?.cancel()
        guard let next = alarms.last else { return }
        sleeper = Task {
            await clock.sleep(next.at - clock.now())
            if !Task.isCancelled { self.ringDue() }
        }
    }

    private func ringDue() {
        let now = clock.now()
        while let next = alarms.last, next.at <= now {
            alarms.removeLast()
            ring(next.key, next.attempt)
        }
        sleepAnew()
    }
}
