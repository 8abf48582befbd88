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

/// Drops a block of output.
struct DropBlock: Change {
    let attempt: AttemptKey
    let index: Int

    var size: Int { 100 }

    func apply(to database: Database) throws {
        let place = try RunPlace(attempt.run, database)
        let statement = try database.cachedStatement(
            sql: "DELETE FROM block WHERE run = ? AND step = ? AND lane = ? AND attempt = ? AND place = ?")
        try statement.execute(
            arguments: [place.number, attempt.key.step, attempt.key.lane, attempt.attempt, index])
    }
}
