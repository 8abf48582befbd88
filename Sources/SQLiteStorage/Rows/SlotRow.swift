// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model

/// A planned start as a row.
struct SlotRow: Sendable {
    static let columns = "id, schedule, job, day, startsAt, isTouched, origin, state, reason, run, agreed, work"

    private let slot: Slot
    private let work: String?

    init(_ slot: Slot) throws {
        self.slot = slot
        let encoder = JSONEncoder()
        // The same work is the same text, so that a statement can compare it.
        encoder.outputFormatting = .sortedKeys
        work = try slot.work.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    }

    /// What a kept row must be like to start the same, as a condition, and the values it wants.
    static let startsSame = "id = ? AND startsAt = ? AND work IS ? AND agreed IS ?"
    var same: StatementArguments { [slot.id.rawValue, slot.startsAt.microseconds, work, slot.agreed] }

    /// The values of `columns`.
    var values: StatementArguments {
        [
            slot.id.rawValue, slot.schedule?.rawValue, slot.job.rawValue, slot.day.number, slot.startsAt.microseconds,
            slot.isTouched, slot.origin, slot.state.rawValue, slot.reason, slot.run?.rawValue, slot.agreed, work,
        ]
    }
}

extension Slot {
    /// Reads a row of `SlotRow.columns`.
    init(_ row: Columns) throws {
        guard let state = State(rawValue: try row.text(7)) else {
            throw UnreadableRow(description: "unknown state of a planned start: \(try row.text(7))")
        }
        self.init(
            id: SlotID(try row.text(0)), schedule: try row.optionalText(1).map { ScheduleName($0) },
            job: JobID(try row.text(2)), day: Day(number: try row.integer(3)), startsAt: try row.instant(4),
            origin: try row.text(6), state: state, reason: try row.text(8),
            run: try row.optionalText(9).map { RunID($0) },
            work: try row.optionalText(11).map { try JSONDecoder().decode(SlotWork.self, from: Data($0.utf8)) })
        agreed = try row.optionalText(10)
    }
}
