// SPDX-License-Identifier: Apache-2.0

import Model

/// A playbook's file and the id its path gives it.
struct PlaybookFile {
    let id: JobID
    let path: String
}

/// The playbooks below some folders.
struct PlaybookFiles {
    private static let ending = ".yaml"

    /// The files, in the order of the folders and then of their paths.
    private(set) var all: [PlaybookFile] = []

    /// Walks the folders; a folder named twice is walked once, and an id met twice is reported.
    init(_ directories: [String], _ problems: inout Problems) {
        var roots: Set<String> = []
        for directory in directories where roots.insert(Files.realPath(directory) ?? directory).inserted {
            walk(directory, steps: [], &problems)
        }
        var first: [JobID: String] = [:]
        all = all.filter { file in
            guard let other = first.updateValue(file.path, forKey: file.id) else { return true }
            first[file.id] = other
            problems.add("the job '\(file.id)' is written twice: \(other) and \(file.path)")
            return false
        }
    }

    private mutating func walk(_ folder: String, steps: [String], _ problems: inout Problems) {
        let names: [String]
        do {
            names = try Files.names(in: folder)
        } catch {
            problems.add("\(folder) \(error.message)")
            return
        }
        for name in names where !name.hasPrefix(".") && !name.hasPrefix("_") {
            let path = Paths.join(folder, name)
            switch Files.kind(of: path) {
            // A link to a folder could lead back up for ever.
            case .folder where !Files.isLink(path): walk(path, steps: steps + [name], &problems)
            case .file: add(name, path, steps: steps, &problems)
            default: break
            }
        }
    }

    private mutating func add(_ name: String, _ path: String, steps: [String], _ problems: inout Problems) {
        if name.hasSuffix(".yml") {
            problems.warn("\(path) is not read: the name of a playbook ends in '\(Self.ending)'")
        }
        guard name.hasSuffix(Self.ending), !name.hasPrefix("Hosts") else { return }
        let id = steps + [String(name.dropLast(Self.ending.count))]
        guard id.allSatisfy(NameRules.isPlain) else {
            problems.add("\(path) cannot be a job's id: its folders and name \(NameRules.plainRule)")
            return
        }
        all.append(PlaybookFile(id: JobID(id.joined(separator: ".")), path: path))
    }

    private static func isID(_ id: String) -> Bool {
        id.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { NameRules.isPlain(String($0)) }
    }

    /// The file of a job, found by its id without walking any folder.
    static func find(_ job: JobID, in directories: [String], _ problems: inout Problems) -> PlaybookFile? {
        guard isID(job.rawValue) else { return nil }
        let name = job.rawValue.split(separator: ".").joined(separator: "/") + ending
        let passedOver =
            name.split(separator: "/").contains { $0.hasPrefix("_") } || Paths.name(of: name).hasPrefix("Hosts")
        guard !passedOver else { return nil }
        var roots: Set<String> = []
        let paths = directories.filter { roots.insert(Files.realPath($0) ?? $0).inserted }
            .map { Paths.join($0, name) }.filter { Files.kind(of: $0) == .file }
        if paths.count > 1 { problems.add("the job '\(job)' is written twice: \(paths[0]) and \(paths[1])") }
        return paths.first.map { PlaybookFile(id: job, path: $0) }
    }
}
