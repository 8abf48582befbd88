// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why somebody else may change what a path leads to.
package struct PathWeakness: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Everybody may write it.
        case others
        /// The members of a group may write it.
        case group
        /// It belongs to another account.
        case owner(String)
    }

    /// The file or folder that lets them: the path itself, or a folder on the way to it.
    package let place: String
    package let kind: Kind

    /// What is wrong, and the command that mends it.
    package var description: String {
        switch kind {
        case .others: "\(place) can be written by everybody; take that away with 'chmod o-w \(place)'"
        case .group: "\(place) can be written by its group; take that away with 'chmod g-w \(place)'"
        case .owner(let account):
            "\(place) belongs to the account \(account), not to root or to yours; work as \(account), or give it to yours with "
                + "'chown \(geteuid()) \(place)'"
        }
    }
}

/// Finds out who may change what a path leads to, as `StrictModes` of OpenSSH does: the modes and owners of the path and of all folders
/// above it count, and the same of each link on the way.
///
/// In a folder with the sticky bit, such as `/tmp`, others may not replace what is not theirs. A group that has only its owner's
/// account is nobody else.
package struct PathTrust: Sendable {
    /// Whether everything must belong to root or to the account of this process.
    private let isStrict: Bool
    /// Whether the path itself may be a folder with the sticky bit.
    private let maySticky: Bool

    /// - Parameters:
    ///   - isStrict: Whether what belongs to another account than root and this process's is weak, too.
    ///   - maySticky: Whether a folder in which others may make files, but not replace ours, is good enough.
    package init(isStrict: Bool, maySticky: Bool = false) {
        self.isStrict = isStrict
        self.maySticky = maySticky
    }

    /// The first weakness of a path; nil when there is none.
    ///
    /// What does not exist yet has none of its own.
    package func weakness(of path: String) -> PathWeakness? {
        let way = PathTrust.way(to: path.hasPrefix("/") ? path : (Files.realPath(".") ?? "") + "/" + path)
        return weakness(at: way.end, isEnd: true)
            ?? way.places.reversed().lazy.compactMap { weakness(at: $0, isEnd: false) }.first
    }

    private func weakness(at place: String, isEnd: Bool) -> PathWeakness? {
        var status = stat()
        guard lstat(place, &status) == 0 else { return nil }
        if isStrict, status.st_uid != 0, status.st_uid != geteuid() {
            return PathWeakness(place: place, kind: .owner(PathTrust.name(of: status.st_uid)))
        }
        let kind = status.st_mode & S_IFMT
        let isSticky = kind == S_IFDIR && status.st_mode & S_ISVTX != 0 && (!isEnd || maySticky)
        // The mode of a link means nothing.
        guard kind != S_IFLNK, !isSticky else { return nil }
        if status.st_mode & S_IWOTH != 0 { return PathWeakness(place: place, kind: .others) }
        let isShared = status.st_mode & S_IWGRP != 0 && !PathTrust.isPrivate(status.st_gid, of: status.st_uid)
        return isShared ? PathWeakness(place: place, kind: .group) : nil
    }

    /// The folders and links that a path leads through, in order, and what it leads to.
    private static func way(to path: String) -> (places: [String], end: String) {
        var names = Array(path.split(separator: "/").reversed())
        var (folder, places, links) = ("", ["/"], 0)
        while let name = names.popLast() {
            if name == "." { continue }
            if name == ".." {
                folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
                continue
            }
            places.append(folder + "/" + name)
            guard links < mostLinks, let target = Files.link(folder + "/" + name) else {
                folder += "/" + name
                continue
            }
            links += 1
            if target.hasPrefix("/") { folder = "" }
            names += target.split(separator: "/").reversed()
        }
        return (places, folder.isEmpty ? "/" : folder)
    }

    /// As many links as Linux itself follows.
    private static let mostLinks = 40

    /// Whether a group is the one of its owner alone, as `useradd` makes one for each account.
    private static func isPrivate(_ group: gid_t, of owner: uid_t) -> Bool {
        guard let account = getpwuid(owner), account.pointee.pw_gid == group, let group = getgrgid(group) else {
            return false
        }
        let name = String(cString: account.pointee.pw_name)
        guard String(cString: group.pointee.gr_name) == name, var member = group.pointee.gr_mem else { return false }
        while let other = member.pointee {
            if String(cString: other) != name { return false }
            member += 1
        }
        return true
    }

    private static func name(of user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? String(user)
    }
}

/// How careful files are read.
package enum CarefulReading {
    /// Whether a file that others may write is refused, by the modes of the file and of the folders above it.
    @TaskLocal package static var isOn = false
}
