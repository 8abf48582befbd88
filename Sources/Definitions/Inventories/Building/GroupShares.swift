// SPDX-License-Identifier: Apache-2.0

import Model

/// What a host gets from the groups it stands in, from the services that name those groups, and from the defaults.
struct GroupShare {
    var groups: [String] = []
    var settings: Variables = [:]
    var values: [String: Value] = [:]
    var labels: [String: String] = [:]
    var services: [String] = []
    var enabled = true

    /// Gives a host what it does not say itself.
    func give(to draft: inout HostDraft, services named: [String]) {
        draft.host.groups = groups
        draft.host.labels = labels.merging(draft.host.labels) { _, own in own }
        draft.host.variables = values.merging(draft.variables.mapValues(\.variableValue)) { _, own in own }
        if !enabled { draft.host.enabled = false }
        for service in named + services where !draft.host.services.contains(service) {
            draft.host.services.append(service)
        }
    }
}

/// Works out what groups give, once for each set of groups, because many hosts stand in the same ones.
struct GroupShares {
    private let draft: InventoryDraft
    private let links: GroupLinks
    private let graph: GroupGraph
    private var known: [[Int]: GroupShare] = [:]

    init(_ draft: InventoryDraft, _ links: GroupLinks) {
        self.draft = draft
        self.links = links
        graph = GroupGraph(
            names: draft.groups.map(\.name), priorities: draft.groups.map(\.priority), parents: links.parents,
            order: draft.lineage)
    }

    /// What hosts get that stand directly in some groups.
    mutating func share(ofGroups direct: [Int]) -> GroupShare {
        if let share = known[direct] { return share }
        let share = makeShare(graph.lineage(of: direct))
        known[direct] = share
        return share
    }

    private func makeShare(_ lineage: [Int]) -> GroupShare {
        var share = GroupShare(settings: draft.standardVariables, labels: draft.standardLabels)
        for group in lineage.reversed() {
            share.settings.merge(draft.groups[group].variables) { _, nearer in nearer }
            share.labels.merge(draft.groups[group].labels) { _, nearer in nearer }
        }
        for group in lineage.reversed() { share.settings.merge(draft.groups[group].overrides) { _, nearer in nearer } }
        share.values = share.settings.mapValues(\.variableValue)
        share.groups = lineage.map { draft.groups[$0].name }
        share.enabled = lineage.allSatisfy { draft.groups[$0].enabled }
        for service in lineage.flatMap({ links.servicesOfGroups[$0] }) where !share.services.contains(service) {
            share.services.append(service)
        }
        return share
    }
}
