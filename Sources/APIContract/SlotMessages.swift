// SPDX-License-Identifier: Apache-2.0

package import Model

/// Asks for starts to be added to the plan of the day.
package struct AddSlots: Codable, Hashable, Sendable {
    package var job: JobID
    package var work: SlotWork
    /// When they start, and which business day each belongs to.
    package var starts: [Start]
    package var by: String
    package var reason: String

    package struct Start: Codable, Hashable, Sendable {
        package var day: Day
        package var instant: Instant

        package init(day: Day, instant: Instant) {
            self.day = day
            self.instant = instant
        }
    }

    package init(job: JobID, work: SlotWork, starts: [Start], by: String, reason: String = "") {
        self.job = job
        self.work = work
        self.starts = starts
        self.by = by
        self.reason = reason
    }
}

/// Asks for one start of the plan of the day to be changed.
package struct ChangeSlot: Codable, Hashable, Sendable {
    package enum Action: Codable, Hashable, Sendable {
        /// It waits for a person, also when its time has come.
        case hold
        /// It is held no longer; where its time has passed, it starts at once.
        case release
        /// It starts at another time; at once where that has passed.
        case move(Instant)
        /// It does something else.
        case edit(SlotWork)
        /// It is taken out.
        case remove
    }

    package var slot: SlotID
    package var action: Action
    package var by: String
    package var reason: String

    package init(slot: SlotID, action: Action, by: String, reason: String = "") {
        self.slot = slot
        self.action = action
        self.by = by
        self.reason = reason
    }
}

extension ChangeSlot.Action {
    private enum Key: String, CodingKey { case hold, release, move, edit, remove }

    /// Writes an object of one key, such as `{"hold": {}}` or `{"move": …}`.
    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .hold: encoder.write(Key.hold)
        case .release: encoder.write(Key.release)
        case .move(let instant): try encoder.write(Key.move, instant)
        case .edit(let work): try encoder.write(Key.edit, work)
        case .remove: encoder.write(Key.remove)
        }
    }

    /// Reads what `encode(to:)` wrote.
    package init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: Key.self)
        switch try keyed.onlyCase() {
        case .hold: self = .hold
        case .release: self = .release
        case .move: self = .move(try keyed.value(of: .move))
        case .edit: self = .edit(try keyed.value(of: .edit))
        case .remove: self = .remove
        }
    }
}
