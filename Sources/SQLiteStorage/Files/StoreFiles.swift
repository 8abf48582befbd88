// SPDX-License-Identifier: Apache-2.0

import Glibc
import Model
import Storage

/// The files of a store, all in one directory.
struct StoreFiles: Sendable {
    let directory: String
    /// The database; SQLite puts its write-ahead log and the log's index beside it.
    let database: String
    var log: String { database + "-wal" }
    /// Locked by the one process that writes.
    var lock: String { directory + "/firstline.lock" }

    init(directory: String) {
        self.directory = directory
        database = directory + "/firstline.db"
    }

    /// A copy of a store's database under another name.
    init(database: String, of files: StoreFiles) {
        directory = files.directory
        self.database = database
    }

    /// Makes the directory, for its owner only; one that exists keeps its mode.
    func makeDirectory() throws(StoreError) {
        var path = ""
        for part in directory.split(separator: "/", omittingEmptySubsequences: false) {
            path += path.isEmpty && part.isEmpty ? "/" : part + "/"
            guard mkdir(path, 0o700) != 0, errno != EEXIST else { continue }
            let failure = systemFailure("make the directory")
            // A directory above may be another's: what matters is that it is there.
            guard access(path, F_OK) == 0 else { throw failure }
        }
    }

    /// Makes an empty database file that only its owner may read, before SQLite would make one for everybody.
    ///
    /// An existing file is left alone and not even opened: closing it would drop the locks that SQLite holds on it in this
    /// process.
    func makeDatabase() throws(StoreError) {
        let descriptor = open(database, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw systemFailure("make \(database)")
        }
    }

    /// Returns when the database would survive a power cut; no connection may have it open.
    func flush() throws(StoreError) { try flush(database, O_RDWR) }

    /// Returns when the names of the files would survive a power cut.
    func flushNames() throws(StoreError) { try flush(directory, O_RDONLY | O_DIRECTORY) }

    private func flush(_ path: String, _ mode: Int32) throws(StoreError) {
        let descriptor = open(path, mode | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemFailure("open \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw systemFailure("flush \(path)") }
    }

    /// The size of a file in bytes; 0 when there is none.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// When the database or its log was last written.
    var lastWrite: Instant {
        let times = [log, database].map { path in
            var status = stat()
            return stat(path, &status) == 0 ? status.st_mtim : timespec()
        }
        let newest = times.map { Int64($0.tv_sec) * 1_000_000 + Int64($0.tv_nsec) / 1000 }.max() ?? 0
        return Instant(microseconds: newest)
    }

    var hasDatabase: Bool { access(database, F_OK) == 0 }

    /// What the system's last error means for the store.
    func systemFailure(_ action: String) -> StoreError {
        let code = errno
        return code == ENOSPC || code == EDQUOT
            ? .full(path: directory)
            : .unusable(path: directory, detail: "could not \(action): \(String(cString: strerror(code)))")
    }
}
