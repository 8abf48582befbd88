// SPDX-License-Identifier: Apache-2.0

import GRDB
import Storage

/// Several connections that only read, each on a queue of its own.
struct Readers: Sendable {
    let files: StoreFiles
    let pool: DatabasePool

    /// Reads in one transaction, which sees all that was committed before it began.
    func read<Answer: Sendable>(
        _ query: @escaping @Sendable (Database) throws -> Answer
    ) async throws(StoreError) -> Answer {
        let answer: Result<Answer, StoreError> = await withCheckedContinuation { caller in
            pool.asyncRead { caller.resume(returning: ask(query, $0)) }
        }
        return try answer.get()
    }

    private func ask<Answer>(
        _ query: (Database) throws -> Answer, _ database: Result<Database, any Error>
    ) -> Result<Answer, StoreError> {
        do {
            return .success(try query(database.get()))
        } catch {
            return .failure(files.failure(error))
        }
    }
}
