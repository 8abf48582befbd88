// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline task-type list`.
struct TaskTypeList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the task types.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let language = common.language
        let listing = Listing<TaskTypeDocument>(
            columns: [
                .init("TASK TYPE") { $0.name.rawValue }, .init("RUNS ON") { $0.on },
                .init("EFFECT") { $0.effect.rawValue },
                .init("SUMMARY") { $0.summary.text(language) },
                .init("FROM", wide: true) { $0.external ? "a plug-in folder" : "the product" },
                .init("PARAMETERS", wide: true) { $0.parameters.map(\.name).joined(separator: " ") },
                .init("OUTPUTS", wide: true) { $0.outputs.map(\.name).joined(separator: " ") },
            ], items: try TaskTypeDocument.all(common), name: { $0.name.rawValue })
        put(try listing.text(common.format), common.format)
    }
}
