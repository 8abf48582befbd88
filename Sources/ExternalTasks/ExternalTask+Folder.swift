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
    /// - Throws: `Problems` telling what is wrong with it.
    init(folder: String) throws(Problems) {
        let manifest: Manifest
        let program: PluginFile
        do throws(PluginFileError) {
            try PluginFile.checkFolder(folder)
            let file = try PluginFile(folder + "/task.yaml", limit: longestManifest)
            manifest = try readManifest(file, folder: folder)
            program = try PluginFile(
                folder + "/" + manifest.program, limit: manifest.runs == .host ? longestScript : longestProgram)
        } catch {
            throw error.problems ?? Problems(error.message)
        }
        try self.init(manifest, program, folder: folder)
    }
}

private func readManifest(_ file: PluginFile, folder: String) throws(PluginFileError) -> Manifest {
    let (document, problems) = YAMLReader().read(file.bytes, file: file.path)
    guard let document, !problems.hasErrors else { throw PluginFileError(problems) }
    do throws(ParameterError) {
        return try Manifest(document, folder: folder.split(separator: "/").last.map(String.init) ?? "")
    } catch {
        throw PluginFileError(
            Problems(error.message, at: error.place ?? Place(file: file.path, line: 1, column: 1), path: error.path))
    }
}
