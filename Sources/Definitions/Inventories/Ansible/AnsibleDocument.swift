// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads an Ansible inventory written as a document: its YAML form, and the JSON that `ansible-inventory --list` prints.
enum AnsibleDocument {
    /// Reads the YAML form: groups with `hosts`, `vars` and `children` inside each other.
    static func readYAML(_ document: Field, into inventory: inout AnsibleInventory) {
        for (name, field) in document.entries(&inventory.problems) ?? [] { readGroup(name, field, into: &inventory) }
    }

    private static func readGroup(_ name: String, _ field: Field, into inventory: inout AnsibleInventory) {
        inventory.addGroup(name, at: field.keyPlace, path: field.path)
        guard !field.isEmpty else { return }
        for (key, part) in field.entries(&inventory.problems) ?? [] where !part.isEmpty {
            switch key {
            case "hosts": readHosts(part, of: name, into: &inventory)
            case "vars": addVariables(part, to: name, &inventory)
            case "children":
                for (child, field) in part.entries(&inventory.problems) ?? [] {
                    readGroup(child, field, into: &inventory)
                    addChild(child, to: name, field, &inventory)
                }
            default: reportKey(key, part, &inventory.problems)
            }
        }
    }

    private static func readHosts(_ field: Field, of group: String, into inventory: inout AnsibleInventory) {
        if let pattern = field.setting.text {
            inventory.addHosts(pattern, to: group, [:], at: field.place, path: field.path)
            return
        }
        for (pattern, host) in field.entries(&inventory.problems) ?? [] {
            let variables = AnsibleVariables.read(host, &inventory.problems)
            inventory.addHosts(pattern, to: group, variables, at: host.keyPlace, path: host.path)
        }
    }

    /// Reads the JSON form: groups side by side, and all variables of hosts in `_meta`.
    static func readJSON(_ document: Field, into inventory: inout AnsibleInventory) {
        for (name, field) in document.entries(&inventory.problems) ?? [] where name != "_meta" {
            inventory.addGroup(name, at: field.keyPlace, path: field.path)
            if case .list = field.setting.content {
                addHostList(field, to: name, &inventory)
            } else {
                readParts(field, of: name, &inventory)
            }
        }
        guard let all = document.setting["_meta"]?["hostvars"] else { return }
        for (name, field) in Field(all, path: "_meta/hostvars").entries(&inventory.problems) ?? [] {
            let variables = AnsibleVariables.read(field, &inventory.problems)
            inventory.addHosts(name, to: "all", variables, at: field.keyPlace, path: field.path)
        }
    }

    private static func readParts(_ field: Field, of name: String, _ inventory: inout AnsibleInventory) {
        for (key, part) in field.entries(&inventory.problems) ?? [] where !part.isEmpty {
            switch key {
            case "hosts": addHostList(part, to: name, &inventory)
            case "vars": addVariables(part, to: name, &inventory)
            case "children":
                for child in part.items(&inventory.problems) ?? [] {
                    guard let text = child.text(&inventory.problems) else { continue }
                    inventory.addGroup(text, at: child.place, path: child.path)
                    addChild(text, to: name, child, &inventory)
                }
            default: reportKey(key, part, &inventory.problems)
            }
        }
    }

    private static func addHostList(_ field: Field, to group: String, _ inventory: inout AnsibleInventory) {
        for item in field.items(&inventory.problems) ?? [] {
            guard let text = item.text(&inventory.problems) else { continue }
            inventory.addHosts(text, to: group, [:], at: item.place, path: item.path)
        }
    }

    private static func addVariables(_ field: Field, to group: String, _ inventory: inout AnsibleInventory) {
        let variables = AnsibleVariables.read(field, &inventory.problems)
        inventory.draft.change(group: group, at: field.keyPlace, path: field.path) { draft in
            draft.variables.merge(variables) { _, later in later }
        }
    }

    private static func addChild(_ child: String, to group: String, _ field: Field, _ inventory: inout AnsibleInventory)
    {
        let reference = Reference(child, at: field.keyPlace ?? field.place, path: field.path)
        inventory.draft.change(group: group, at: nil, path: group) { $0.children.append(reference) }
    }

    private static func reportKey(_ key: String, _ field: Field, _ problems: inout Problems) {
        let known = ["hosts", "vars", "children"]
        field.warn("'\(key)' is not a part of a group and is not read\(didYouMean(key, among: known))", &problems)
    }
}
