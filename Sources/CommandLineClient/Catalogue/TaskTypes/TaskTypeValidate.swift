// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import TaskKit

/// The command `firstline task-type validate <folder>`.
struct TaskTypeValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a folder that is to be an external task type, and say what is wrong with it.",
        discussion: """
            Warnings tell of a language that is missing, and of an example that the parameters refuse. Nothing is run or \
            contacted. Ends with 0 when it can be used, else with 64.
            """)

    @Argument(help: ArgumentHelp("The folder with its task.yaml.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup var common: CommonOptions

    /// The problems as programs see them, where one asks for that.
    private func list(_ problems: Problems) throws {
        guard common.format != .table else { return }
        put(try ProblemItem.listing(problems.all).text(common.format), common.format)
    }

    /// The task type; its folder has its name, which must be free.
    private func read(_ wiring: Wiring) throws -> Wiring.ReadTaskType {
        let name = folder.split(separator: "/").last.map { TaskTypeName(String($0)) }
        var taken = Problems()
        if let name, wiring.taskTypes.contains(where: { $0.name == name }) {
            taken.add("the name \(name) is taken by a task type that ships", path: folder)
        }
        let read: Wiring.ReadTaskType
        do throws(Problems) {
            read = try wiring.externalTaskType(folder)
        } catch {
            taken.add(error)
            throw taken
        }
        try taken.throwIfErrors()
        return read
    }

    func run() async throws {
        let wiring = try Wiring.required()
        do {
            let (type, warnings) = try read(wiring)
            let count = warnings.all.count
            let verdict = "\(type.name): " + (count > 0 ? amount(count, "warning") : "no problems")
            if common.format == .table {
                for problem in warnings.all { say(problem.description) }
                put(verdict + "\n")
            } else {
                say(verdict)
            }
            try list(warnings)
        } catch let problems as Problems {
            try list(problems)
            throw CommandFailure(problems)
        }
    }
}
