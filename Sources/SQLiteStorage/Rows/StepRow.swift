// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage

/// A step's record as a row, made before the writer's turn, so that the writer has only to write.
struct StepRow: Sendable {
    private let record: StepRecord
    private let details: String?

    init(_ record: StepRecord, by encoder: JSONEncoder) throws {
        self.record = record
        details = try StoredDetails(record).map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    }

    /// About how many bytes it takes.
    var size: Int { 100 + (details?.utf8.count ?? 0) }

    /// Keeps the row in place of an earlier one, if the step's states allow the move.
    ///
    /// The check is part of the statement that writes: the states from which the new one may be reached are given as bits.
    /// A row that is not there yet counts as waiting, which may be followed by any state.
    func keep(in run: Int64, at position: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: StepRow.upsert).execute(arguments: arguments(run, position))
        guard database.changesCount == 1 else { throw try illegalMove(run, database) }
    }

    private func arguments(_ run: Int64, _ position: Int64) -> StatementArguments {
        [
            run, record.key.step, record.key.lane, record.attempt, record.state.code, position,
            record.startedAt?.microseconds, record.endedAt?.microseconds, record.dueAt?.microseconds,
            record.log.written, record.log.cut, record.report.level.code, record.report.changed ? 1 : 0,
            record.report.exitCode, details, StepRow.origins[record.state.code],
        ]
    }

    private func illegalMove(_ run: Int64, _ database: Database) throws -> StoreError {
        let sql = "SELECT state FROM step WHERE run = ? AND step = ? AND lane = ? AND attempt = ?"
        let row = try Row.fetchOne(
            database.cachedStatement(sql: sql), arguments: [run, record.key.step, record.key.lane, record.attempt])
        let from = try row.map { try Columns($0, of: .step).coded(0, by: StepState.byCode) } ?? .waiting
        return .illegalMove(record.key, from: from, to: record.state)
    }
}

extension StepRow {
    /// For the code of each state, the codes of the states it may replace, as bits.
    private static let origins = StepState.byCode.map { state in
        StepState.allCases.reduce(0) { bits, origin in bits | (origin.mayBecome(state) ? 1 << origin.code : 0) }
    }

    private static let upsert = """
        INSERT INTO step VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        ON CONFLICT (run, step, lane, attempt) DO UPDATE SET
        state = ?5, position = ?6, startedAt = ?7, endedAt = ?8, dueAt = ?9, written = ?10, cut = ?11, level = ?12,
        changed = ?13, exitCode = ?14, details = ?15
        WHERE (?16 >> state) & 1
        """
}

extension StepRecord {
    static let columns = """
        step, lane, attempt, state, startedAt, endedAt, dueAt, written, cut, level, changed, exitCode, details, position
        """
    static let positionColumn = 13
    private static let lanes = Plan.controllerLane...Int(Int32.max)

    /// Reads a row of `columns`.
    init(_ row: Columns, by decoder: JSONDecoder) throws {
        self.init(
            key: StepKey(step: try row.integer(0), lane: try row.integer(1, in: StepRecord.lanes)),
            attempt: try row.integer(2),
            state: try row.coded(3, by: StepState.byCode),
            report: Report(
                level: try row.coded(9, by: Level.byCode), changed: try row.integer(10) != 0,
                exitCode: try row.optionalInteger(11).map(Int.init)),
            startedAt: try row.optionalInstant(4), endedAt: try row.optionalInstant(5),
            dueAt: try row.optionalInstant(6),
            log: LogSize(written: try row.integer(7), cut: try row.integer(8)))
        let details: StoredDetails? = try row.decoded(12, by: decoder)
        details?.fill(&self)
    }
}
