// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage

extension Run {
    /// What a run is created with.
    static let givenColumns =
        "id, job, planDigest, state, operator, createdAt, startedAt, endedAt, origin, caller, slot"
    static let columns = "\(givenColumns), arrival, level"

    /// Reads a row of `columns`.
    init(_ row: Columns) throws {
        self.init(
            id: RunID(try row.text(0)), job: JobID(try row.text(1)), planDigest: try row.text(2),
            state: try row.coded(3, by: RunState.byCode), operatorName: try row.text(4), createdAt: try row.instant(5),
            startedAt: try row.optionalInstant(6), endedAt: try row.optionalInstant(7), origin: try row.sentence(8),
            caller: try row.optionalText(9).map { RunID($0) }, slot: try row.optionalText(10).map { SlotID($0) },
            arrival: try row.integer(11))
        level = try row.optionalInteger(12).map { _ in try row.coded(12, by: Level.byCode) }
    }

    /// The values of `givenColumns`.
    var values: StatementArguments {
        get throws {
            [
                id.rawValue, job.rawValue, planDigest, state.code, operatorName, createdAt.microseconds,
                startedAt?.microseconds, endedAt?.microseconds, try origin.columnText, caller?.rawValue,
                slot?.rawValue,
            ]
        }
    }
}

/// The number by which the tables name a run, and how far its steps' changes have been counted.
struct RunPlace {
    let number: Int64
    let position: Int64

    /// Finds a run, or throws that there is none.
    init(_ run: RunID, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: "SELECT number, position FROM run WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [run.rawValue]) else { throw StoreError.notFound(run) }
        let columns = Columns(row, of: .run)
        number = Int64(try columns.integer(0))
        position = Int64(try columns.integer(1))
    }
}
