// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline host scan`.
struct HostScan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Show the keys hosts show, and whether they are the ones expected. Changes nothing.",
        discussion:
            "A host behind a jump host is asked through it, so the jump host must be trusted first. Ends with 4 when some could not be asked."
    )

    @Argument(help: "Hosts, by name, range or glob; or use --on.", completion: .custom(Completion.hosts))
    var names: [String] = []

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let inventory = try loadInventory(selection, common)
        let hosts = try selection.hosts(named: names, in: inventory)
        let reach = try HostReach(inventory, known: KnownKeys(try await pinnedHostKeys(common)))
        let keys = await onEach(hosts) { await ShownKey(of: $0, reach) }
        put(
            try Listing(columns: ShownKey.columns, items: keys, name: { $0.host.rawValue }).text(common.format),
            common.format)
        let failed = keys.count { $0.state == .failed }
        guard failed == 0 else {
            throw CommandFailure(.hostsUnknown, "\(failed) of \(amount(hosts.count, "host")) showed no key")
        }
    }
}
