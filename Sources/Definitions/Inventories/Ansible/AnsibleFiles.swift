// SPDX-License-Identifier: Apache-2.0

import Model

extension AnsibleInventory {
    /// Reads `group_vars/` and `host_vars/` beside the inventory, if it came from a file.
    mutating func readFilesBeside() {
        guard let folder = context.folder else { return }
        for (name, variables) in variables(in: Paths.join(folder, "group_vars"), { $0.draft.group(named: $1) != nil }) {
            draft.change(group: name, at: nil, path: name) { group in
                group.overrides.merge(variables) { _, later in later }
            }
        }
        for (name, variables) in variables(in: Paths.join(folder, "host_vars"), { $0.host(named: $1) != nil }) {
            draft.change(host: host(named: name) ?? name, at: nil, path: name, &problems) { host, _ in
                host.variables.merge(variables) { _, later in later }
            }
        }
    }

    /// The name that a host of the inventory has here; an address of IPv6 stands for the name made of it.
    private func host(named name: String) -> String? {
        let own = (try? AnsibleHosts(name))?.address == nil ? name : (try? AnsibleHosts(name))?.names.first ?? name
        return draft.host(named: own) == nil ? nil : own
    }

    /// The variables of each group or host whose name is known; other names belong to other inventories.
    ///
    /// Of `web`, `web.yml`, `web.yaml` and `web.json` the first one that exists is read, as Ansible does.
    private mutating func variables(
        in folder: String, _ isKnown: (AnsibleInventory, String) -> Bool
    ) -> [(name: String, variables: Variables)] {
        guard Files.kind(of: folder) == .folder else { return [] }
        let files = names(in: folder)
        let present = Set(files)
        var seen: Set<String> = []
        return files.flatMap(Self.ownersOfFile).compactMap { name in
            guard seen.insert(name).inserted, isKnown(self, name),
                let file = Self.endings.map({ name + $0 }).first(where: present.contains)
            else { return nil }
            return (name, variables(at: Paths.join(folder, file), depth: 0))
        }
    }

    private mutating func names(in folder: String) -> [String] {
        do {
            return try Files.names(in: folder)
        } catch {
            problems.add("\(folder) \(error.message)")
            return []
        }
    }

    private mutating func variables(at path: String, depth: Int) -> Variables {
        switch Files.kind(of: path) {
        case .file: return variables(ofFile: path)
        case .folder where depth < 8:
            return names(in: path).filter { isRead($0, in: path) }.reduce(into: [:]) { result, name in
                result.merge(variables(at: Paths.join(path, name), depth: depth + 1)) { _, later in later }
            }
        default: return [:]
        }
    }

    private mutating func variables(ofFile path: String) -> Variables {
        guard let source = SourceText.read(path: path, &problems) else { return [:] }
        if source.text.hasPrefix("$ANSIBLE_VAULT;") {
            problems.warn("the file is encrypted by ansible-vault and left out", at: source.place(1, 1))
            return [:]
        }
        let document =
            Paths.ending(of: path) == "json"
            ? JSONReader.read(source, &problems) : YAMLReader(tags: AnsibleVariables.tags).read(source, &problems)
        return AnsibleVariables.read(document.map { Field($0) }, &problems)
    }

    /// The endings of files of variables, in the order in which Ansible looks for them.
    private static let endings = ["", ".yml", ".yaml", ".json"]

    /// The groups or hosts that a file may be for: of `web.yml` one named `web`, and one named `web.yml`.
    private static func ownersOfFile(_ file: String) -> [String] {
        endings.filter { file.hasSuffix($0) && file != $0 }.map { String(file.dropLast($0.count)) }
    }

    /// Whether a file in a folder of variables counts: no hidden one, no copy an editor has left, and no other ending.
    private func isRead(_ file: String, in folder: String) -> Bool {
        guard !file.hasPrefix("."), !file.hasSuffix("~") else { return false }
        let dot = file.lastIndex(of: ".")
        let isFolder = Files.kind(of: Paths.join(folder, file)) == .folder
        return dot == nil || !isFolder && Self.endings.contains(dot.map { String(file[$0...]) } ?? "")
    }
}
