// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model

extension [SlotRow] {
    /// Planned starts as rows.
    init(of slots: [Slot]) throws {
        var texts = SentenceTexts()
        self = try slots.map { try SlotRow($0, &texts) }
    }
}

extension [Slot] {
    /// Reads rows of `SlotRow.columns`.
    init(_ rows: [Row]) throws {
        var texts = SentenceTexts()
        self = try rows.map { try Slot(Columns($0, of: .slot), &texts) }
    }
}

/// A planned start as a row.
struct SlotRow: Sendable {
    static let columns = "id, schedule, job, day, startsAt, isTouched, origin, state, reason, run, agreed, work"

    private let slot: Slot
    private let work: String?
    private let origin: String
    private let reason: String
    private let agreed: String?

    init(_ slot: Slot, _ texts: inout SentenceTexts) throws {
        self.slot = slot
        let encoder = JSONEncoder()
        // The same work is the same text, so that a statement can compare it.
        encoder.outputFormatting = .sortedKeys
        work = try slot.work.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        origin = try texts.text(of: slot.origin)
        reason = try slot.reason?.columnText ?? ""
        agreed = try slot.agreed?.columnText
    }

    /// What a kept row must be like to start the same, as a condition, and the values it wants.
    static let startsSame = "id = ? AND startsAt = ? AND work IS ? AND agreed IS ?"
    var same: StatementArguments { [slot.id.rawValue, slot.startsAt.microseconds, work, agreed] }

    /// The values of `columns`.
    var values: StatementArguments {
        [
            slot.id.rawValue, slot.schedule?.rawValue, slot.job.rawValue, slot.day.number, slot.startsAt.microseconds,
            slot.isTouched, origin, slot.state.rawValue, reason, slot.run?.rawValue, agreed, work,
        ]
    }
}

extension Slot {
    /// The days that can be calculated with: some ten thousand years either way.
    private static let days = -4_000_000...4_000_000

    /// Reads a row of `SlotRow.columns`.
    init(_ row: Columns, _ texts: inout SentenceTexts) throws {
        self.init(
            id: SlotID(try row.text(0)), schedule: try row.optionalText(1).map { ScheduleName($0) },
            job: JobID(try row.text(2)), day: Day(number: try row.integer(3, in: Slot.days)),
            startsAt: try row.instant(4),
            origin: try row.sentence(6, &texts), state: try row.named(7),
            reason: try row.text(8).isEmpty ? nil : row.sentence(8),
            run: try row.optionalText(9).map { RunID($0) },
            work: try row.decoded(11))
        agreed = try row.optionalSentence(10)
    }
}
