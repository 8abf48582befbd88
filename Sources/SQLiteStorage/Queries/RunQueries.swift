// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage

/// Questions about runs.
enum RunQueries {
    static func run(_ id: RunID, _ database: Database) throws -> Run? {
        let statement = try database.cachedStatement(sql: "SELECT \(Run.columns) FROM run WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.rawValue]).map { try Run(Columns($0)) }
    }

    static func plan(of id: RunID, _ database: Database) throws -> Plan {
        let place = try RunPlace(id, database)
        let statement = try database.cachedStatement(sql: "SELECT length, bytes FROM plan WHERE run = ?")
        guard let row = try Row.fetchOne(statement, arguments: [place.number]).map(Columns.init) else {
            throw UnreadableRow(description: "the plan of run \(id) is missing")
        }
        let stored = CompressedBytes(length: try row.integer(0), data: try row.data(1))
        return try JSONDecoder().decode(Plan.self, from: Data(try stored.bytes()))
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
        return try Row.fetchAll(statement, arguments: arguments).map(Columns.init).map { row in
            (try Run(row), try row.integer(12))
        }
    }

    static func counts(_ database: Database) throws -> [RunState: Int] {
        let statement = try database.cachedStatement(sql: "SELECT state, runs FROM runCount WHERE runs > 0")
        let pairs = try Row.fetchAll(statement).map(Columns.init).map { row in
            (try row.coded(0, by: RunState.byCode), try row.integer(1))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    static func actions(on id: RunID, _ database: Database) throws -> [RunAction] {
        let place = try RunPlace(id, database)
        let statement = try database.cachedStatement(
            sql: "SELECT kind, person, at, step, reason FROM action WHERE run = ? ORDER BY number")
        return try Row.fetchAll(statement, arguments: [place.number]).map(Columns.init).map { row in
            guard let kind = RunAction.Kind(rawValue: try row.text(0)) else {
                throw UnreadableRow(description: "unknown kind of action \(try row.text(0))")
            }
            return RunAction(
                run: id, kind: kind, by: try row.text(1), at: try row.instant(2),
                step: try row.optionalText(3).map { StepPath($0) }, reason: try row.optionalText(4))
        }
    }
}
