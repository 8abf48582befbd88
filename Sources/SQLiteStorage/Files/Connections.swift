// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Opens the database's connections.
///
/// One connection writes and several read. GRDB's pool with a writer of its own is not used for writing: it would lower
/// `synchronous` to NORMAL, and it writes at each start. No connection folds the log back by itself (`wal_autocheckpoint`):
/// SQLite before 3.51.3 can damage a database when two connections do so, or write, at the same moment, so that this is the
/// writer's alone. No memory mapping: an I/O error in a mapping would end the process.
enum Connections {
    static let busyTimeout = 5
    private static let readers = 4

    /// The connection that writes; the file must exist.
    ///
    /// The lock lives at least as long as the connection, even if nobody closes it.
    static func writer(_ files: StoreFiles, lock: StoreLock, log: LogGauge) throws -> DatabaseQueue {
        try useChecksums()
        var configuration = Configuration()
        configuration.label = "firstline.writer"
        configuration.foreignKeysEnabled = false
        // A transaction that cannot be ended after an I/O error must not end the process.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { [lock] database in
            withExtendedLifetime(lock) {}
            try prepare(database)
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA cache_size = -16000;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA journal_size_limit = \(log.threshold);
                    """)
        }
        return try DatabaseQueue(path: files.database, configuration: configuration)
    }

    /// The connections that read.
    static func readers(_ files: StoreFiles) throws -> DatabasePool {
        try useChecksums()
        var configuration = Configuration()
        configuration.label = "firstline.reader"
        configuration.readonly = true
        configuration.maximumReaderCount = readers
        configuration.prepareDatabase { try prepare($0) }
        return try DatabasePool(path: files.database, configuration: configuration)
    }

    private static func useChecksums() throws {
        guard CheckedFiles.isRegistered else {
            throw DatabaseError(resultCode: .SQLITE_INTERNAL, message: "SQLite has no file system 'unix'")
        }
    }

    private static func prepare(_ database: Database) throws {
        try CheckedFiles.reserveSpace(in: database)
        try database.execute(
            sql: """
                PRAGMA busy_timeout = \(busyTimeout * 1000);
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA mmap_size = 0;
                """)
    }
}
