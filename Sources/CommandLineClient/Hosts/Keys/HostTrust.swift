// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Engine
import Model
import Storage

/// The command `firstline host trust`.
struct HostTrust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "Show the keys of hosts and, after a yes, expect them from now on.",
        discussion: """
            Compare the fingerprints with what the hosts' consoles show ('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'). The \
            hosts they are reached through are asked about first. A key that has changed is only replaced with --replace. Ends \
            with 8 when a key was not trusted, and with 4 when a host showed none (12 for both).
            """)

    @Argument(help: "Hosts, by name, range or glob; or use --on.", completion: .custom(Completion.hosts))
    var names: [String] = []

    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Also trust keys that are not the ones expected: the host was really set up anew.")
    var replace = false

    @Flag(name: [.short, .long], help: "Do not ask; the fingerprints were compared elsewhere.")
    var yes = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let inventory = try loadInventory(selection, common)
        let hosts = try selection.hosts(named: names, in: inventory)
        let reach = try HostReach(inventory, known: KnownKeys(try await pinnedHostKeys(common)))
        var results: [TrustResult] = []
        for wave in JumpWaves.waves(of: hosts, in: inventory) {
            let keys = await onEach(wave) { await ShownKey(of: $0, reach) }
            let asked = Set(hosts.map(\.name))
            // A jump host that nobody named is worth a word only if there is something to decide.
            let relevant = keys.filter { asked.contains($0.host) || ![.pinned, .local].contains($0.state) }
            results += try await decide(relevant, reach.known)
        }
        try report(results)
    }

    /// Asks about the keys that can be trusted, and pins them after a yes.
    private func decide(_ keys: [ShownKey], _ known: KnownKeys) async throws -> [TrustResult] {
        let open = keys.filter { $0.state == .new || $0.state == .changed && replace }
        let isAgreed = try open.isEmpty || agree(to: open)
        if isAgreed {
            let now = EngineClock.system.now()
            let pins = open.compactMap { shown in
                shown.key.map {
                    PinnedHostKey(
                        endpoint: shown.endpoint, key: $0, pinnedAt: now, pinnedBy: "\(Surroundings.person), scan")
                }
            }
            let replaced = Set(open.filter { $0.state == .changed }.map(\.endpoint))
            try await change(ChangeHostKeys(forget: replaced.sorted(), pin: pins), common)
            for pin in pins { known.expect(pin.key, at: pin.endpoint) }
        }
        return keys.map { TrustResult($0, isAgreed: isAgreed, replaces: replace) }
    }

    private func agree(to keys: [ShownKey]) throws -> Bool {
        if yes { return true }
        let listing = Listing(columns: ShownKey.columns, items: keys, name: { $0.host.rawValue })
        say(Table(rows: listing.cells).lines.joined(separator: "\n"))
        let question =
            keys.count == 1 ? "Is this the key of \(keys[0].host)?" : "Are these the keys of the \(keys.count) hosts?"
        if let answer = confirm(question) { return answer }
        throw CommandFailure(.usage, "nobody can be asked here; compare the fingerprints, then say --yes")
    }

    private func report(_ results: [TrustResult]) throws {
        put(try TrustResult.listing(results).text(common.format), common.format)
        let refused = results.count { $0.result == .refused || $0.result == .declined }
        let failed = results.count { $0.result == .failed }
        let code = (refused > 0 ? ExitStatus.refused.code : 0) | (failed > 0 ? ExitStatus.hostsUnknown.code : 0)
        guard code != 0 else { return }
        let parts = [refused > 0 ? "\(refused) not trusted" : nil, failed > 0 ? "\(failed) showed no key" : nil]
        throw CommandFailure(ExitStatus(code: code), parts.compactMap(\.self).joined(separator: ", "))
    }
}
