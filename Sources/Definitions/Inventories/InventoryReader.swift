// SPDX-License-Identifier: Apache-2.0

package import Model

/// Reads an inventory of any format we know into hosts and groups, or into problems.
package struct InventoryReader: Sendable {
    private let home: String

    /// Makes a reader.
    ///
    /// - Parameter home: The folder that `~/` in paths of key files means.
    package init(home: String) { self.home = home }

    /// Reads an inventory's file, and what the format keeps beside it.
    ///
    /// - Returns: What could be read, and the problems; with an error among them the inventory must not be worked with.
    package func read(path: String, format: InventoryFormat = .auto) -> (inventory: Inventory, problems: Problems) {
        do {
            let bytes = try Files.read(path, limit: SourceText.largestSize)
            return read(bytes, file: path, folder: Paths.folder(of: path), format: format)
        } catch {
            return (Inventory(), Problems("\(path) \(error.message)\(Self.advice(path, error))"))
        }
    }

    /// What to try where a path is not that of a file, as other tools take it.
    private static func advice(_ path: String, _ failure: FileFailure) -> String {
        if Files.kind(of: path) == .folder {
            return "; name a file in it, or let Ansible put it together: "
                + "ansible-inventory -i \(path) --list | firstline … -i -"
        }
        return failure.isMissing && path.contains(",")
            ? "; a list of hosts comes from standard input: printf '%s\\n' HOST HOST | firstline … -i -" : ""
    }

    /// Reads an inventory's bytes.
    ///
    /// - Parameters:
    ///   - bytes: The inventory.
    ///   - file: What problems call it; its ending tells the format if nothing else does.
    ///   - folder: Where relative paths begin and variables beside it are read; nil when it did not come from a file.
    ///   - format: What it is written in.
    /// - Returns: What could be read, and the problems; with an error among them the inventory must not be worked with.
    package func read(
        _ bytes: [UInt8], file: String, folder: String? = nil, format: InventoryFormat = .auto
    ) -> (inventory: Inventory, problems: Problems) {
        var problems = Problems()
        guard let source = SourceText(bytes, file: file, &problems) else { return (Inventory(), problems) }
        if source.lines.first(where: { _ in true })?.text.hasPrefix("$ANSIBLE_VAULT;") ?? false {
            problems.add(
                "is encrypted by ansible-vault, which is not opened here; give it opened: ansible-vault view FILE | firstline … -i -",
                at: source.place(1, 1))
            return (Inventory(), problems)
        }
        let context = InventoryContext(home: home, folder: folder)
        let format = format == .auto ? InventoryFormat.detect(source) : format
        guard let draft = draft(source, format, context, &problems) else {
            return (Inventory(), told(problems, format, file))
        }
        var builder = InventoryBuilder(draft, problems)
        let inventory = builder.inventory()
        return (inventory, told(builder.problems, format, file))
    }

    /// The problems as they are told: of a file of lines that is perhaps no inventory only some, and nothing of what it holds.
    private func told(_ problems: Problems, _ format: InventoryFormat, _ file: String) -> Problems {
        let arranged = problems.arranged(for: file)
        return format.isOfLines ? arranged.bounded(Self.mostMistakes) : arranged
    }

    private static let mostMistakes = 10

    private func draft(
        _ source: SourceText, _ format: InventoryFormat, _ context: InventoryContext, _ problems: inout Problems
    ) -> InventoryDraft? {
        switch format {
        case .auto, .firstline:
            return YAMLReader().read(source, &problems).map { FirstlineInventory.read(Field($0), context, &problems) }
        case .ansibleINI:
            return AnsibleInventory.read(context, &problems) { AnsibleINI.read(source, into: &$0) }
        case .ansibleYAML:
            guard let document = YAMLReader(tags: AnsibleVariables.tags).read(source, &problems) else { return nil }
            return AnsibleInventory.read(context, &problems) { AnsibleDocument.readYAML(Field(document), into: &$0) }
        case .ansibleJSON:
            guard let document = JSONReader.read(source, &problems) else { return nil }
            return AnsibleInventory.read(context, &problems) { AnsibleDocument.readJSON(Field(document), into: &$0) }
        case .sshConfig: return SSHConfigInventory.read(source, context, &problems)
        case .csv: return TableInventory.read(source, &problems)
        case .list: return ListInventory.read(source, &problems)
        }
    }
}
