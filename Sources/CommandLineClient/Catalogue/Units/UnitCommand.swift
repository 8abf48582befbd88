// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The command `firstline unit …`.
struct UnitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unit", abstract: "The catalogue of work units: what operators can have done.",
        subcommands: [UnitList.self, UnitShow.self], defaultSubcommand: UnitList.self)
}
