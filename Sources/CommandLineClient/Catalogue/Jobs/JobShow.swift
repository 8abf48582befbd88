// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline job show <job>`.
struct JobShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show how a job works: its tasks, their links, its file.")

    @Argument(help: "The job, such as mw.nginx.restart, or an alias of it.", completion: .custom(Completion.jobs))
    var job: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (job, library) = try findJob(job, common)
        let flow = FlowReader(library: library, registry: try loadRegistry(common))
        put(try JobSheet(job, flow, common.language).forAuthors.text(common.format), common.format)
    }
}
