// SPDX-License-Identifier: Apache-2.0

package import Model
import Storage

/// How a controller fares, for whoever watches it.
package struct Vitals: Hashable, Sendable {
    /// Why it cannot work, a sentence each; none when it can.
    package var complaints: [String]
    /// How many runs there are in each state.
    package var runs: [RunState: Int]
    /// How many of them are moved here.
    package var movingRuns: Int
    package var clockwork: ClockworkFigures
}

extension Desk {
    /// Looks at the store, the clockwork and the runs.
    package func vitals() async -> Vitals {
        var vitals = Vitals(
            complaints: [], runs: [:], movingRuns: await parts.engine.movingRuns,
            clockwork: await parts.clockwork.figures)
        if let failure = await parts.outage.failure {
            vitals.complaints.append("the store fails, and is tried again: \(failure)")
        }
        do {
            vitals.runs = try await parts.reader.runCounts()
        } catch {
            vitals.complaints.append("the store cannot be read: \(error)")
        }
        if let last = vitals.clockwork.lastLook {
            let age = ContinuousClock.now - last
            if age > .seconds(30) { vitals.complaints.append("the clockwork has not looked for \(age.short)") }
        } else {
            vitals.complaints.append("the clockwork has not begun")
        }
        return vitals
    }
}
