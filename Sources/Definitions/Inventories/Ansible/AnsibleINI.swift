// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads an Ansible inventory in its INI form.
struct AnsibleINI {
    private enum Section {
        case hosts(String)
        case children(String)
        case variables(String)
    }

    private let source: SourceText
    private var section = Section.hosts("ungrouped")
    private var inventory: AnsibleInventory
    /// The groups that have a section of hosts or children; only these may be named elsewhere.
    private var declared: Set<String> = ["all", "ungrouped"]
    /// The groups that are named as children or given variables.
    private var named: [Reference] = []

    /// Reads a text into an inventory.
    static func read(_ source: SourceText, into inventory: inout AnsibleInventory) {
        var reader = AnsibleINI(source: source, inventory: inventory)
        for (number, text) in source.lines { reader.read(text, number) }
        reader.reportUndeclared()
        inventory = reader.inventory
    }

    /// A group that only others name is most often a misspelt one; Ansible refuses the file as well.
    private mutating func reportUndeclared() {
        // A name that cannot be a group's is told already, and not repeated.
        for group in named where !declared.contains(group.text) && NameRules.isGroup(group.text) {
            let help = didYouMean(group.text, among: declared.sorted())
            inventory.problems.add(
                "there is no section [\(group.text)]\(help)", at: group.place, path: group.path)
        }
    }

    private mutating func read(_ text: Substring, _ number: Int) {
        let indent = text.prefix { $0 == " " || $0 == "\t" }.count
        let line = text.dropFirst(indent)
        let place = source.place(number, indent + 1)
        guard let first = line.first, first != "#", first != ";" else { return }
        if first == "[", readHeader(line, place) { return }
        switch section {
        case .hosts(let group): readHosts(text, number, group, place)
        case .children(let group): readChild(line, group, place)
        case .variables(let group): readVariable(line, group, place)
        }
    }

    /// Reads `[group]`, `[group:children]` or `[group:vars]`; false when the line is something else, such as `[::1]:22`.
    private mutating func readHeader(_ line: Substring, _ place: Place) -> Bool {
        guard let close = line.lastIndex(of: "]") else {
            inventory.problems.add("a section lacks its ']'", at: place)
            return true
        }
        let rest = line[line.index(after: close)...].drop { $0 == " " || $0 == "\t" }
        guard rest.isEmpty || rest.first == "#" || rest.first == ";" else { return false }
        let parts = line[..<close].dropFirst().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        switch parts.count == 2 ? parts[1] : "hosts" {
        case "hosts":
            section = .hosts(name)
            declared.insert(name)
        case "children":
            section = .children(name)
            declared.insert(name)
        case "vars":
            section = .variables(name)
            named.append(Reference(name, at: place, path: "\(name):vars"))
        default:
            let known = ["hosts", "children", "vars"]
            let help = didYouMean(String(parts[1]), among: known)
            inventory.problems.add("this is not a kind of section\(help)", at: place)
        }
        inventory.addGroup(name, at: place, path: name)
        return true
    }

    private mutating func readHosts(_ text: Substring, _ number: Int, _ group: String, _ place: Place) {
        guard let words = ShellWords.split(text) else {
            inventory.problems.add("a quote is never closed", at: place)
            return
        }
        guard let first = words.first else { return }
        let pattern = first.text
        let path = NameRules.isHost(pattern) ? pattern : ""
        var variables: Variables = [:]
        for word in words.dropFirst() {
            let place = source.place(number, word.column)
            guard let (name, value) = assignment(word.text[...]) else {
                inventory.problems.add("this is not of the form name=value", at: place, path: path)
                continue
            }
            let field = Field(Setting(.scalar(value, quoted: false), at: place), path: "\(pattern)/\(name)")
            variables[name] = AnsibleVariables.accepted(name, field, AnsibleVariables.truthsOfINI, &inventory.problems)
        }
        inventory.addHosts(pattern, to: group, variables, at: place, path: pattern)
    }

    private mutating func readChild(_ line: Substring, _ group: String, _ place: Place) {
        let name = withoutComment(line)
        inventory.addGroup(name, at: place, path: name)
        let reference = Reference(name, at: place, path: "\(group):children")
        named.append(reference)
        inventory.draft.change(group: group, at: place, path: group) { $0.children.append(reference) }
    }

    private mutating func readVariable(_ line: Substring, _ group: String, _ place: Place) {
        guard let (name, value) = assignment(line) else {
            inventory.problems.add("this is not of the form name=value", at: place, path: "\(group):vars")
            return
        }
        let field = Field(Setting(unquoted(value), at: place), path: "\(group):vars/\(name)")
        let setting = AnsibleVariables.accepted(name, field, AnsibleVariables.truthsOfINI, &inventory.problems)
        inventory.draft.change(group: group, at: place, path: group) { $0.variables[name] = setting }
    }

    private func assignment(_ text: Substring) -> (name: String, value: String)? {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
        return (text[..<equals].trimmed, text[text.index(after: equals)...].trimmed)
    }

    /// A variable's value: quotes are taken off, and a comment only where a quoted text or a number stands before it, because in
    /// other text a `#` is text.
    private func unquoted(_ value: String) -> Setting.Content {
        let bare = withoutComment(value[...])
        for quote in ["'", "\""] where bare.count >= 2 && bare.hasPrefix(quote) && bare.hasSuffix(quote) {
            return .scalar(String(bare.dropFirst().dropLast()), quoted: true)
        }
        if case .text = Setting(.scalar(bare, quoted: false)).plainValue { return .scalar(value, quoted: false) }
        return .scalar(bare, quoted: false)
    }

    private func withoutComment(_ text: Substring) -> String {
        guard let mark = text.firstRange(of: " #") else { return text.trimmed }
        return text[..<mark.lowerBound].trimmed
    }
}
