// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage
import Synchronization

/// Keeps planned starts whose names are new, and how far their schedule has been planned; where it is asked for, none when a name is
/// taken.
struct PlanSlots: Change {
    private let rows: [SlotRow]
    private let mark: ScheduleMark?
    private let withdrawn: Instant?
    private let ids: [SlotID]
    private let refusesTaken: Bool

    init(
        _ slots: [Slot], mark: ScheduleMark? = nil, withdrawn: Instant? = nil, refusesTaken: Bool = false
    ) throws {
        rows = try [SlotRow](of: slots)
        ids = slots.map(\.id)
        self.refusesTaken = refusesTaken
        self.mark = mark
        self.withdrawn = withdrawn
    }

    var size: Int { rows.count * 400 + 100 }

    func apply(to database: Database) throws {
        if let mark, let withdrawn { try withdraw(mark.schedule, after: withdrawn, database) }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO slot (\(SlotRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING
                """)
        for (id, row) in zip(ids, rows) {
            try insert.execute(arguments: row.values)
            guard refusesTaken, database.changesCount == 0 else { continue }
            throw StoreError.slotHasChanged(id, now: try SlotQueries.slot(id, database)?.state)
        }
        guard let mark else { return }
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO scheduleMark VALUES (?, ?)")
            .execute(arguments: [mark.schedule.rawValue, mark.through.microseconds])
    }
}

/// Forgets how far a schedule has been planned, and what of it is still to come.
struct UnplanSchedule: Change {
    let schedule: ScheduleName
    let after: Instant

    var size: Int { 500 }

    func apply(to database: Database) throws {
        try withdraw(schedule, after: after, database)
        try database.cachedStatement(sql: "DELETE FROM scheduleMark WHERE schedule = ?")
            .execute(arguments: [schedule.rawValue])
    }
}

private func withdraw(_ schedule: ScheduleName, after: Instant, _ database: Database) throws {
    try database.cachedStatement(
        sql: "DELETE FROM slot WHERE schedule = ? AND startsAt > ? AND state = 'planned' AND isTouched = 0"
    ).execute(arguments: [schedule.rawValue, after.microseconds])
}

/// Keeps what became of a planned start, if it is still as it was thought to be.
struct ChangeSlot: Change {
    private let id: SlotID
    private let row: SlotRow
    private let old: SlotRow
    private let expected: Slot.State

    init(_ slot: Slot, from old: Slot) throws {
        id = slot.id
        var texts = SentenceTexts()
        row = try SlotRow(slot, &texts)
        self.old = try SlotRow(old, &texts)
        expected = old.state
    }

    var size: Int { 500 }

    func apply(to database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE slot SET (\(SlotRow.columns)) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                WHERE \(SlotRow.startsSame) AND state = ?
                """
        ).execute(arguments: row.values + old.same + [expected.rawValue])
        guard database.changesCount == 1 else {
            throw StoreError.slotHasChanged(id, now: try SlotQueries.slot(id, database)?.state)
        }
    }
}

/// Keeps what became of many planned starts, of those that are still planned or wait.
final class ChangeSlots: Change {
    private let rows: [(id: SlotID, row: SlotRow)]
    private let answer = Mutex<Set<SlotID>>([])

    init(_ slots: [Slot]) throws { rows = zip(slots, try [SlotRow](of: slots)).map { ($0.id, $1) } }

    var size: Int { rows.count * 400 + 100 }

    /// Which were changed.
    var changed: Set<SlotID> { answer.withLock { $0 } }

    func apply(to database: Database) throws {
        let update = try database.cachedStatement(
            sql: """
                UPDATE slot SET (\(SlotRow.columns)) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                WHERE \(SlotRow.startsSame) AND state IN ('planned', 'waiting')
                """)
        var changed: Set<SlotID> = []
        for (id, row) in rows {
            try update.execute(arguments: row.values + row.same)
            if database.changesCount == 1 { changed.insert(id) }
        }
        answer.withLock { [changed] in $0 = changed }
    }
}

/// Makes a run of a planned start.
struct BeginSlot: Change {
    private let slot: Slot
    private let run: RunID
    private let create: CreateRun

    init(_ slot: Slot, as run: Run, plan: Plan, actions: [RunAction]) throws {
        self.slot = slot
        self.run = run.id
        create = try CreateRun(run, plan: plan, actions: actions)
    }

    var size: Int { create.size + 500 }

    /// The arrival number that the run was given.
    var arrival: Int { create.arrival }

    func apply(to database: Database) throws {
        let found = try SlotQueries.slot(slot.id, database)
        guard var begun = found, begun.state == .planned || begun.state == .waiting, begun.startsAs(slot) else {
            throw StoreError.slotHasChanged(slot.id, now: found?.state)
        }
        let old = begun
        (begun.state, begun.reason, begun.run) = (.started, nil, run)
        try create.apply(to: database)
        try ChangeSlot(begun, from: old).apply(to: database)
    }
}
