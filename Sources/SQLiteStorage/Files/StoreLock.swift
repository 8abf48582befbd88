// SPDX-License-Identifier: Apache-2.0

import Glibc
import Storage

/// The lock that keeps a second writing process out; held as long as this value lives.
///
/// The file holds the process id while a store is open and is emptied when the store is closed. So an id that is found there
/// with the lock free tells that the last writer was killed.
final class StoreLock: Sendable {
    /// The writer before this one, where it ended without closing the store.
    let predecessor: Predecessor?
    /// Whether there was one.
    var wasLeftBehind: Bool { predecessor != nil }
    private let descriptor: Int32

    init(_ files: StoreFiles) throws(StoreError) {
        descriptor = open(files.lock, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw files.systemFailure("open \(files.lock)") }
        let owner = StoreLock.readOwner(descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let failure = isHeld ? StoreError.inUse(path: files.directory, pid: owner) : files.systemFailure("lock it")
            close(descriptor)
            throw failure
        }
        predecessor = owner.map { Predecessor(process: $0, lastWrite: files.lastWrite) }
        guard StoreLock.write(getpid(), to: descriptor) else {
            let failure = files.systemFailure("write \(files.lock)")
            close(descriptor)
            throw failure
        }
    }

    deinit { close(descriptor) }

    /// Lets the next writer in, and tells it whether the store was closed in good order.
    func release(isClean: Bool) {
        if isClean { _ = ftruncate(descriptor, 0) }
        _ = flock(descriptor, LOCK_UN)
    }

    private static func readOwner(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Int32(String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self))
    }

    private static func write(_ pid: Int32, to descriptor: Int32) -> Bool {
        let text = Array("\(pid)\n".utf8)
        return ftruncate(descriptor, 0) == 0 && pwrite(descriptor, text, text.count, 0) == text.count
    }
}
