// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage

/// Reads all of a database, its rows as readers read them.
struct Inspection {
    let files: StoreFiles
    let database: Database

    /// Throws where a page, a link between pages or a row is damaged.
    func readAll() throws {
        let problem = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "no answer"
        guard problem == "ok" else {
            let detail =
                CheckedFiles.haveDamage(in: database) ? "\(damagedPart) does not have its checksum" : problem
            throw StoreError.damaged(path: files.database, detail: detail)
        }
        // Readers know the rows of this version only.
        if try Schema(files).isUpToDate(database) { try readRows() }
    }

    private func readRows() throws {
        for id in try String.fetchAll(database, sql: "SELECT id FROM run ORDER BY number") {
            try readRun(RunID(id))
        }
        try forEachRow("SELECT place, length, bytes FROM block") { row in
            _ = try Columns(row, of: .block).compressed(length: 1, bytes: 2)
        }
        try forEachRow("SELECT \(SlotRow.columns) FROM slot") { row in _ = try [Slot]([row]) }
        _ = try SlotQueries.marks(database)
        _ = try HostKeyQueries.all(database)
        var position = 0
        while case let page = try EventQueries.events(after: position, limit: 10_000, database), !page.events.isEmpty {
            position = page.position
        }
        try compareCounts()
    }

    private func readRun(_ id: RunID) throws {
        _ = try RunQueries.run(id, database)
        let plan = try RunQueries.plan(of: id, database)
        for record in try StepQueries.steps(of: id, after: 0, database).records where !plan.has(record.key) {
            throw UnreadableRow(
                description:
                    "table step has a step \(record.key.step) on lane \(record.key.lane) of run \(id), which its plan has not"
            )
        }
        _ = try RunQueries.actions(on: id, database)
    }

    private func compareCounts() throws {
        let states = try Row.fetchAll(database, sql: "SELECT state, count(*) FROM run GROUP BY state")
        let counted = try states.map { Columns($0, of: .run) }.map { row in
            (try row.coded(0, by: RunState.byCode), try row.integer(1))
        }
        guard Dictionary(uniqueKeysWithValues: counted) == (try RunQueries.counts(database)) else {
            throw UnreadableRow(description: "table runCount has other numbers than table run")
        }
    }

    private func forEachRow(_ query: String, _ read: (Row) throws -> Void) throws {
        let rows = try Row.fetchCursor(database, sql: query)
        while let row = try rows.next() { try read(row) }
    }

    /// Where the pages are that do not have their checksum, as words.
    private var damagedPart: String {
        guard let tables = try? String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        else { return "a page of the list of tables" }
        let damaged = tables.filter { table in
            (try? String.fetchOne(database, sql: "PRAGMA integrity_check('\(table)')")) != "ok"
        }
        return damaged.isEmpty ? "a free page" : "a page of table \(damaged.joined(separator: ", "))"
    }
}
