// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Definitions
import Engine
import Foundation
import Model
import Storage

/// The command `firstline host import-known-hosts`.
struct HostImportKnownHosts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-known-hosts", abstract: "Trust the keys of an OpenSSH known_hosts file.",
        discussion: """
            Names are taken as they are written. Hashed names are recognised by the addresses of the inventory. With --on or \
            --except only the keys of those hosts are taken. Ends with 8 when a key was refused because another is expected.
            """)

    @Argument(help: "The file, such as ~/.ssh/known_hosts.", completion: .file())
    var file: String

    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Also take keys in place of others that are expected.")
    var replace = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let known = KnownHostsFile(try text())
        let work = KnownHostsImport(
            known, inventory: try endpoints(), only: isNarrowed, pinned: try await pinnedHostKeys(common),
            replaces: replace)
        try await pin(work)
        try await show(work, known)
        let refused = work.items.count { $0.result == .refused }
        guard refused == 0 else {
            throw CommandFailure(
                .refused,
                "\(amount(refused, "key")) not taken: another is expected there; if it is outdated, say --replace"
            )
        }
    }

    private var isNarrowed: Bool { selection.on != nil || selection.except != nil }

    private func text() throws -> String {
        do throws(FileFailure) {
            return String(decoding: try Files.read(file, limit: 100_000_000), as: UTF8.self)
        } catch {
            throw CommandFailure(.usage, "\(file) \(error.message); is it the path of a known_hosts file?")
        }
    }

    /// The addresses of the inventory; none where no inventory is named or configured.
    private func endpoints() throws -> [Endpoint] {
        guard try isNarrowed || selection.inventory != nil || configuredInventory(common) != nil else { return [] }
        let inventory = try loadInventory(selection, common)
        var options = selection
        if options.on == nil { options.on = "all" }
        let hosts = isNarrowed ? try options.hosts(in: inventory) : inventory.hosts
        return Set(hosts.map { Endpoint(address: $0.connection.address, port: $0.connection.port) }).sorted()
    }

    private func pin(_ work: KnownHostsImport) async throws {
        let now = EngineClock.system.now()
        let pins = work.items.filter { $0.result == .trusted || $0.result == .replaced }.map {
            PinnedHostKey(endpoint: $0.endpoint, key: $0.key, pinnedAt: now, pinnedBy: "\(Surroundings.person), import")
        }
        try await change(ChangeHostKeys(pin: pins), common)
    }

    private func show(_ work: KnownHostsImport, _ known: KnownHostsFile) async throws {
        let fingerprint = try HostReach(Inventory(), known: KnownKeys([])).transports.fingerprint
        put(
            try ImportedKey.listing(work.items.map { ImportedKey($0, fingerprint($0.key)) }).text(common.format),
            common.format)
        for line in summary(work, known) { say(line) }
    }

    private func summary(_ work: KnownHostsImport, _ known: KnownHostsFile) -> [String] {
        func keys(_ result: KnownHostsImport.Item.Result, _ what: String) -> String? {
            let count = work.items.count { $0.result == result }
            return count == 0 ? nil : amount(count, "key") + " " + what
        }
        let done = [
            keys(.trusted, "trusted"), keys(.replaced, "replaced"), keys(.known, "trusted before"),
            keys(.refused, "refused"),
            work.unrecognised.isEmpty
                ? nil : "no address of the inventory fits the hashed names of \(list(work.unrecognised))",
            work.unwanted.isEmpty ? nil : "other hosts stand in \(list(work.unwanted))",
        ]
        let unused = KnownHostsFile.Unused.allCases.compactMap { reason in
            known.unused[reason].map { "not used: \(reason.rawValue) in \(list($0))" }
        }
        return done.compactMap(\.self) + unused
    }

    private func list(_ lines: [Int]) -> String {
        (lines.count == 1 ? "line " : "lines ") + lines.prefix(10).map(String.init).joined(separator: ", ")
            + (lines.count > 10 ? " and \(lines.count - 10) more" : "")
    }
}

/// An imported key as programs see it.
struct ImportedKey: Encodable, Sendable {
    let line: Int
    let endpoint: String
    let type: String
    let fingerprint: String
    let result: KnownHostsImport.Item.Result

    init(_ item: KnownHostsImport.Item, _ fingerprint: String) {
        line = item.line
        endpoint = item.endpoint.description
        type = item.key.type
        self.fingerprint = fingerprint
        result = item.result
    }

    static func listing(_ items: [ImportedKey]) -> Listing<ImportedKey> {
        Listing(
            columns: [
                .init("ADDRESS") { $0.endpoint }, .init("KEY") { $0.type }, .init("FINGERPRINT") { $0.fingerprint },
                .init("RESULT") { $0.result.rawValue }, .init("LINE", wide: true) { String($0.line) },
            ], items: items, name: { $0.endpoint })
    }
}
