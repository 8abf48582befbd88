// SPDX-License-Identifier: Apache-2.0

import Model

/// What the three written forms of an Ansible inventory share: hosts by pattern, groups below `all`, and files beside it.
struct AnsibleInventory {
    let context: InventoryContext
    var draft = InventoryDraft()
    var problems = Problems()

    /// Makes an empty inventory that will read connections from variables.
    init(_ context: InventoryContext) {
        self.context = context
        draft.lineage = .byDepth
        draft.finish = { AnsibleConnection.read(&$0, $1, context, &$2) }
        draft.change(group: "all", at: nil, path: "all")
    }

    /// Reads one of the written forms.
    static func read(
        _ context: InventoryContext, _ problems: inout Problems, _ read: (inout AnsibleInventory) -> Void
    ) -> InventoryDraft {
        var inventory = AnsibleInventory(context)
        read(&inventory)
        inventory.finish()
        problems.add(inventory.problems)
        return inventory.draft
    }

    /// Adds a group.
    mutating func addGroup(
        _ name: String, at place: Place?, path: String, _ change: (inout GroupDraft) -> Void = { _ in }
    ) {
        if !NameRules.isGroup(name) {
            // Of a line nothing is repeated: it may be one of a file that is no inventory.
            problems.add("the name of the group \(NameRules.groupRule)", at: place, path: path == name ? "" : path)
        }
        draft.change(group: name, at: place, path: path, change)
    }

    /// Adds the hosts of a pattern, or what is newly said about them, to a group.
    mutating func addHosts(_ pattern: String, to group: String, _ variables: Variables, at place: Place?, path: String)
    {
        let hosts = hosts(of: pattern, at: place, path: path)
        for name in hosts.names {
            guard NameRules.isHost(name) else {
                problems.add(
                    "the name of the host \(NameRules.hostRule)", at: place, path: path == pattern ? "" : path)
                return
            }
            // As with Ansible, a port behind a host that is known already says nothing.
            let isNew = draft.host(named: name) == nil
            draft.change(host: name, at: place, path: path, &problems) { host, _ in
                if let address = hosts.address { host.host.connection.address = address }
                if isNew, let port = hosts.port {
                    host.variables["ansible_port"] = Setting(.scalar(String(port), quoted: false), at: place)
                }
                host.variables.merge(variables) { _, later in later }
            }
        }
        draft.change(group: group, at: place, path: group) { draft in
            draft.hosts.append(Reference(pattern, names: hosts.names, at: place, path: path))
        }
    }

    private mutating func hosts(of pattern: String, at place: Place?, path: String) -> AnsibleHosts {
        do {
            return try AnsibleHosts(pattern)
        } catch {
            problems.add("'\(pattern)' \(error.message)", at: place, path: path)
            return AnsibleHosts()
        }
    }

    /// Puts groups without a parent below `all`, and hosts without a group into `ungrouped`.
    private mutating func finish() {
        readFilesBeside()
        let inside = Set(draft.groups.flatMap { $0.children.map(\.text) })
        let grouped = Set(draft.groups.filter { $0.name != "all" }.flatMap { $0.hosts.flatMap(\.names) })
        let single = draft.hosts.map(\.host.name.rawValue).filter { !grouped.contains($0) }
        if !single.isEmpty {
            let reference = Reference("ungrouped", names: single, at: nil, path: "ungrouped")
            draft.change(group: "ungrouped", at: nil, path: "ungrouped") { $0.hosts.append(reference) }
        }
        let top = draft.groups.map(\.name).filter { $0 != "all" && !inside.contains($0) }
        draft.change(group: "all", at: nil, path: "all") { all in
            all.hosts = []
            all.children += top.map { Reference($0, at: nil, path: "all/children") }
        }
        setPriorities()
    }

    private mutating func setPriorities() {
        for group in draft.groups {
            let setting = group.overrides["ansible_group_priority"] ?? group.variables["ansible_group_priority"]
            guard let setting, let priority = Field(setting, path: group.path).integer(0...1_000_000, &problems) else {
                continue
            }
            draft.change(group: group.name, at: nil, path: group.path) {
                $0.priority = priority
                // It is for the group alone: no host has it as a variable.
                $0.variables["ansible_group_priority"] = nil
                $0.overrides["ansible_group_priority"] = nil
            }
        }
    }
}
