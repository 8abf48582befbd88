// SPDX-License-Identifier: Apache-2.0

import Glibc
import Model
import TaskKit

/// A file that holds a secret.
enum SecretFile {
    /// No secret is as long.
    private static let largestSize = 1 << 20

    /// Reads a file that nobody else may read or change: as OpenSSH has it with keys.
    ///
    /// A group may read a file of root's: that is how a secret is given to a server's account.
    ///
    /// - Returns: The text, without its last newline.
    static func read(_ path: String) throws(SessionFailure) -> String {
        // A pipe would not end, and is not waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw unreadable(path, "it is not a plain file")
        }
        try refuseStrangers(path, status)
        guard status.st_size <= largestSize else { throw unreadable(path, "it is larger than 1 MB") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard var text = String(validating: bytes.prefix(max(0, count)), as: UTF8.self)?.unicodeScalars, count >= 0
        else {
            throw unreadable(path, "it is not text in UTF-8")
        }
        if text.last == "\n" {
            text.removeLast()
            if text.last == "\r" { text.removeLast() }
        }
        return String(text)
    }

    private static func refuseStrangers(_ path: String, _ status: stat) throws(SessionFailure) {
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw SessionFailure(
                .missingSecret,
                "the file \(path) holds a secret and belongs to another account; give it to yours with 'chown \(geteuid()) \(path)'"
            )
        }
        let strangers: mode_t = status.st_uid == geteuid() && geteuid() != 0 ? 0o077 : 0o027
        guard status.st_mode & strangers == 0 else {
            throw SessionFailure(
                .missingSecret,
                "the file \(path) holds a secret, and others may read or change it; take that away with 'chmod 600 \(path)'"
            )
        }
    }

    private static func unreadable(_ path: String, _ why: String) -> SessionFailure {
        SessionFailure(.missingSecret, "the file \(path) cannot be read (\(why)); it is to hold a secret")
    }
}
