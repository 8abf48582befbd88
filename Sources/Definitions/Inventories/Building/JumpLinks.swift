// SPDX-License-Identifier: Apache-2.0

import Model

/// Ties hosts to the hosts they are reached through.
struct JumpLinks {
    private var draft: InventoryDraft
    private var suggestions = 30

    /// Sets every host's jump; jumps that lead nowhere or in a circle are reported.
    static func tie(_ draft: inout InventoryDraft, _ problems: inout Problems) {
        guard draft.hosts.contains(where: { $0.jump != nil }) else { return }
        var links = JumpLinks(draft: draft)
        links.freeStandardJump()
        for position in draft.hosts.indices { links.tie(position, &problems) }
        links.reportCycles(&problems)
        draft = links.draft
    }

    /// Takes the standard jump off the hosts on its own way, which would otherwise wait for themselves.
    private mutating func freeStandardJump() {
        let standard = draft.hosts.lazy.compactMap { $0.jump?.form == .standard ? $0.jump?.reference.text : nil }.first
        var next = standard.flatMap { draft.host(named: $0) }
        var seen: Set<Int> = []
        while let position = next, seen.insert(position).inserted {
            let jump = draft.hosts[position].jump
            if jump?.form == .standard { draft.changeHost(at: position) { $0.jump = nil } }
            next = jump?.form == .name ? jump.flatMap { draft.host(named: $0.reference.text) } : nil
        }
    }

    private mutating func tie(_ position: Int, _ problems: inout Problems) {
        guard let jump = draft.hosts[position].jump else { return }
        let target = jump.form == .route ? lastHop(of: jump.reference, &problems) : known(jump.reference, &problems)
        draft.changeHost(at: position) { $0.host.connection.jump = target }
    }

    private mutating func known(_ reference: Reference, _ problems: inout Problems) -> HostName? {
        if draft.host(named: reference.text) != nil { return HostName(reference.text) }
        let names = draft.hosts.lazy.map(\.host.name.rawValue)
        let help = suggestions > 0 ? didYouMean(reference.text, among: names) : ""
        suggestions -= 1
        problems.add(
            "there is no host '\(reference.text)' to jump through\(help)", at: reference.place, path: reference.path)
        return nil
    }

    // MARK: Routes

    /// Each hop of a route is reached through the one before it; the host itself jumps through the last.
    private mutating func lastHop(of route: Reference, _ problems: inout Problems) -> HostName? {
        var before: HostName?
        for text in route.text.split(separator: ",") {
            guard let hop = HostAddress(String(text)), NameRules.isHost(hop.name) else {
                problems.add("'\(text)' is not a host to jump through", at: route.place, path: route.path)
                return nil
            }
            let position = host(of: hop, route, &problems)
            if let before, let position { setJump(of: position, to: before, route, &problems) }
            before = position.map { draft.hosts[$0].host.name }
        }
        return before
    }

    /// A hop through a host of the inventory goes as the inventory says, not as the hop does.
    private func warn(of hop: HostAddress, _ connection: Connection, _ route: Reference, _ problems: inout Problems) {
        let ignored = [
            hop.user.flatMap { $0 == connection.user ? nil : "user '\($0)'" },
            hop.port.flatMap { $0 == connection.port ? nil : "port \($0)" },
        ].compactMap(\.self)
        guard !ignored.isEmpty else { return }
        problems.warn(
            "'\(hop.name)' is a host of this inventory and reached as it says there; \(ignored.joined(separator: " and ")) "
                + "of the jump is not used", at: route.place, path: route.path)
    }

    /// The host of a hop; one that the inventory lacks is added, but not offered for work.
    private mutating func host(of hop: HostAddress, _ route: Reference, _ problems: inout Problems) -> Int? {
        if let position = draft.host(named: hop.name) {
            warn(of: hop, draft.hosts[position].host.connection, route, &problems)
            return position
        }
        draft.change(host: hop.name, at: route.place, path: route.path, &problems) { draft, _ in
            draft.host.connection.address = hop.address
            draft.host.connection.user = hop.user
            draft.host.connection.port = hop.port ?? 22
            draft.host.enabled = false
        }
        return draft.host(named: hop.name)
    }

    private mutating func setJump(of hop: Int, to before: HostName, _ route: Reference, _ problems: inout Problems) {
        let host = draft.hosts[hop].host
        guard let other = host.connection.jump ?? draft.hosts[hop].jump.map({ HostName($0.reference.text) }),
            other != before
        else { return draft.changeHost(at: hop) { $0.host.connection.jump = before } }
        problems.warn(
            "'\(host.name)' is reached through '\(other)' elsewhere; this route is taken as written there",
            at: route.place, path: route.path)
    }

    private func reportCycles(_ problems: inout Problems) {
        let before = draft.hosts.map { host in
            [host.host.connection.jump.flatMap { draft.host(named: $0.rawValue) }].compactMap(\.self)
        }
        for cycle in cycles(in: before) {
            let host = draft.hosts[cycle[0]]
            let chain = (cycle + cycle.prefix(1)).reversed().map { draft.hosts[$0].host.name.rawValue }
            problems.add(
                "these hosts jump through each other: \(chain.joined(separator: " → "))",
                at: host.jump?.reference.place ?? host.host.place, path: host.path)
        }
    }
}
