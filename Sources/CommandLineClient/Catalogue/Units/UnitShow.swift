// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline unit show <job>`.
struct UnitShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a work unit asks for, what it does and what it changes.")

    @Argument(help: "The job, such as mw.nginx.restart, or an alias of it.", completion: .custom(Completion.jobs))
    var job: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (job, library) = try findJob(job, common)
        let flow = FlowReader(library: library, registry: try loadRegistry(common))
        put(try JobSheet(job, flow, common.language).forOperators.text(common.format), common.format)
    }
}
