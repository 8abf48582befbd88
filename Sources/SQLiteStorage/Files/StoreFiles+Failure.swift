// SPDX-License-Identifier: Apache-2.0

import GRDB
import Storage

/// Something in the database that this version cannot have written.
struct UnreadableRow: Error, CustomStringConvertible {
    let description: String
}

extension StoreFiles {
    /// What an error means to the caller of a store.
    func failure(_ error: any Error) -> StoreError {
        switch error {
        case let failure as StoreError: failure
        case let failure as DatabaseError: databaseFailure(failure)
        case is UnreadableRow, is DecodingError: .damaged(path: database, detail: String(describing: error))
        case is DamagedBytes: .damaged(path: database, detail: "compressed bytes are damaged")
        default: .unusable(path: directory, detail: String(describing: error))
        }
    }

    private func databaseFailure(_ error: DatabaseError) -> StoreError {
        let detail = error.message ?? error.resultCode.description
        return switch error.extendedResultCode {
        case CheckedFile.damage: .damaged(path: database, detail: CheckedFile.damageText)
        case .SQLITE_FULL, .SQLITE_IOERR_SHMSIZE: .full(path: directory)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged(path: database, detail: detail)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            .failing(path: database, detail: "another program has locked it; end that program and try again")
        case .SQLITE_IOERR:
            .failing(
                path: database, detail: "its disk failed (\(detail)); look at the system log, then start again")
        // Too many open files, too little memory, a disk that was mounted again for reading only.
        case .SQLITE_CANTOPEN, .SQLITE_NOMEM, .SQLITE_READONLY: .failing(path: database, detail: detail)
        default: .unusable(path: database, detail: detail)
        }
    }

    /// Whether another program holds the database; waiting again for each change would take too long.
    static func isLocked(_ error: any Error) -> Bool {
        (error as? DatabaseError).map { $0.resultCode == .SQLITE_BUSY || $0.resultCode == .SQLITE_LOCKED } ?? false
    }

    /// Whether nothing may be written any more after an error.
    ///
    /// After a failed write or flush the system may have thrown away what was in its cache and report the next flush as good;
    /// only reading everything again from the disk tells what is there.
    static func isForGood(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return switch error.extendedResultCode {
        case .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_NOMEM: false
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        default: false
        }
    }
}
