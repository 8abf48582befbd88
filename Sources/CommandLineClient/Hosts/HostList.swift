// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline host list`.
struct HostList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the hosts of the inventory, or those a selection names.")

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let inventory = try loadInventory(selection, common)
        let isNarrowed = selection.on != nil || selection.except != nil
        var options = selection
        if options.on == nil { options.on = "all" }
        let hosts = isNarrowed ? try options.hosts(in: inventory) : inventory.hosts
        let listing = Listing<HostDocument>(
            columns: [
                .init("HOST") { $0.name.rawValue }, .init("ADDRESS") { $0.endpoint }, .init("SYSTEM") { $0.system },
                .init("SERVICES") { $0.services.joined(separator: " ") },
                .init("NOTE") { $0.enabled ? "" : "not in use" },
                .init("USER", wide: true) { $0.user ?? "" }, .init("THROUGH", wide: true) { $0.jump?.rawValue ?? "" },
                .init("GROUPS", wide: true) { $0.groups.joined(separator: " ") },
                .init("SOFTWARE", wide: true) { $0.software.joined(separator: ", ") },
                .init("LABELS", wide: true) { $0.labels.pairs },
            ], items: hosts.map(HostDocument.init), name: { $0.name.rawValue })
        if hosts.isEmpty { say("the inventory has no hosts") }
        put(try listing.text(common.format), common.format)
    }
}
