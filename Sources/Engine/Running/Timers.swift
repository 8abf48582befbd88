// SPDX-License-Identifier: Apache-2.0

import Model

/// The timers of a run: each rings once, unless it is ended before.
///
/// A timer measures how long it is, whatever the wall clock says meanwhile. Whoever has these ends them: none outlives its run.
struct Timers {
    /// What a timer is for; another one for the same takes its place.
    enum Purpose: Hashable {
        /// A person has so long to answer.
        case answer(StepKey)
        /// The next try, or the end of a pause.
        case due(StepKey)
        /// The work may take so long.
        case limit(StepKey)
    }

    private let clock: EngineClock
    private var running: [Purpose: Task<Void, Never>] = [:]

    init(clock: EngineClock) { self.clock = clock }

    mutating func set(_ purpose: Purpose, after delay: Duration, _ ring: @escaping @Sendable () -> Void) {
        end(purpose)
        running[purpose] = Task { [clock] in
            await clock.sleep(delay)
            if !Task.isCancelled { ring() }
        }
    }

    /// Ends a timer, and forgets it where it has rung.
    mutating func end(_ purpose: Purpose) { running.removeValue(forKey: purpose)?.cancel() }

    /// Ends all of them.
    ///
    /// - Returns: What is still to be awaited until none lives.
    mutating func endAll() -> [Task<Void, Never>] {
        defer { running = [:] }
        for timer in running.values { timer.cancel() }
        return Array(running.values)
    }
}
