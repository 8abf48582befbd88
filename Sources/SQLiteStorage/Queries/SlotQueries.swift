// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage

/// Questions about the plan of the day.
enum SlotQueries {
    static func slot(_ id: SlotID, _ database: Database) throws -> Slot? {
        let statement = try database.cachedStatement(sql: "SELECT details FROM slot WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.rawValue]).map { try slot(Columns($0)) }
    }

    static func slots(from: Instant, through: Instant, _ database: Database) throws -> [Slot] {
        let statement = try database.cachedStatement(
            sql: "SELECT details FROM slot WHERE startsAt BETWEEN ? AND ? ORDER BY startsAt, id")
        let rows = try Row.fetchAll(statement, arguments: [from.microseconds, through.microseconds])
        return try rows.map { try slot(Columns($0)) }
    }

    static func due(at now: Instant, _ database: Database) throws -> [Slot] {
        let statement = try database.cachedStatement(
            sql: "SELECT details FROM slot WHERE state IN (?, ?, ?) AND startsAt <= ? ORDER BY startsAt, id")
        let rows = try Row.fetchAll(
            statement,
            arguments: [
                Slot.State.planned.rawValue, Slot.State.waiting.rawValue, Slot.State.held.rawValue, now.microseconds,
            ])
        return try rows.map { try slot(Columns($0)) }
    }

    static func marks(_ database: Database) throws -> [ScheduleMark] {
        let statement = try database.cachedStatement(
            sql: "SELECT schedule, through FROM scheduleMark ORDER BY schedule")
        return try Row.fetchAll(statement).map(Columns.init).map { row in
            ScheduleMark(schedule: ScheduleName(try row.text(0)), through: try row.instant(1))
        }
    }

    private static func slot(_ row: Columns) throws -> Slot {
        try JSONDecoder().decode(Slot.self, from: Data(try row.text(0).utf8))
    }
}
