// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline host show <name>`.
struct HostShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what the inventory says of a host. Secrets show only where they are read.")

    @Argument(help: "The host's name.", completion: .custom(Completion.hosts))
    var name: String

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        guard selection.on == nil, selection.except == nil else {
            throw CommandFailure(
                .usage, "'firstline host show' takes one name; 'firstline host list --on …' shows a selection")
        }
        let inventory = try loadInventory(selection, common)
        guard let host = inventory[HostName(name)] else { throw CommandFailure.unknownHost(name, inventory) }
        put(try HostSheet(document: HostDocument(host)).sheet.text(common.format), common.format)
    }
}

/// A host as people read it.
struct HostSheet: Sendable {
    let document: HostDocument

    var sheet: Sheet<HostDocument> {
        Sheet(item: document, name: document.name.rawValue) { [self] _ in
            [.line(document.name.rawValue), .fields(connection), .fields(belonging), instances, variables]
        }
    }

    private var connection: [(String, String)] {
        [
            ("Address", document.endpoint), ("Through", document.jump?.rawValue ?? ""), ("User", document.user ?? ""),
            ("Keys", document.keyFiles.joined(separator: ", ")), ("Password", document.password ?? ""),
            ("Passphrase", document.passphrase ?? ""), ("Becomes others by", document.become.rawValue),
            ("Password for that", document.becomePassword ?? ""), ("System", document.system),
            ("Old algorithms", document.oldAlgorithms ? "yes" : ""), ("In use", document.enabled ? "" : "no"),
        ]
    }

    private var belonging: [(String, String)] {
        [
            ("Groups", document.groups.joined(separator: ", ")),
            ("Services", document.services.joined(separator: ", ")),
            ("Labels", document.labels.pairs), ("Accounts", document.accounts.joined(separator: ", ")),
            ("Written in", document.file.map { "\($0):\(document.line ?? 1)" } ?? ""),
        ]
    }

    private var instances: SheetSection {
        let rows = document.instances.map { instance in
            [
                instance.name.rawValue, instance.software, instance.version?.description ?? "",
                [instance.labels.pairs, instance.variables.mapValues(\.written).pairs].filter { !$0.isEmpty }.joined(
                    separator: " "),
            ]
        }
        return .table("Instances", header: ["NAME", "SOFTWARE", "VERSION", "LABELS AND VARIABLES"], rows: rows)
    }

    private var variables: SheetSection {
        let rows = document.variables.sorted { $0.key < $1.key }.map { [$0.key, $0.value.written] }
        return .table("Variables", header: ["NAME", "VALUE"], rows: rows)
    }
}
