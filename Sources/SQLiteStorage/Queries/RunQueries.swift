// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage

/// Questions about runs.
enum RunQueries {
    static func run(_ id: RunID, _ database: Database) throws -> Run? {
        let statement = try database.cachedStatement(sql: "SELECT \(Run.columns) FROM run WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.rawValue]).map { try Run(Columns($0, of: .run)) }
    }

    static func plan(of id: RunID, _ database: Database) throws -> Plan {
        let place = try RunPlace(id, database)
        let statement = try database.cachedStatement(sql: "SELECT length, bytes FROM plan WHERE run = ?")
        guard let row = try Row.fetchOne(statement, arguments: [place.number]) else {
            throw UnreadableRow(description: "table plan has no row of run \(id)")
        }
        do {
            let bytes = try Columns(row, of: .plan).compressed(length: 0, bytes: 1)
            return try JSONDecoder().decode(Plan.self, from: Data(bytes))
        } catch is DecodingError {
            throw UnreadableRow(description: "the row of run \(id) in table plan holds no plan")
        } catch is UnreadableRow {
            throw UnreadableRow(description: "the row of run \(id) in table plan is damaged")
        }
    }

    /// Runs, newest first.
    ///
    /// Each wanted state is asked for by itself: an index then gives its newest runs in order, however many runs there are.
    static func runs(_ filter: RunFilter, _ database: Database) throws -> [Run] {
        let states = filter.states.isEmpty ? Set(RunState.allCases) : filter.states
        let found = try states.flatMap { try newest(filter, in: $0, database) }
        let newestFirst = found.sorted { $0.number > $1.number }
        return newestFirst.prefix(max(0, filter.limit)).map(\.run)
    }

    private static func newest(
        _ filter: RunFilter, in state: RunState, _ database: Database
    ) throws -> [(run: Run, number: Int)] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(Run.columns), number FROM run WHERE \(filter.job == nil ? "" : "job = :job AND ")state = :state
                ORDER BY number DESC LIMIT :limit
                """)
        var arguments: StatementArguments = ["state": state.code, "limit": max(0, filter.limit)]
        if let job = filter.job { arguments += ["job": job.rawValue] }
        return try Row.fetchAll(statement, arguments: arguments).map { Columns($0, of: .run) }.map { row in
            (try Run(row), try row.integer(13))
        }
    }

    static func counts(_ database: Database) throws -> [RunState: Int] {
        let statement = try database.cachedStatement(sql: "SELECT state, runs FROM runCount WHERE runs > 0")
        let pairs = try Row.fetchAll(statement).map { Columns($0, of: .runCount) }.map { row in
            (try row.coded(0, by: RunState.byCode), try row.integer(1))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    static func actions(on id: RunID, _ database: Database) throws -> [RunAction] {
        let place = try RunPlace(id, database)
        let statement = try database.cachedStatement(
            sql: "SELECT number, kind, person, at, step, reason FROM action WHERE run = ? ORDER BY number")
        return try Row.fetchAll(statement, arguments: [place.number]).map { Columns($0, of: .action) }.map { row in
            RunAction(
                run: id, kind: try row.named(1), by: try row.text(2), at: try row.instant(3),
                step: try row.optionalText(4).map { StepPath($0) }, reason: try row.optionalSentence(5))
        }
    }
}
