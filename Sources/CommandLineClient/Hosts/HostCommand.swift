// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The command `firstline host …`.
struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "The hosts of the inventory: look at them, try them, trust their keys.",
        subcommands: [
            HostList.self, HostShow.self, HostTest.self, HostScan.self, HostTrust.self, HostUntrust.self, HostKeys.self,
            HostImportKnownHosts.self,
        ], defaultSubcommand: HostList.self)
}
