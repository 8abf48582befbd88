// SPDX-License-Identifier: Apache-2.0

import Model

/// What the lanes of a step have come to, counted; lanes that were skipped do not count.
///
/// It is updated as lanes end, so that a question about all lanes costs the same however many lanes exist.
package struct StepTally: Hashable, Sendable {
    private var ended = 0
    private var states: [StepState: Int] = [:]
    private var levels: [Level: Int] = [:]
    private var changed = 0

    /// Counts nothing yet.
    package init() {}

    /// Counts what a lane has come to, in place of what it had come to before.
    package mutating func count(_ outcome: StepOutcome, inPlaceOf old: StepOutcome? = nil) {
        if let old { add(old, -1) }
        add(outcome, 1)
    }

    private mutating func add(_ outcome: StepOutcome, _ number: Int) {
        guard outcome.state != .skipped else { return }
        ended += number
        states[outcome.state, default: 0] += number
        levels[outcome.level, default: 0] += number
        if outcome.changed { changed += number }
    }

    /// The value of a field, seen from where the lanes meet.
    func value(_ field: String, lanes: Int) -> Value {
        func count(_ state: StepState) -> Int { states[state, default: 0] }
        switch field {
        case "lanes": return .integer(lanes)
        case "succeeded", "failed", "unknown", "cancelled":
            return .integer(count(StepState(rawValue: field) ?? .failed))
        case "state":
            let worst: [StepState] = [.failed, .unknown, .cancelled]
            return .text((worst.first { count($0) > 0 } ?? (ended == 0 ? .skipped : .succeeded)).rawValue)
        case "level": return .text((levels.filter { $0.value > 0 }.keys.max() ?? .ok).rawValue)
        case "changed": return .bool(changed > 0)
        default: return .null
        }
    }
}
