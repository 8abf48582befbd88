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
        for (name, variables) in variables(in: Paths.join(folder, "host_vars"), { $0.draft.host(named: $1) != nil }) {
            draft.change(host: name, at: nil, path: name, &problems) { host, _ in
                host.variables.merge(variables) { _, later in later }
            }
        }
    }

    /// The variables of each file or folder of files whose name is known; other names belong to other inventories.
    private mutating func variables(
        in folder: String, _ isKnown: (AnsibleInventory, String) -> Bool
    ) -> [(name: String, variables: Variables)] {
        guard Files.kind(of: folder) == .folder else { return [] }
        return names(in: folder).compactMap { file in
            guard let name = Self.variableName(file), isKnown(self, name) else { return nil }
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
            return names(in: path).filter { Self.variableName($0) != nil }.reduce(into: [:]) { result, name in
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

    /// The name a file of variables is for; nil for files that Ansible passes over as well.
    private static func variableName(_ file: String) -> String? {
        guard !file.hasPrefix("."), !file.hasSuffix("~") else { return nil }
        for ending in [".yml", ".yaml", ".json"] where file.hasSuffix(ending) {
            return String(file.dropLast(ending.count))
        }
        return file
    }
}
