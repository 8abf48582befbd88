// SPDX-License-Identifier: Apache-2.0

import Model

/// Makes hosts of a table with a heading row: each row is a host, an instance on it, or both.
struct TableInventory {
    private let source: SourceText
    private var columns: [TableColumn: Int] = [:]
    private var draft = InventoryDraft()
    private var problems = Problems()

    /// Reads a table into a draft.
    static func read(_ source: SourceText, _ problems: inout Problems) -> InventoryDraft {
        var reader = TableInventory(source: source)
        let table = DelimitedTable(source, &reader.problems)
        if reader.readHeadings(table.rows.first) {
            for row in table.rows.dropFirst() { reader.read(row) }
        }
        problems.add(reader.problems)
        return reader.draft
    }

    private init(source: SourceText) { self.source = source }

    private mutating func readHeadings(_ row: DelimitedTable.Row?) -> Bool {
        guard let row else {
            problems.add("the table is empty", at: source.place(1, 1))
            return false
        }
        let before = problems
        for (position, heading) in row.cells.enumerated() where !heading.isEmpty {
            readHeading(heading, position, row.line)
        }
        guard columns[.host] != nil || columns[.address] != nil else {
            // This may be no inventory at all: its cells are not repeated.
            problems = before
            problems.add(
                "the first row must name the columns; 'host' or 'address' must be among them",
                at: source.place(row.line, 1))
            return false
        }
        return true
    }

    private mutating func readHeading(_ heading: String, _ position: Int, _ line: Int) {
        guard let column = TableColumn(heading: heading) else {
            let help = didYouMean(heading, among: TableColumn.headings)
            problems.warn("the column '\(heading)' is not known and not read\(help)", at: source.place(line, 1))
            return
        }
        if columns[column] != nil {
            problems.add("the column '\(heading)' means the same as one before it", at: source.place(line, 1))
        } else {
            columns[column] = position
        }
    }

    // MARK: Rows

    private func cell(_ column: TableColumn, _ row: DelimitedTable.Row) -> String? {
        guard let position = columns[column], position < row.cells.count, !row.cells[position].isEmpty else {
            return nil
        }
        return row.cells[position]
    }

    private mutating func read(_ row: DelimitedTable.Row) {
        let place = source.place(row.line, 1)
        let address = cell(.address, row)
        guard let name = cell(.host, row) ?? address.flatMap({ HostAddress($0)?.name ?? $0 }) else {
            problems.add("the row names neither a host nor an address", at: place)
            return
        }
        guard NameRules.isHost(name) else {
            problems.add("the name of the host \(NameRules.hostRule)", at: place)
            return
        }
        let before = draft.host(named: name).map { draft.hosts[$0] }
        var host = before ?? HostDraft(name: name, at: place, path: name)
        readConnection(row, into: &host, isNew: before == nil)
        readBelonging(row, into: &host)
        readSoftware(row, into: &host.host)
        draft.change(host: name, at: place, path: name, &problems) { draft, _ in draft = host }
    }

    private mutating func readConnection(_ row: DelimitedTable.Row, into draft: inout HostDraft, isNew: Bool) {
        if let address = cell(.address, row) {
            if !HostAddress.isAddress(address) {
                report("the address is not a host name or address", draft, row)
            } else if !isNew, draft.host.connection.address != address, hasAddress(draft) {
                report("the address is '\(draft.host.connection.address)' above and '\(address)' here", draft, row)
            }
            if isNew || !hasAddress(draft) { draft.host.connection.address = address }
        }
        if let text = cell(.port, row) {
            let field = Field(Setting(.scalar(text, quoted: false), at: source.place(row.line, 1)), path: draft.path)
            draft.host.connection.port = field.integer(1...65_535, &problems) ?? draft.host.connection.port
        }
        if let user = cell(.user, row) {
            if !HostAddress.isUser(user) { report("the user is not a user's name", draft, row) }
            draft.host.connection.user = user
        }
    }

    /// Whether a row has given the address; until then a host's name stands for it.
    private func hasAddress(_ draft: HostDraft) -> Bool {
        draft.host.connection.address != draft.host.name.rawValue
    }

    private mutating func readBelonging(_ row: DelimitedTable.Row, into draft: inout HostDraft) {
        for service in names(.service, row) where !draft.host.services.contains(service) {
            draft.host.services.append(service)
        }
        for group in names(.group, row) where !draft.groups.contains(where: { $0.text == group }) {
            let place = source.place(row.line, 1)
            if !NameRules.isGroup(group) { report("the name of a group \(NameRules.groupRule)", draft, row) }
            self.draft.change(group: group, at: place, path: group)
            draft.groups.append(Reference(group, at: place, path: draft.path))
        }
    }

    /// Several names in one cell are parted by commas or semicolons.
    private func names(_ column: TableColumn, _ row: DelimitedTable.Row) -> [String] {
        (cell(column, row) ?? "").split { $0 == "," || $0 == ";" }.map(\.trimmed)
    }

    private mutating func report(_ message: String, _ draft: HostDraft, _ row: DelimitedTable.Row) {
        problems.add(message, at: source.place(row.line, 1), path: draft.path)
    }

    // MARK: Software

    /// A row of the class `OS` says what system the host runs; any other class, or an instance's name, makes an instance.
    private mutating func readSoftware(_ row: DelimitedTable.Row, into host: inout Host) {
        let classes = [TableColumn.small, .middle, .large].compactMap { cell($0, row) }
        let version = cell(.version, row).map { Version($0) }
        if cell(.large, row)?.lowercased() == "os", cell(.instance, row) == nil {
            host.osVersion = version ?? host.osVersion
            if classes.contains(where: { $0.lowercased().contains("windows") }) { host.os = .windows }
            return
        }
        guard let software = classes.first?.lowercased() ?? cell(.instance, row) else { return }
        let name = cell(.instance, row) ?? NameRules.hostName(from: software)
        guard NameRules.isHost(name) else {
            problems.add(
                "the name of the instance \(NameRules.hostRule)", at: source.place(row.line, 1),
                path: host.name.rawValue)
            return
        }
        guard !host.instances.contains(where: { $0.name.rawValue == name }) else {
            problems.add(
                "the instance '\(name)' is written twice", at: source.place(row.line, 1), path: host.name.rawValue)
            return
        }
        var labels: [String: String] = [:]
        if let large = cell(.large, row) { labels["large"] = large }
        if let middle = cell(.middle, row) { labels["middle"] = middle }
        host.instances.append(Instance(name: InstanceName(name), software: software, version: version, labels: labels))
    }
}
