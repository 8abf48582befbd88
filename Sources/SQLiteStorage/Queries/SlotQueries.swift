// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage

/// Questions about the plan of the day.
enum SlotQueries {
    static func slot(_ id: SlotID, _ database: Database) throws -> Slot? {
        let statement = try database.cachedStatement(sql: "SELECT \(SlotRow.columns) FROM slot WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.rawValue]).map { try Slot(Columns($0)) }
    }

    static func slots(from: Instant, through: Instant, _ database: Database) throws -> [Slot] {
        let statement = try database.cachedStatement(
            sql: "SELECT \(SlotRow.columns) FROM slot WHERE startsAt BETWEEN ? AND ? ORDER BY startsAt, id")
        let rows = try Row.fetchAll(statement, arguments: [from.microseconds, through.microseconds])
        return try rows.map { try Slot(Columns($0)) }
    }

    static func slots(
        of schedule: ScheduleName, from: Instant, through: Instant, _ database: Database
    ) throws -> [Slot] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(SlotRow.columns) FROM slot
                WHERE schedule = ? AND startsAt BETWEEN ? AND ? ORDER BY startsAt, id
                """)
        let rows = try Row.fetchAll(
            statement, arguments: [schedule.rawValue, from.microseconds, through.microseconds])
        return try rows.map { try Slot(Columns($0)) }
    }

    static func due(at now: Instant, _ database: Database) throws -> [Slot] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(SlotRow.columns) FROM slot
                WHERE state IN ('planned', 'waiting', 'held') AND startsAt <= ? ORDER BY startsAt, id
                """)
        return try Row.fetchAll(statement, arguments: [now.microseconds]).map { try Slot(Columns($0)) }
    }

    static func marks(_ database: Database) throws -> [ScheduleMark] {
        let statement = try database.cachedStatement(
            sql: "SELECT schedule, through FROM scheduleMark ORDER BY schedule")
        return try Row.fetchAll(statement).map(Columns.init).map { row in
            ScheduleMark(schedule: ScheduleName(try row.text(0)), through: try row.instant(1))
        }
    }
}
