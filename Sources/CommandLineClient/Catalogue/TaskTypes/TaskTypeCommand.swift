// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The command `firstline task-type …`.
struct TaskTypeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task-type", abstract: "The kinds of work that tasks are made of.",
        subcommands: [TaskTypeList.self, TaskTypeShow.self, TaskTypeValidate.self], defaultSubcommand: TaskTypeList.self
    )
}
