// SPDX-License-Identifier: Apache-2.0

import Definitions
import Model
import TaskKit

/// The largest manifest, the largest program that is sent to hosts, and the largest that stays beside the controller.
private let (longestManifest, longestScript, longestProgram) = (65_536, 1_048_576, 67_108_864)

extension ExternalTask {
    /// Reads a folder.
    ///
    /// Everything is checked here, so that nothing of it is in doubt when a task runs.
    ///
    /// - Returns: The task type, and what is only worth a warning to who writes it.
    /// - Throws: `Problems` telling all that is wrong with it.
    static func read(folder: String) throws(Problems) -> (type: ExternalTask, warnings: Problems) {
        var reading = FolderReading()
        let reader = reading.manifest(in: folder)
        let file = reading.program(of: reader, in: folder)
        guard let manifest = reader?.manifest, let program = file, !reading.problems.hasErrors else {
            throw reading.problems
        }
        let type = try ExternalTask(manifest, program, folder: folder)
        for error in type.exampleErrors {
            reading.problems.warn(error.message, at: error.place, path: "example/\(error.path)")
        }
        return (type, reading.problems)
    }
}

/// Reads what a folder holds, and keeps all that is wrong with it.
private struct FolderReading {
    var problems = Problems()

    mutating func manifest(in folder: String) -> ManifestReader? {
        do throws(PluginFileError) {
            try PluginFile.checkFolder(folder)
        } catch {
            problems.add(error.message)
            if error.isUnreadable { return nil }
        }
        guard let file = file(folder + "/task.yaml", limit: longestManifest) else { return nil }
        let (document, found) = YAMLReader().read(file.bytes, file: file.path)
        problems.add(found)
        guard let document, !found.hasErrors else { return nil }
        let reader = ManifestReader(document, folder: folder.split(separator: "/").last.map(String.init) ?? "")
        let top = Place(file: file.path, line: 1, column: 1)
        problems.add(writtenTexts(in: document).missingLanguages(in: "task type"))
        for error in reader.errors.sorted(by: { ($0.place ?? top).precedes($1.place ?? top) }) {
            problems.add(error.message, at: error.place ?? top, path: error.path)
        }
        return reader
    }

    mutating func program(of reader: ManifestReader?, in folder: String) -> PluginFile? {
        guard let reader, let name = reader.program else { return nil }
        guard let program = file(folder + "/" + name, limit: reader.runs == .host ? longestScript : longestProgram),
            let runs = reader.runs
        else { return nil }
        if let problem = PluginCall.problem(of: program, runs, reader.interpreter) {
            problems.add(problem, path: program.path)
        }
        return program
    }

    private mutating func file(_ path: String, limit: Int) -> PluginFile? {
        do throws(PluginFileError) {
            return try PluginFile(path, limit: limit)
        } catch {
            problems.add(error.message)
            return nil
        }
    }
}

extension Place {
    /// Whether it comes before another in the same file.
    fileprivate func precedes(_ other: Place) -> Bool { (line, column) < (other.line, other.column) }
}
