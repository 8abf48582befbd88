// SPDX-License-Identifier: Apache-2.0

import Definitions
import Foundation
import Model

/// The jobs that are to be validated, with those they may call and what was wrong while reading them.
struct ValidationReading: Sendable {
    private(set) var jobs: [Job] = []
    private(set) var library: JobLibrary
    private(set) var problems: [Problem] = []
    private let directories: [String]
    private let check: TaskCheck

    init(_ what: [String], _ options: CommonOptions, check: @escaping TaskCheck) throws {
        self.check = check
        guard !what.isEmpty else {
            directories = try playbookDirectories(options)
            let (library, problems) = PlaybookLibrary.load(directories: directories, check: check)
            self.library = library
            self.problems = problems.all
            jobs = library.all
            return
        }
        // A file can be checked where no playbooks are installed.
        directories = Surroundings.shipped(options.playbooks, variable: "FIRSTLINE_PLAYBOOKS", "Playbooks")
        library = PlaybookLibrary.load(directories: directories).library
        for word in what { try add(word) }
        library = JobLibrary(jobs + library.all)
    }

    private mutating func add(_ word: String) throws {
        var isDirectory = false
        if Self.exists(word, &isDirectory) { return isDirectory ? add(directory: word) : add(file: word) }
        guard !word.contains("/"), !word.hasSuffix(".yaml") else {
            throw CommandFailure(.usage, "there is no file or directory '\(word)'")
        }
        add(job: JobID(word))
    }

    private mutating func add(job id: JobID) {
        let (read, problems) = PlaybookLibrary.read(job: id, directories: directories, check: check)
        self.problems += problems.all
        jobs += [read[id]].compactMap(\.self)
    }

    /// A directory inside the playbooks is a part of them; any other is a collection of its own.
    private mutating func add(directory: String) {
        let root = directories.first { Self.steps(from: $0, to: directory) != nil }
        let (read, problems) = PlaybookLibrary.load(directories: [root ?? directory], check: check)
        func isInside(_ place: Place?) -> Bool {
            place.map { Self.steps(from: directory, to: $0.file) != nil } ?? (root == nil)
        }
        self.problems += problems.all.filter { isInside($0.place) }
        jobs += read.all.filter { isInside($0.place) }
    }

    private mutating func add(file: String) {
        let steps =
            directories.compactMap { Self.steps(from: $0, to: file) }.first ?? [
                URL(fileURLWithPath: file).lastPathComponent
            ]
        let id = steps.joined(separator: ".").replacing(/\.yaml$/, with: "")
        let (job, problems) = PlaybookReader.read(path: file, id: JobID(id), check: check)
        self.problems += problems.all
        jobs += [job].compactMap(\.self)
    }

    // MARK: Paths

    private static func exists(_ path: String, _ isDirectory: inout Bool) -> Bool {
        var answer: ObjCBool = false
        defer { isDirectory = answer.boolValue }
        return FileManager.default.fileExists(atPath: path, isDirectory: &answer)
    }

    /// The way from a directory to something in it; nil when it is not in it.
    private static func steps(from directory: String, to path: String) -> [String]? {
        let from = URL(fileURLWithPath: directory).resolvingSymlinksInPath().pathComponents
        let to = URL(fileURLWithPath: path).resolvingSymlinksInPath().pathComponents
        return to.starts(with: from) ? Array(to.dropFirst(from.count)) : nil
    }
}
