// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Foundation

/// The command `firstline`.
package struct Firstline: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "firstline",
        abstract: "Run proven work units on many hosts, and show the result of each.",
        discussion: """
            Pick a work unit (firstline unit list), see the plan (firstline plan <job> --on <hosts>), run it (firstline run <job> \
            --on <hosts>). Exit codes: 0 every host proven OK; 1 error outside hosts; 2 some hosts failed, 4 some not reached or \
            unknown (added up); 8 refused; 64 wrong usage; 74 store not writable; 75 busy; 130 interrupted, the run is kept.
            """,
        version: version,
        subcommands: [
            RunCommand.self, PlanCommand.self, UnitCommand.self, JobCommand.self, HostCommand.self,
            ScheduleCommand.self, CalendarCommand.self, PlanOfDayCommand.self, EventCommand.self, ServerCommand.self,
            TaskTypeCommand.self, StoreCommand.self,
        ])

    /// The version of the product.
    package static let version = "0.1.0"

    package init() {}

    /// Runs the command line, and ends the process with the documented code.
    package static func start() async {
        do {
            try refuseBrokenWords()
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            say(failure.said)
            Foundation.exit(failure.status.code)
        } catch {
            exit(withError: error)
        }
    }

    /// A word that is not UTF-8 would reach hosts with other bytes than were given.
    private static func refuseBrokenWords() throws {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = CommandLine.unsafeArgv[index], String(validatingCString: word) == nil else { continue }
            throw CommandFailure(
                .usage,
                "word \(index) of the command line is not UTF-8; give such bytes by a file, with -e @file or --vars-from"
            )
        }
    }
}
