// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage

/// Questions about steps and what they wrote.
enum StepQueries {
    static func steps(of id: RunID, after position: Int, _ database: Database) throws -> StepPage {
        let place = try RunPlace(id, database)
        let statement = try database.cachedStatement(
            sql: "SELECT \(StepRecord.columns) FROM step WHERE run = ? AND position > ? ORDER BY position")
        let decoder = JSONDecoder()
        var page = StepPage(records: [], position: position)
        let rows = try Row.fetchCursor(statement, arguments: [place.number, position])
        while let row = try rows.next().map({ Columns($0, of: .step) }) {
            page.records.append(try StepRecord(row, by: decoder))
            page.position = try row.integer(StepRecord.positionColumn)
        }
        return page
    }

    static func blocks(
        of attempt: AttemptKey, from index: Int, limit: Int, _ database: Database
    ) throws -> [OutputBlock] {
        let place = try RunPlace(attempt.run, database)
        let statement = try database.cachedStatement(
            sql: """
                SELECT place, length, bytes FROM block
                WHERE run = ? AND step = ? AND lane = ? AND attempt = ? AND place >= ? ORDER BY place LIMIT ?
                """)
        let arguments: StatementArguments = [
            place.number, attempt.key.step, attempt.key.lane, attempt.attempt, index, max(0, limit),
        ]
        return try Row.fetchAll(statement, arguments: arguments).map { Columns($0, of: .block) }.map { row in
            OutputBlock(index: try row.integer(0), bytes: try row.compressed(length: 1, bytes: 2))
        }
    }
}
