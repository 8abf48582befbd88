// SPDX-License-Identifier: Apache-2.0

/// What an inventory is written in.
package enum InventoryFormat: String, CaseIterable, Sendable {
    /// To be found out, first by what the file is called, then by what stands in it:
    ///
    /// 1. `.json` is JSON of Ansible; `.csv` and `.tsv` are tables; `.ini` and `.cfg` are INI of Ansible.
    /// 2. `config` and `ssh_config` are ssh configurations.
    /// 3. `.yaml` and `.yml` are our own format when `firstline` or `hosts` is a top-level key, else YAML of Ansible.
    /// 4. All else by its first telling line: `{` is JSON; `[name]` is INI; a row of column names is a table; `Host`, `Match` or
    ///    `Include` and a name is an ssh configuration; `name:` alone is YAML as in 3; `name=value` after a host is INI. Where
    ///    no line tells, it is a plain list.
    case auto
    /// Our own.
    case firstline
    case ansibleINI = "ansible-ini"
    case ansibleYAML = "ansible-yaml"
    /// What `ansible-inventory --list` prints.
    case ansibleJSON = "ansible-json"
    case sshConfig = "ssh-config"
    /// Cells parted by commas, tabs or semicolons.
    case csv
    /// One host a line.
    case list

    /// Whether every text can be read as one, line by line; most of the lines of any other file are mistakes then.
    var isOfLines: Bool { [.list, .csv, .ansibleINI, .sshConfig].contains(self) }

    /// Top-level keys that no inventory of Ansible has.
    private static let ourKeys = ["firstline:", "hosts:"]

    /// Finds out what a text is written in.
    static func detect(_ source: SourceText) -> InventoryFormat {
        switch Paths.ending(of: source.file) {
        case "json": return .ansibleJSON
        case "csv", "tsv": return .csv
        case "ini", "cfg": return .ansibleINI
        case "yaml", "yml": return yaml(source)
        default: break
        }
        switch Paths.name(of: source.file) {
        case "config", "ssh_config": return .sshConfig
        default: return byContent(source)
        }
    }

    private static func yaml(_ source: SourceText) -> InventoryFormat {
        source.lines.contains { line in ourKeys.contains { line.text.hasPrefix($0) } } ? .firstline : .ansibleYAML
    }

    private static func byContent(_ source: SourceText) -> InventoryFormat {
        var isFirst = true
        for (_, text) in source.lines {
            let line = text.drop(while: \.isWhitespace)
            guard let first = line.first, first != "#", first != ";" else { continue }
            if let format = telling(line, source, isFirst: isFirst) { return format }
            isFirst = false
        }
        return .list
    }

    /// What one line tells about the whole; nil when it could stand in several formats.
    private static func telling(_ line: Substring, _ source: SourceText, isFirst: Bool) -> InventoryFormat? {
        if isFirst, line.first == "{" { return .ansibleJSON }
        if line.first == "[", isSection(line) { return .ansibleINI }
        if line.hasPrefix("---") || ourKeys.contains(where: line.hasPrefix) { return yaml(source) }
        if isFirst, DelimitedHeading.isHeading(line) || DelimitedTable.namedSeparator(line.utf8) != nil { return .csv }
        let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        if words.count == 2, ["host", "match", "include"].contains(words[0].lowercased()) { return .sshConfig }
        if words.count == 1, line.hasSuffix(":") { return yaml(source) }
        return words.count == 2 && words[1].contains("=") && !words[1].hasPrefix("#") ? .ansibleINI : nil
    }

    /// Whether a line is `[name]`, and not an IPv6 address in brackets.
    private static func isSection(_ line: Substring) -> Bool {
        guard let close = line.lastIndex(of: "]") else { return false }
        let name = line[..<close].dropFirst()
        let isAddress = name.count { $0 == ":" } > 1
        return !isAddress && line[line.index(after: close)...].allSatisfy(\.isWhitespace)
    }
}

/// Whether a line is the first row of a table.
private enum DelimitedHeading {
    static func isHeading(_ line: Substring) -> Bool {
        let cells = line.split { $0 == "," || $0 == "\t" || $0 == ";" }
        return cells.count > 1 && cells.contains { TableColumn(heading: String($0)) != nil }
    }
}
