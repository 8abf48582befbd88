// SPDX-License-Identifier: Apache-2.0

import GRDB
import Storage

/// Carries out several changes in one transaction, each in a savepoint of its own: one that is refused leaves the others
/// untouched.
struct GroupCommit: Sendable {
    private let files: StoreFiles

    init(_ files: StoreFiles) { self.files = files }

    /// Carries out changes.
    ///
    /// - Returns: The answer to each change, and why nothing may be written any more, if so.
    func perform(_ changes: [any Change], in database: Database) -> (answers: [Committer.Answer], broken: StoreError?) {
        do {
            return (try commit(changes, in: database), nil)
        } catch {
            rollBack(database)
            let failure = files.failure(error)
            let isForGood = StoreFiles.isForGood(error)
            guard !isForGood, !StoreFiles.isLocked(error), changes.count > 1 else {
                return (changes.map { _ in .failure(failure) }, isForGood ? failure : nil)
            }
            return oneByOne(changes, in: database)
        }
    }

    /// Carries out each change in a transaction of its own, so that one too large for a nearly full disk fails alone.
    private func oneByOne(
        _ changes: [any Change], in database: Database
    ) -> (answers: [Committer.Answer], broken: StoreError?) {
        var answers: [Committer.Answer] = []
        var broken: StoreError?
        for change in changes {
            if let broken {
                answers.append(.failure(broken))
            } else {
                let result = perform([change], in: database)
                answers += result.answers
                broken = result.broken
            }
        }
        return (answers, broken)
    }

    private func commit(_ changes: [any Change], in database: Database) throws -> [Committer.Answer] {
        try run("BEGIN IMMEDIATE", database)
        let answers = try changes.map { try attempt($0, in: database) }
        try run("COMMIT", database)
        return answers
    }

    private func attempt(_ change: any Change, in database: Database) throws -> Committer.Answer {
        try run("SAVEPOINT change", database)
        do {
            try change.apply(to: database)
            try run("RELEASE change", database)
            return .success(())
        } catch let refusal as StoreError {
            try run("ROLLBACK TO change", database)
            try run("RELEASE change", database)
            return .failure(refusal)
        }
    }

    /// Undoes what is left of a transaction; SQLite has mostly done so itself.
    private func rollBack(_ database: Database) {
        guard database.isInsideTransaction else { return }
        try? run("ROLLBACK", database)
    }

    private func run(_ sql: String, _ database: Database) throws {
        try database.cachedStatement(sql: sql).execute()
    }
}
