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
        let rows = try Row.fetchAll(statement, arguments: [first, max(0, limit)]).map { Columns($0, of: .event) }
        let decoder = JSONDecoder()
        let events = try rows.map { row in
            guard let event: Event = try row.decoded(1, by: decoder) else {
                throw UnreadableRow(description: "the row with number \(try row.integer(0)) of table event is empty")
            }
            return event
        }
        return EventPage(events: events, position: try rows.last?.integer(0) ?? first)
    }

    /// The position before the last so many.
    private static func start(ofLast count: Int, _ database: Database) throws -> Int {
        let statement = try database.cachedStatement(
            sql: "SELECT number FROM event ORDER BY number DESC LIMIT 1 OFFSET ?")
        return try Row.fetchOne(statement, arguments: [count]).map { try Columns($0, of: .event).integer(0) } ?? 0
    }
}
