// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage

/// Keeps planned starts whose names are new.
struct PlanSlots: Change {
    private let rows: [SlotRow]

    init(_ slots: [Slot]) throws {
        let encoder = JSONEncoder()
        rows = try slots.map { try SlotRow($0, by: encoder) }
    }

    var size: Int { rows.count * 400 + 100 }

    func apply(to database: Database) throws {
        let insert = try database.cachedStatement(
            sql: "INSERT INTO slot VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING")
        for row in rows { try insert.execute(arguments: [row.id, row.startsAt, row.state, row.details]) }
    }
}

/// Keeps what became of a planned start, if it is still in the state it was thought to be in.
struct ChangeSlot: Change {
    private let id: SlotID
    private let row: SlotRow
    private let expected: Slot.State

    init(_ slot: Slot, from state: Slot.State) throws {
        id = slot.id
        row = try SlotRow(slot, by: JSONEncoder())
        expected = state
    }

    var size: Int { 500 }

    func apply(to database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE slot SET startsAt = ?, state = ?, details = ? WHERE id = ? AND state = ?"
        ).execute(arguments: [row.startsAt, row.state, row.details, row.id, expected.rawValue])
        guard database.changesCount == 1 else {
            throw StoreError.slotHasChanged(id, now: try SlotQueries.slot(id, database)?.state)
        }
    }
}

/// Makes a run of a planned start.
struct BeginSlot: Change {
    private let slot: SlotID
    private let run: RunID
    private let create: CreateRun

    init(_ slot: SlotID, as run: Run, plan: Plan) throws {
        self.slot = slot
        self.run = run.id
        create = try CreateRun(run, plan: plan)
    }

    var size: Int { create.size + 500 }

    func apply(to database: Database) throws {
        guard var found = try SlotQueries.slot(slot, database), found.state == .planned else {
            throw StoreError.slotHasChanged(slot, now: try SlotQueries.slot(slot, database)?.state)
        }
        (found.state, found.run) = (.started, run)
        try create.apply(to: database)
        try ChangeSlot(found, from: .planned).apply(to: database)
    }
}

/// A planned start as a row.
private struct SlotRow {
    let id: String
    let startsAt: Int64
    let state: String
    let details: String

    init(_ slot: Slot, by encoder: JSONEncoder) throws {
        id = slot.id.rawValue
        startsAt = slot.startsAt.microseconds
        state = slot.state.rawValue
        details = String(decoding: try encoder.encode(slot), as: UTF8.self)
    }
}
