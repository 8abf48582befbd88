// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage

/// Questions about what happened.
enum EventQueries {
    static func events(after position: Int, limit: Int, _ database: Database) throws -> EventPage {
        let first = position < 0 ? try start(ofLast: 0 - max(position, -1_000_000_000), database) : position
        let statement = try database.cachedStatement(
            sql: "SELECT number, details FROM event WHERE number > ? ORDER BY number LIMIT ?")
        let rows = try Row.fetchAll(statement, arguments: [first, max(0, limit)]).map(Columns.init)
        let events = try rows.map { row in
            try JSONDecoder().decode(Event.self, from: Data(try row.text(1).utf8))
        }
        return EventPage(events: events, position: try rows.last?.integer(0) ?? first)
    }

    /// The position before the last so many.
    private static func start(ofLast count: Int, _ database: Database) throws -> Int {
        let statement = try database.cachedStatement(
            sql: "SELECT number FROM event ORDER BY number DESC LIMIT 1 OFFSET ?")
        return try Row.fetchOne(statement, arguments: [count]).map { try Columns($0).integer(0) } ?? 0
    }
}
