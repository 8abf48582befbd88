// SPDX-License-Identifier: Apache-2.0

import Model

/// Who stands in which group and service, by position; names that lead nowhere and groups inside themselves are reported.
struct GroupLinks {
    /// For each group, the groups directly inside it.
    private(set) var children: [[Int]]
    /// For each host, the groups it stands in directly.
    private(set) var groupsOfHosts: [[Int]]
    /// For each host, the services that name it.
    private(set) var servicesOfHosts: [[String]]
    /// For each group, the services that name it or that it belongs to.
    private(set) var servicesOfGroups: [[String]]
    /// Looking for a near name among many costs time, so only the first unknown names get one.
    private var suggestions = 30

    /// Ties a draft's references.
    init(_ draft: InventoryDraft, _ problems: inout Problems) {
        children = draft.groups.map { _ in [] }
        groupsOfHosts = draft.hosts.map { _ in [] }
        servicesOfHosts = draft.hosts.map { _ in [] }
        servicesOfGroups = draft.groups.map(\.services)
        for (position, host) in draft.hosts.enumerated() {
            for group in groups(host.groups, draft, &problems) { join(position, group) }
        }
        for (position, group) in draft.groups.enumerated() {
            for host in hosts(group.hosts, draft, &problems) { join(host, position) }
            children[position] = groups(group.children, draft, &problems).filter { $0 != position }
            reportOwnName(group, &problems)
        }
        for service in draft.services {
            for host in hosts(service.hosts, draft, &problems) { servicesOfHosts[host].append(service.name) }
            for group in groups(service.groups, draft, &problems) { servicesOfGroups[group].append(service.name) }
        }
        cutCycles(draft, &problems)
    }

    /// For each group, the groups it stands in directly.
    var parents: [[Int]] {
        var parents = [[Int]](repeating: [], count: children.count)
        for (group, inside) in children.enumerated() {
            for child in inside { parents[child].append(group) }
        }
        return parents
    }

    private mutating func join(_ host: Int, _ group: Int) {
        if !groupsOfHosts[host].contains(group) { groupsOfHosts[host].append(group) }
    }

    private mutating func groups(
        _ references: [Reference], _ draft: InventoryDraft, _ problems: inout Problems
    ) -> [Int] {
        references.flatMap { reference in
            find(reference, "group", among: draft.groups.lazy.map(\.name), &problems) { draft.group(named: $0) }
        }
    }

    private mutating func hosts(_ references: [Reference], _ draft: InventoryDraft, _ problems: inout Problems) -> [Int]
    {
        references.flatMap { reference in
            find(reference, "host", among: draft.hosts.lazy.map(\.host.name.rawValue), &problems) {
                draft.host(named: $0)
            }
        }
    }

    private mutating func find(
        _ reference: Reference, _ what: String, among known: some Sequence<String>, _ problems: inout Problems,
        _ position: (String) -> Int?
    ) -> [Int] {
        let found = reference.names.compactMap(position)
        guard found.count < reference.names.count else { return found }
        let unknown = reference.names.filter { position($0) == nil }
        let start = unknown.count == 1 ? "there is no \(what)" : "there are no \(what)s"
        let list = unknown.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        let more = unknown.count > 3 ? " and \(unknown.count - 3) more" : ""
        let help = unknown.count == 1 && suggestions > 0 ? didYouMean(unknown[0], among: known) : ""
        suggestions -= 1
        problems.add("\(start) \(list)\(more)\(help)", at: reference.place, path: reference.path)
        return found
    }

    private func reportOwnName(_ group: GroupDraft, _ problems: inout Problems) {
        for child in group.children where child.text == group.name {
            problems.add("a group cannot stand inside itself", at: child.place, path: child.path)
        }
    }

    private mutating func cutCycles(_ draft: InventoryDraft, _ problems: inout Problems) {
        for cycle in cycles(in: parents) {
            let names = (cycle + cycle.prefix(1)).map { draft.groups[$0].name }
            let group = draft.groups[cycle[0]]
            let chain = names.joined(separator: " → ")
            problems.add("these groups stand inside each other: \(chain)", at: group.place, path: group.path)
            for member in cycle { children[member].removeAll(where: cycle.contains) }
        }
    }
}
