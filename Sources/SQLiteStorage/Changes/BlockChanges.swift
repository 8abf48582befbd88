// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage

/// Keeps a block of output.
struct PutBlock: Change {
    private let attempt: AttemptKey
    private let index: Int
    private let bytes: CompressedBytes

    init(_ block: OutputBlock, of attempt: AttemptKey) {
        self.attempt = attempt
        index = block.index
        bytes = CompressedBytes(block.bytes, level: 1)
    }

    var size: Int { bytes.data.count + 100 }

    func apply(to database: Database) throws {
        let place = try RunPlace(attempt.run, database)
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET length = excluded.length, bytes = excluded.bytes
                """)
        try statement.execute(arguments: [
            place.number, attempt.key.step, attempt.key.lane, attempt.attempt, index, bytes.length, bytes.data,
        ])
    }
}

/// Drops blocks of output.
struct DropBlocks: Change {
    let attempt: AttemptKey
    /// The block to drop; nil = all.
    var index: Int? = nil

    var size: Int { 100 }

    func apply(to database: Database) throws {
        let place = try RunPlace(attempt.run, database)
        let statement = try database.cachedStatement(
            sql:
                "DELETE FROM block WHERE run = ?1 AND step = ?2 AND lane = ?3 AND attempt = ?4 AND place = coalesce(?5, place)"
        )
        try statement.execute(
            arguments: [place.number, attempt.key.step, attempt.key.lane, attempt.attempt, index])
    }
}
