// SPDX-License-Identifier: Apache-2.0

import Model

/// What a clockwork has done since it came to life, and how punctual it was.
package struct ClockworkFigures: Hashable, Sendable {
    /// The starts that became runs.
    package var started = 0
    /// The starts that were not run.
    package var skipped = 0
    /// How long after their time starts became runs, those apart that had to wait for another run or were missed.
    package var lateness = LatenessFigures()
    /// When it last looked at the clock and had nothing further to do.
    package var lastLook: ContinuousClock.Instant?
}

/// How late things were, counted in classes.
package struct LatenessFigures: Hashable, Sendable {
    /// The upper ends of the classes, in seconds; what is later than the last is only in the total.
    package static let bounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

    /// How many were in each class, none counted twice.
    package private(set) var counts = [Int](repeating: 0, count: bounds.count)
    /// How many there were.
    package private(set) var total = 0
    /// How late all were together, in seconds.
    package private(set) var sum = 0.0

    mutating func add(_ lateness: Duration) {
        let seconds = Double(lateness.microseconds) / 1_000_000
        total += 1
        sum += max(0, seconds)
        if let place = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[place] += 1 }
    }
}
