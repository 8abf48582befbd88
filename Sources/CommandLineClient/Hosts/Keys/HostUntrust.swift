// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Model
import Storage

/// The command `firstline host untrust`.
struct HostUntrust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "untrust",
        abstract: "Forget the keys of hosts; nothing is run on them until they are trusted again.",
        discussion: "An address that is no longer in the inventory is named as 'firstline host keys' shows it.")

    @Argument(help: "Hosts, by name, range or glob, or addresses; or use --on.", completion: .custom(Completion.hosts))
    var names: [String] = []

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let pinned = Set(try await pinnedHostKeys(common).map(\.endpoint))
        let addresses = Set(pinned.map(\.description)).intersection(names)
        var endpoints = pinned.filter { addresses.contains($0.description) }
        let others = names.filter { !addresses.contains($0) }
        if !others.isEmpty || names.isEmpty || selection.on != nil {
            let inventory = try loadInventory(selection, common)
            for host in try selection.hosts(named: others, in: inventory) {
                endpoints.insert(Endpoint(address: host.connection.address, port: host.connection.port))
            }
        }
        let forgotten = endpoints.intersection(pinned).sorted()
        try await change(ChangeHostKeys(forget: forgotten), common)
        if forgotten.isEmpty { say("none of these hosts was trusted") }
        let listing = Listing<Forgotten>(
            columns: [.init("ADDRESS") { $0.endpoint }, .init("RESULT") { $0.result }],
            items: forgotten.map { Forgotten(endpoint: $0.description) }, name: { $0.endpoint })
        put(try listing.text(common.format), common.format)
    }
}

/// An address whose keys were forgotten.
struct Forgotten: Encodable, Sendable {
    let endpoint: String
    var result = "forgotten"
}
