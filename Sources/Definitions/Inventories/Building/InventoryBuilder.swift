// SPDX-License-Identifier: Apache-2.0

import Model

/// Makes an inventory of a draft: ties references, lets groups give what hosts lack, and reports what does not fit.
struct InventoryBuilder {
    private var draft: InventoryDraft
    private(set) var problems: Problems

    /// Makes a builder of a draft and the problems met so far.
    init(_ draft: InventoryDraft, _ problems: Problems) {
        self.draft = draft
        self.problems = problems
    }

    /// Makes the inventory; where something does not fit, the rest is still made.
    mutating func inventory() -> Inventory {
        warnOfSharedNames()
        let links = GroupLinks(draft, &problems)
        finishHosts(links)
        JumpLinks.tie(&draft, &problems)
        return Inventory(hosts: draft.hosts.map(\.host), groups: groups(links))
    }

    private mutating func warnOfSharedNames() {
        for group in draft.groups where draft.host(named: group.name) != nil {
            problems.warn(
                "'\(group.name)' names a host and a group; alone it means the host, and group=\(group.name) the group",
                at: group.place, path: group.path)
        }
    }

    private mutating func finishHosts(_ links: GroupLinks) {
        var shares = GroupShares(draft, links)
        let finish = draft.finish
        var found = Problems()
        for position in draft.hosts.indices {
            let share = shares.share(ofGroups: links.groupsOfHosts[position])
            draft.changeHost(at: position) { host in
                share.give(to: &host, services: links.servicesOfHosts[position])
                finish?(&host, share.settings, &found)
            }
        }
        problems.add(found)
    }

    private func groups(_ links: GroupLinks) -> [HostGroup] {
        draft.groups.enumerated().map { position, group in
            let children = links.children[position].map { draft.groups[$0].name }
            return HostGroup(name: group.name, children: children, enabled: group.enabled)
        }
    }
}
