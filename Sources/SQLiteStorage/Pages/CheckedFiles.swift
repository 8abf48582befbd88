// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import Glibc

/// SQLite's file system with checksums: the pages of a database get one when they are written, and it is compared when they are read.
///
/// A file system here is SQLite's own with other functions to open, read and write (https://sqlite.org/vfs.html). Databases whose
/// header reserves no bytes for checksums are of older formats; they are read and written as before. The write-ahead log has
/// checksums of SQLite's own.
enum CheckedFiles {
    /// Makes it the file system of the connections that are opened from now on; the first call does so.
    static let isRegistered = system != nil && sqlite3_vfs_register(fileSystem, 1) == SQLITE_OK

    /// Has SQLite leave space for checksums in a new database, and in copies that it makes of one.
    static func reserveSpace(in database: Database) throws {
        var bytes = Int32(PageChecksum.reservedBytes)
        let code = sqlite3_file_control(database.sqliteConnection, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Whether the pages of a connection's database have checksums.
    static func areUsed(by database: Database) -> Bool { file(of: database).map { CheckedFile.isOne($0) } ?? false }

    /// Whether a connection has read a page that did not have its checksum.
    static func haveDamage(in database: Database) -> Bool {
        file(of: database).map { CheckedFile.hasDamage($0) } ?? false
    }

    private static func file(of database: Database) -> UnsafeMutablePointer<sqlite3_file>? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        sqlite3_file_control(database.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        return file
    }

    // SQLite owns them: they are set before the first connection is opened, and are not changed after it.
    nonisolated(unsafe) static let system = sqlite3_vfs_find("unix")
    private nonisolated(unsafe) static let fileSystem: UnsafeMutablePointer<sqlite3_vfs> = {
        let made = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        made.initialize(to: system?.pointee ?? sqlite3_vfs())
        made.pointee.zName = name
        made.pointee.pNext = nil
        made.pointee.szOsFile += Int32(MemoryLayout<CheckedFile>.size)
        made.pointee.xOpen = { _, name, file, flags, openedFlags in
            guard let system, let file else { return SQLITE_MISUSE }
            let code = system.pointee.xOpen(system, name, file, flags, openedFlags)
            if code == SQLITE_OK, flags & SQLITE_OPEN_MAIN_DB != 0 { CheckedFile.takeOver(file) }
            return code
        }
        return made
    }()
    private nonisolated(unsafe) static let name = UnsafePointer(strdup("firstline"))
}
