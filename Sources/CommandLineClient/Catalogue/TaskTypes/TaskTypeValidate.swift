// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import TaskKit

/// The command `firstline task-type validate <folder>`.
struct TaskTypeValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a folder that is to be an external task type, and say what is wrong with it.",
        discussion: "Nothing is run or contacted. Ends with 0 when it can be used, else with 64.")

    @Argument(help: ArgumentHelp("The folder with its task.yaml.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let wiring = try Wiring.required()
        do throws(Problems) {
            let type = try wiring.externalTaskType(folder)
            if wiring.taskTypes.contains(where: { $0.name == type.name }) {
                throw Problems("the name \(type.name) is taken by a task type that ships", path: folder)
            }
            put("\(type.name): no problems\n")
        } catch {
            throw CommandFailure(error)
        }
    }
}
