// SPDX-License-Identifier: Apache-2.0

import Glibc
package import Model

/// The time, handed to the engine so that a test can be it.
package struct EngineClock: Sendable {
    /// The time now.
    package var now: @Sendable () -> Instant
    /// How long it is since some moment: it goes on evenly, whoever sets the clock.
    package var elapsed: @Sendable () -> Duration
    /// Returns after a while, or at once when the task is cancelled.
    package var sleep: @Sendable (Duration) async -> Void

    /// Makes a clock; one whose time nobody sets needs no `elapsed` of its own.
    package init(
        now: @escaping @Sendable () -> Instant, elapsed: (@Sendable () -> Duration)? = nil,
        sleep: @escaping @Sendable (Duration) async -> Void
    ) {
        self.now = now
        self.elapsed = elapsed ?? { .microseconds(now().microseconds) }
        self.sleep = sleep
    }

    /// The machine's own time.
    package static let system = EngineClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
        },
        elapsed: { [start = ContinuousClock.now] in ContinuousClock.now - start },
        sleep: { duration in try? await Task.sleep(for: duration) })
}
