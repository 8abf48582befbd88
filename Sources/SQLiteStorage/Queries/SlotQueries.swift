// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage

/// Questions about the plan of the day.
enum SlotQueries {
    static func slot(_ id: SlotID, _ database: Database) throws -> Slot? {
        let statement = try database.cachedStatement(sql: "SELECT \(SlotRow.columns) FROM slot WHERE id = ?")
        return try [Slot](Row.fetchAll(statement, arguments: [id.rawValue])).first
    }

    static func slots(from: Instant, through: Instant, limit: Int, _ database: Database) throws -> [Slot] {
        let statement = try database.cachedStatement(
            sql: "SELECT \(SlotRow.columns) FROM slot WHERE startsAt BETWEEN ? AND ? ORDER BY startsAt, id LIMIT ?")
        let rows = try Row.fetchAll(statement, arguments: [from.microseconds, through.microseconds, max(0, limit)])
        return try [Slot](rows)
    }

    static func open(named prefix: String, limit: Int, _ database: Database) throws -> [Slot] {
        // Names are compared by their bytes, and none has one as high as this.
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(SlotRow.columns) FROM slot
                WHERE id BETWEEN ?1 AND ?1 || char(0x10FFFF) AND state IN ('planned', 'waiting', 'held') ORDER BY id LIMIT ?2
                """)
        return try [Slot](Row.fetchAll(statement, arguments: [prefix, max(0, limit)]))
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
        return try [Slot](rows)
    }

    static func due(at now: Instant, held: Bool, limit: Int, _ database: Database) throws -> [Slot] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(SlotRow.columns) FROM slot
                WHERE state IN ('planned', 'waiting', 'held') AND startsAt <= ? AND (? OR state <> 'held')
                ORDER BY startsAt, id LIMIT ?
                """)
        return try [Slot](Row.fetchAll(statement, arguments: [now.microseconds, held, max(0, limit)]))
    }

    static func marks(_ database: Database) throws -> [ScheduleMark] {
        let statement = try database.cachedStatement(
            sql: "SELECT schedule, through FROM scheduleMark ORDER BY schedule")
        return try Row.fetchAll(statement).map { Columns($0, of: .scheduleMark) }.map { row in
            ScheduleMark(schedule: ScheduleName(try row.text(0)), through: try row.instant(1))
        }
    }
}
