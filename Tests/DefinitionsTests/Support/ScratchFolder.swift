// SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import Definitions

/// A folder of one test, gone when the test is over.
final class ScratchFolder {
    let path: String

    init() {
        var template = Array("/tmp/firstline-definitions-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nowhere"
    }

    deinit { Self.remove(path) }

    /// Writes a file and the folders above it; returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let file = Paths.join(path, name)
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/" + part
            mkdir(folder, 0o755)
        }
        if let stream = fopen(file, "w") {
            fwrite(bytes, 1, bytes.count, stream)
            fclose(stream)
        }
        return file
    }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) { symlink(target, Paths.join(path, name)) }

    private static func remove(_ path: String) {
        if Files.kind(of: path) == .folder, !Files.isLink(path) {
            for name in (try? Files.names(in: path)) ?? [] { remove(Paths.join(path, name)) }
        }
        Glibc.remove(path)
    }
}
