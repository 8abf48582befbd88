// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
package import Storage

/// Cares for stores in SQLite databases.
package struct SQLiteStoreCare: StoreCare {
    package init() {}

    package func backUp(directory: String, to file: String) async throws(StoreError) -> StoreCondition {
        try await caring(for: StoreFiles(directory: directory)) { files in
            guard files.hasDatabase else { throw StoreError.absent(directory: files.directory) }
            guard !file.isEmpty, !FileManager.default.fileExists(atPath: file) else {
                let detail = file.isEmpty ? "it has no name" : "there is a file of that name already; choose another"
                throw StoreError.unusable(path: file.isEmpty ? "the copy" : file, detail: detail)
            }
            let draft = StoreFiles(database: file + ".part", of: files)
            defer { try? FileManager.default.removeItem(atPath: draft.database) }
            try? FileManager.default.removeItem(atPath: draft.database)
            do {
                try draft.makeCopy(for: file)
                let pool = try Connections.readers(files)
                try pool.unsafeRead { database in
                    try Schema(files).recognize(database)
                    try database.execute(sql: "VACUUM INTO ?", arguments: [draft.database])
                }
                try pool.close()
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_FULL {
                throw StoreError.full(path: file)
            }
            let condition = try draft.condition()
            try draft.flush()
            try FileManager.default.moveItem(atPath: draft.database, toPath: file)
            return condition
        }
    }

    package func restore(directory: String, from file: String) async throws(StoreError) -> (
        condition: StoreCondition, old: String?
    ) {
        try await caring(for: StoreFiles(directory: directory)) { files in
            let copy = StoreFiles(database: file, of: files)
            guard copy.hasDatabase else { throw StoreError.unusable(path: file, detail: "there is no such file") }
            let condition: StoreCondition
            do {
                condition = try copy.condition()
            } catch StoreError.damaged(_, let detail) {
                throw StoreError.unusable(
                    path: file, detail: "it is no whole copy of a store (\(detail)); try an older copy")
            } catch StoreError.unusable {
                throw StoreError.unusable(path: file, detail: "it is no copy of a store")
            }
            try files.makeDirectory()
            let lock = try StoreLock(files)
            defer { lock.release(isClean: true) }
            let draft = StoreFiles(database: files.database + ".part", of: files)
            try? FileManager.default.removeItem(atPath: draft.database)
            try draft.makeDatabase()
            try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)
                .write(to: URL(fileURLWithPath: draft.database))
            try draft.flush()
            let old = files.hasDatabase ? files.nameForOld() : nil
            if let old {
                for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: files.database + suffix)
                {
                    try FileManager.default.moveItem(atPath: files.database + suffix, toPath: old + suffix)
                }
            }
            try FileManager.default.moveItem(atPath: draft.database, toPath: files.database)
            try files.flushNames()
            return (condition, old)
        }
    }

    package func exists(directory: String) -> Bool { StoreFiles(directory: directory).hasDatabase }

    package func check(directory: String) async throws(StoreError) -> StoreCondition {
        try await caring(for: StoreFiles(directory: directory)) { files in
            guard files.hasDatabase else { throw StoreError.absent(directory: files.directory) }
            return try files.condition()
        }
    }

    private func caring<Answer: Sendable>(
        for files: StoreFiles, _ work: @escaping @Sendable (StoreFiles) throws -> Answer
    ) async throws(StoreError) -> Answer {
        let result: Result<Answer, StoreError> = await offThread {
            do {
                return .success(try work(files))
            } catch {
                return .failure(files.failure(error))
            }
        }
        return try result.get()
    }
}

extension StoreFiles {
    /// Reads all of the database.
    fileprivate func condition() throws -> StoreCondition {
        do {
            let pool = try Connections.readers(self)
            defer { try? pool.close() }
            // One view of it all: a server may keep and forget runs meanwhile.
            return try pool.read { database in
                try Schema(self).recognize(database)
                try Inspection(files: self, database: database).readAll()
                func count(_ table: String) throws -> Int {
                    try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
                }
                return StoreCondition(
                    runs: try count("run"), steps: try count("step"),
                    bytes: StoreFiles.size(of: self.database) + StoreFiles.size(of: log),
                    format: try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0)
            }
        } catch {
            throw failure(error)
        }
    }

    /// Makes an empty file for a copy.
    fileprivate func makeCopy(for file: String) throws {
        do throws(StoreError) {
            try makeDatabase()
        } catch .unusable(_, let detail) {
            throw StoreError.unusable(path: file, detail: detail)
        }
    }

    /// A name for the store that was there before.
    fileprivate func nameForOld() -> String {
        var number = 1
        while FileManager.default.fileExists(atPath: "\(database).old-\(number)") { number += 1 }
        return "\(database).old-\(number)"
    }
}
