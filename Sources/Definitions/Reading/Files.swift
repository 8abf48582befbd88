// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why a file could not be read, as the end of a sentence that begins with its path.
package struct FileFailure: Error {
    package let message: String
    /// Whether the file is simply not there.
    package var isMissing = false

    /// The failure of the system call that came just before.
    static var ofLastCall: FileFailure {
        let code = errno
        guard code != ENOENT, code != ENOTDIR else { return FileFailure(message: "does not exist", isMissing: true) }
        return FileFailure(message: "cannot be read: " + String(cString: strerror(code)))
    }
}

/// The few things readers ask of the file system; nothing is ever written.
package enum Files {
    /// What a path leads to.
    enum Kind {
        case file, folder, other
    }

    /// Reads a whole file, but never more than a limit.
    ///
    /// A pipe, a device or a socket is refused, and never waited for: nobody may ever write to it.
    package static func read(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .ofLastCall }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .ofLastCall }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw FileFailure(message: "is a folder, not a file")
        case S_IFIFO: throw FileFailure(message: "is a pipe, not a file; save what it gives to a file first")
        default: throw FileFailure(message: "is a device, not a file")
        }
        if CarefulReading.isOn, let weakness = PathTrust(isStrict: false).weakness(of: path) {
            throw FileFailure(message: "may be changed by others: \(weakness.description)")
        }
        return try read(descriptor, limit: limit)
    }

    /// Reads standard input to its end, but never more than a limit.
    package static func readStandardInput(limit: Int) throws(FileFailure) -> [UInt8] { try read(0, limit: limit) }

    private static func read(_ descriptor: Int32, limit: Int) throws(FileFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .ofLastCall }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            if bytes.count > limit { throw FileFailure(message: "is larger than \(limit / 1_000_000) MB") }
        }
    }

    /// What a path leads to, links followed; nil when nothing is there.
    static func kind(of path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// Whether the path itself is a symbolic link.
    static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// What a link leads to, as it is written; nil when there is no link.
    static func link(_ path: String) -> String? {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &target, target.count)
        return count < 0 ? nil : String(decoding: target[..<count], as: UTF8.self)
    }

    /// The absolute path without links; nil when nothing is there.
    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The names in a folder, in byte order so that every machine reads alike.
    static func names(in folder: String) throws(FileFailure) -> [String] {
        guard let stream = opendir(folder) else { throw .ofLastCall }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted(by: bytesPrecede)
    }
}

/// Orders texts by their bytes.
func bytesPrecede(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}
