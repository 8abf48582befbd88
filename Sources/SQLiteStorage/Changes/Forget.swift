// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage
import Synchronization

/// Forgets a piece of what was over before an instant, clears away a piece of what was forgotten, and gives a piece of the space back.
///
/// A run goes in two steps. Its name goes at once, so that nobody finds half of it; what it wrote may be a thousand outputs, and goes
/// a piece at a time. Its number stays taken until all of that has gone.
final class Forget: Change {
    /// So many pages are given back at once.
    ///
    /// Fewer are left in the file, where new records take them soon.
    private static let pages = 1024

    private let past: Past
    private let before: Instant
    /// The number of the first record that is left alone.
    private let first: Int
    private let limit: Int
    private let answer = Mutex(Forgotten(count: 0, isMore: false))

    init(_ past: Past, before: Instant, below first: Int?, limit: Int) {
        self.past = past
        self.before = before
        self.first = first ?? .max
        self.limit = max(1, limit)
    }

    let size = 100_000

    /// What was done.
    var forgotten: Forgotten { answer.withLock { $0 } }

    func apply(to database: Database) throws {
        let count = try forget(database)
        let cleared = try clear(database)
        let isShrinking = try giveBack(database)
        let isMore = count == limit || cleared == limit || isShrinking
        answer.withLock { $0 = Forgotten(count: count, isMore: isMore) }
    }

    private func forget(_ database: Database) throws -> Int {
        switch past {
        case .runs: try forgetRuns(database)
        case .starts:
            try delete(
                """
                FROM slot WHERE id IN (
                    SELECT id FROM slot WHERE startsAt < ? AND state NOT IN ('planned', 'waiting', 'held')
                        AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = slot.run AND run.state IN (\(RunState.openCodes)))
                    ORDER BY startsAt, id LIMIT ?)
                """, [before.microseconds, limit], database)
        case .events:
            try delete(
                """
                FROM event WHERE number IN (
                    SELECT number FROM event WHERE at < ? AND number < ? AND NOT (onceKey IS NOT NULL AND (
                        EXISTS (SELECT 1 FROM run WHERE run.id = details ->> 'run' AND run.state IN (\(RunState.openCodes)))
                        OR EXISTS (
                            SELECT 1 FROM slot WHERE slot.id = event.details ->> 'slot'
                            AND slot.state IN ('planned', 'waiting', 'held'))))
                    ORDER BY at, number LIMIT ?)
                """, [before.microseconds, first, limit], database)
        }
    }

    private func forgetRuns(_ database: Database) throws -> Int {
        let old = try Int64.fetchAll(
            try database.cachedStatement(
                sql: """
                    SELECT number FROM run WHERE endedAt < ? AND number < ? AND state NOT IN (\(RunState.openCodes))
                    ORDER BY endedAt, number LIMIT ?
                    """),
            arguments: [before.microseconds, first, limit])
        for number in old {
            try database.cachedStatement(sql: "INSERT INTO forgottenRun VALUES (?)").execute(arguments: [number])
            _ = try delete("FROM run WHERE number = ?", [number], database)
        }
        return old.count
    }

    /// Deletes rows of runs that were forgotten, and says how many.
    private func clear(_ database: Database) throws -> Int {
        var left = limit
        let next = try database.cachedStatement(sql: "SELECT number FROM forgottenRun LIMIT 1")
        while left > 0, let run = try Int64.fetchOne(next) {
            for (table, key) in Forget.tables where left > 0 {
                left -= try delete(
                    "FROM \(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) WHERE run = ? LIMIT ?)", [run, left],
                    database)
            }
            if left > 0 { left -= try delete("FROM forgottenRun WHERE number = ?", [run], database) }
        }
        return limit - left
    }

    /// The tables that have rows of runs, and what names a row.
    private static let tables = [
        ("block", "rowid"), ("step", "run, step, lane, attempt"), ("action", "number"), ("plan", "run"),
    ]

    /// Makes the file smaller where much of it is free, and says whether much is free still.
    private func giveBack(_ database: Database) throws -> Bool {
        let before = try freePages(database)
        guard before >= Forget.pages else { return false }
        try database.execute(sql: "PRAGMA incremental_vacuum(\(Forget.pages))")
        let after = try freePages(database)
        // A file that was made anew by other means may be one that cannot shrink.
        return after >= Forget.pages && after < before
    }

    private func freePages(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
    }

    /// The number of the first record that was made within a time.
    ///
    /// The plus signs keep SQLite to the order of the numbers, where the first that fits ends the search.
    static func first(of past: Past, from: Instant, through: Instant, _ database: Database) throws -> Int? {
        let table: (name: String, time: String)
        switch past {
        case .runs: table = ("run", "createdAt")
        case .starts: return nil
        case .events: table = ("event", "at")
        }
        let statement = try database.cachedStatement(
            sql: "SELECT number FROM \(table.name) WHERE +\(table.time) BETWEEN ? AND ? ORDER BY number LIMIT 1")
        return try Int.fetchOne(statement, arguments: [from.microseconds, through.microseconds])
    }

    private func delete(_ rows: String, _ arguments: StatementArguments, _ database: Database) throws -> Int {
        try database.cachedStatement(sql: "DELETE \(rows)").execute(arguments: arguments)
        return database.changesCount
    }
}
