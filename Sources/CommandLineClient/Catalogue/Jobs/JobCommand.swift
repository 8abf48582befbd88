// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The command `firstline job …`.
struct JobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "The jobs behind the work units: look at them, check them, draw them.",
        subcommands: [JobList.self, JobShow.self, JobValidate.self, JobGraph.self], defaultSubcommand: JobList.self)
}
