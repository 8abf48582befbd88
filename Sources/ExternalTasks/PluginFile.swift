// SPDX-License-Identifier: Apache-2.0

import Glibc
import Model

/// Why a file of a plug-in is not used.
struct PluginFileError: Error, Hashable, Sendable {
    let message: String
    /// Whether nothing in it can be read.
    var isUnreadable = false

    init(_ message: String, isUnreadable: Bool = false) {
        self.message = message
        self.isUnreadable = isUnreadable
    }
}

/// A file that was read, and by what it is known again.
struct PluginFile: Sendable {
    /// By what a file is known again without reading it.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let number: UInt64
        let size: Int64
        let changedAt: Int64
        let changedNanoseconds: Int64
    }

    let path: String
    let bytes: [UInt8]
    let identity: Identity

    /// Reads a file that nobody but its owner can write, and that is not a link to another.
    ///
    /// Everything is asked of the open file, so that what is checked is what is read.
    init(_ path: String, limit: Int) throws(PluginFileError) {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw PluginFileError("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let status = try checked(descriptor, path, kind: S_IFREG, "a plain file")
        guard status.st_size <= limit else { throw PluginFileError("\(path) is larger than \(limit) bytes") }
        self.path = path
        identity = Identity(status)
        bytes = try readAll(descriptor, path, limit)
    }

    /// Whether the file is still the one that was read.
    var isUnchanged: Bool {
        var status = stat()
        return lstat(path, &status) == 0 && Identity(status) == identity
    }

    /// Fails unless a folder can be written by nobody but its owner.
    static func checkFolder(_ path: String) throws(PluginFileError) {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else {
            throw PluginFileError(
                "\(path) is not a folder that can be read: \(String(cString: strerror(errno)))", isUnreadable: true)
        }
        defer { close(descriptor) }
        _ = try checked(descriptor, path, kind: S_IFDIR, "a folder")
    }
}

extension PluginFile.Identity {
    fileprivate init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev), number: UInt64(status.st_ino), size: Int64(status.st_size),
            changedAt: Int64(status.st_ctim.tv_sec), changedNanoseconds: Int64(status.st_ctim.tv_nsec))
    }
}

private func checked(
    _ descriptor: Int32, _ path: String, kind: mode_t, _ words: String
) throws(PluginFileError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == kind else {
        throw PluginFileError("\(path) is not \(words)")
    }
    guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
        throw PluginFileError("\(path) can be written by others than its owner; take that away with chmod go-w")
    }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
        throw PluginFileError("\(path) belongs to another user; it must belong to root or to the controller's user")
    }
    return status
}

private func readAll(_ descriptor: Int32, _ path: String, _ limit: Int) throws(PluginFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0, bytes.count + count <= limit else {
            throw PluginFileError("\(path) cannot be read as a whole")
        }
        if count == 0 { return bytes }
        bytes += piece.prefix(count)
    }
}
