// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
package import Model
package import TaskKit

/// The external task types of an installation: each a folder with a `task.yaml` and a program in any language.
package struct ExternalTaskTypes: Sendable {
    /// The task types that can be used, by name.
    package private(set) var types: [any TaskType] = []
    /// Why folders were left out.
    package private(set) var problems = Problems()

    /// Reads the folders inside a folder; those without a `task.yaml` are none of ours.
    ///
    /// A folder that is broken is reported and left out, and so is one whose name is taken: what ships comes first, then the
    /// folders in the order of their names.
    ///
    /// - Parameters:
    ///   - folder: The folder with the folders; nothing is read when it does not exist.
    ///   - taken: The names that cannot be had any more.
    package init(in folder: String, taken: Set<TaskTypeName> = []) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
        var taken = taken
        for name in names.sorted() {
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path + "/task.yaml") else { continue }
            do throws(Problems) {
                let type = try ExternalTask.read(folder: path).type
                if taken.insert(type.name).inserted {
                    types.append(type)
                } else {
                    problems.add(
                        "the name \(type.name) is taken; a name is used once, and built-in names first", path: path)
                }
            } catch {
                problems.add(error)
            }
        }
    }

    /// Reads one folder, to check it.
    ///
    /// - Returns: The task type, and what is only worth a warning to who writes it.
    /// - Throws: `Problems` telling what is wrong with it.
    package static func read(folder: String) throws(Problems) -> (type: any TaskType, warnings: Problems) {
        let (type, warnings) = try ExternalTask.read(folder: folder)
        return (type, warnings)
    }
}
