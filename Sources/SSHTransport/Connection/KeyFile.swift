// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file of a key or certificate, read without waiting: a pipe in its place must hold up nobody.
struct KeyFile: Sendable {
    /// Tells whether a file is still the one that was read.
    struct Stamp: Hashable, Sendable {
        let device: UInt
        let number: UInt
        let size: Int
        let changedSeconds: Int
        let changedNanoseconds: Int
        let mode: UInt32
    }

    /// Why a file is not used.
    struct Problem: Error, Hashable, Sendable {
        let message: String
    }

    /// No key is as large as this.
    static let most = 1 << 20

    let stamp: Stamp
    let text: String

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - isSecret: Whether nobody else may read it.
    ///   - known: The file as it was read before; then, where it has not changed, its text is left out.
    /// - Throws: `Problem` with what is wrong and, where it can be told, what to do.
    init(_ path: String, isSecret: Bool, known: Stamp? = nil) throws(Problem) {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw Problem(message: "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Problem(message: "\(path) is not a regular file")
        }
        guard status.st_size <= KeyFile.most else { throw Problem(message: "\(path) is too large for a key") }
        // As OpenSSH has it: whose file it is not may not see to its mode.
        if isSecret, status.st_uid == getuid(), status.st_mode & 0o077 != 0 {
            let mode = String(status.st_mode & 0o7777, radix: 8)
            throw Problem(message: "\(path) may be read by others (mode 0\(mode)); say 'chmod 600 \(path)'")
        }
        stamp = Stamp(status)
        text = stamp == known ? "" : String(decoding: KeyFile.read(descriptor), as: UTF8.self)
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= most {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}

extension KeyFile.Stamp {
    fileprivate init(_ status: stat) {
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
        size = Int(status.st_size)
        changedSeconds = status.st_ctim.tv_sec
        changedNanoseconds = status.st_ctim.tv_nsec
        mode = status.st_mode
    }
}
