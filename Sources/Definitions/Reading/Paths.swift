// SPDX-License-Identifier: Apache-2.0

/// Paths as text: put together and taken apart without asking the file system.
enum Paths {
    /// A path below a folder; an absolute path stays as it is.
    static func join(_ folder: String, _ path: String) -> String {
        if path.hasPrefix("/") || folder.isEmpty || folder == "." { return path }
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }

    /// The folder a file stands in; `.` for a bare name.
    static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// The last part of a path.
    static func name(of file: String) -> Substring {
        guard let slash = file.lastIndex(of: "/") else { return file[...] }
        return file[file.index(after: slash)...]
    }

    /// What follows the last dot of the name, in small letters; empty without one.
    static func ending(of file: String) -> String {
        let name = name(of: file)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// Puts the home folder in place of a leading `~/`.
    static func expandingHome(_ path: String, home: String) -> String {
        if path == "~" { return home }
        return path.hasPrefix("~/") ? join(home, String(path.dropFirst(2))) : path
    }
}
