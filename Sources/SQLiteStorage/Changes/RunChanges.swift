// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage
import Synchronization

/// Keeps a new run and its plan.
final class CreateRun: Change {
    private let run: Run
    private let plan: CompressedBytes
    private let actions: [RunAction]
    private let answer = Mutex(0)

    init(_ run: Run, plan: Plan, actions: [RunAction]) throws {
        self.run = run
        self.actions = actions
        self.plan = CompressedBytes(try JSONEncoder().encode(plan), level: 6)
    }

    var size: Int { plan.data.count + 500 }

    /// The arrival number that the run was given.
    var arrival: Int { answer.withLock { $0 } }

    /// A number higher than that of every run.
    static let nextArrival = "1 + coalesce((SELECT max(arrival) FROM run), 0)"

    /// A number that no run has, nor one that was forgotten and whose rows are not all gone.
    private static let nextNumber =
        "1 + max(coalesce((SELECT max(number) FROM run), 0), coalesce((SELECT max(number) FROM forgottenRun), 0))"

    func apply(to database: Database) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO run (\(Run.givenColumns), position, arrival, number)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, \(Self.nextArrival), \(Self.nextNumber))
                ON CONFLICT (id) DO NOTHING RETURNING arrival
                """)
        guard let arrival = try Int.fetchOne(insert, arguments: try run.values) else {
            throw StoreError.alreadyExists(run.id)
        }
        answer.withLock { $0 = arrival }
        let number = database.lastInsertedRowID
        try database.cachedStatement(sql: "INSERT INTO plan VALUES (?, ?, ?)")
            .execute(arguments: [number, plan.length, plan.data])
        for action in actions { try NoteAction(action: action).apply(to: database) }
    }
}

/// Keeps what became of a run's steps and of the run itself.
struct RecordSteps: Change {
    private let run: RunID
    private let rows: [StepRow]
    private let update: RunUpdate?
    private let actions: [RunAction]
    let size: Int

    init(_ records: [StepRecord], of run: RunID, now update: RunUpdate?, actions: [RunAction]) throws {
        let encoder = JSONEncoder()
        self.run = run
        rows = try records.map { try StepRow($0, by: encoder) }
        self.update = update
        self.actions = actions
        size = rows.reduce(100 + 200 * actions.count) { $0 + $1.size }
    }

    func apply(to database: Database) throws {
        let place = try RunPlace(run, database)
        var position = place.position
        for row in rows {
            position += 1
            try row.keep(in: place.number, at: position, database)
        }
        if !rows.isEmpty {
            try database.cachedStatement(sql: "UPDATE run SET position = ? WHERE number = ?")
                .execute(arguments: [position, place.number])
        }
        if let update { try update.keep(in: place.number, database) }
        for action in actions { try NoteAction(action: action).apply(to: database) }
    }
}

extension RunUpdate {
    fileprivate func keep(in run: Int64, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE run SET state = ?1, startedAt = coalesce(?2, startedAt), endedAt = coalesce(?3, iif(?4, NULL, endedAt)),
                arrival = iif(?4, \(CreateRun.nextArrival), arrival), level = coalesce(?7, iif(?4, NULL, level))
                WHERE number = ?5 AND (?6 OR state IN (\(RunState.openCodes)))
                """)
        try statement.execute(
            arguments: [
                state.code, startedAt?.microseconds, endedAt?.microseconds, reopens, run, reopens || state.isFinal,
                level?.code,
            ])
    }
}

/// Keeps what a person did to a run.
struct NoteAction: Change {
    let action: RunAction

    var size: Int { 200 }

    func apply(to database: Database) throws {
        let place = try RunPlace(action.run, database)
        try database.cachedStatement(sql: "INSERT INTO action VALUES (NULL, ?, ?, ?, ?, ?, ?)")
            .execute(arguments: [
                place.number, action.kind.rawValue, action.by, action.at.microseconds, action.step?.rawValue,
                try action.reason?.columnText,
            ])
    }
}
