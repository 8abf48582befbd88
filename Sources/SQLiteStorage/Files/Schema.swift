// SPDX-License-Identifier: Apache-2.0

import GRDB
import Storage

/// What the database must look like before it is used.
struct Schema: Sendable {
    /// Marks a file as ours: `FLst`.
    static let applicationID = 0x464C_7374
    /// The statements that bring a database from each version to the next.
    ///
    /// The version of a database is how many it has seen. A migration that was released is never changed.
    static let migrations = [migration1, migration2, migration3, migration4, migration5, migration6, migration7]
    /// The first version whose pages have checksums.
    static let firstChecked = 6
    /// A check of all pages is quick up to this size.
    static let smallSize = 4 << 20

    let files: StoreFiles
    private var known: Int { Schema.migrations.count }

    init(_ files: StoreFiles) { self.files = files }

    /// Makes a new database or brings an older one up to date; `check` comes before.
    func prepareForWriting(_ database: Database) throws {
        if try isEmpty(database) {
            try database.execute(
                sql: "PRAGMA page_size = \(PageChecksum.pageSize); PRAGMA auto_vacuum = INCREMENTAL")
        }
        // SQLite answers with the old mode when it cannot change it.
        guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw StoreError.unusable(path: files.database, detail: "a write-ahead log cannot be used there")
        }
        try migrate(database)
    }

    /// Refuses what is no store; a new database is one.
    ///
    /// The whole file is looked through when it is small, or when its last writer was killed.
    func check(_ database: Database, wasKilled: Bool) throws {
        guard try !isEmpty(database) else { return }
        try check(database, thoroughly: wasKilled || StoreFiles.size(of: files.database) <= Schema.smallSize)
    }

    /// Whether a database is of a version whose pages have no checksums.
    func needsChecksums(_ database: Database) throws -> Bool {
        try !CheckedFiles.areUsed(by: database) && !isEmpty(database)
    }

    /// Whether a database is of this version.
    func isUpToDate(_ database: Database) throws -> Bool { try version(of: database) == known }

    /// Brings an older database up to date.
    func migrate(_ database: Database) throws {
        for version in try version(of: database)..<known { try migrate(database, from: version) }
    }

    /// Refuses what is not a store of this version or an older one.
    func recognize(_ database: Database) throws {
        guard try !isEmpty(database) else {
            throw StoreError.unusable(path: files.database, detail: "there is nothing in it yet; start a run first")
        }
        try check(database, thoroughly: false)
    }

    /// Refuses what cannot be read by this version.
    func prepareForReading(_ database: Database) throws {
        try recognize(database)
        let found = try version(of: database)
        guard found == known else {
            throw StoreError.unusable(
                path: files.database,
                detail: "it has the older format \(found); start a run once to bring it to format \(known)")
        }
    }

    private func check(_ database: Database, thoroughly: Bool) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID else {
            throw StoreError.damaged(path: files.database, detail: "it belongs to another program")
        }
        let found = try version(of: database)
        guard found <= known else {
            throw StoreError.newerVersion(path: files.database, found: found, known: known)
        }
        guard found < Schema.firstChecked || CheckedFiles.areUsed(by: database) else {
            throw StoreError.damaged(path: files.database, detail: "its header says that it has no checksums")
        }
        guard thoroughly else { return }
        let problem = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
        guard problem == "ok" else {
            let detail = CheckedFiles.haveDamage(in: database) ? CheckedFile.damageText : problem
            throw StoreError.damaged(path: files.database, detail: detail)
        }
    }

    private func isEmpty(_ database: Database) throws -> Bool {
        try Int.fetchOne(database, sql: "PRAGMA application_id") == 0 && version(of: database) == 0
            && Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
    }

    private func version(of database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    private func migrate(_ database: Database, from version: Int) throws {
        try database.inTransaction(.immediate) {
            try database.execute(sql: Schema.migrations[version])
            try database.execute(
                sql: "PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = \(version + 1)")
            return .commit
        }
    }
}
