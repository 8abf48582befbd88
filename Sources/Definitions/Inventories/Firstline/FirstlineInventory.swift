// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads an inventory in our own format.
struct FirstlineInventory {
    private static let keys = ["firstline", "defaults", "hosts", "groups", "services"]

    let context: InventoryContext
    var draft = InventoryDraft()
    var problems = Problems()
    /// A host with nothing but the defaults.
    var standard = HostDraft(name: "", at: nil, path: "")

    /// Reads a document into a draft.
    static func read(_ document: Field, _ context: InventoryContext, _ problems: inout Problems) -> InventoryDraft {
        var reader = FirstlineInventory(context: context)
        reader.read(document)
        problems.add(reader.problems)
        return reader.draft
    }

    private mutating func read(_ document: Field) {
        guard let record = Record(document, "an inventory", keys: Self.keys, &problems) else { return }
        checkVersion(record, "1", "inventory", &problems)
        if let defaults = record["defaults"] { readDefaults(defaults) }
        for (name, field) in record["hosts"]?.entries(&problems) ?? [] { readHosts(name, field) }
        for (name, field) in record["groups"]?.entries(&problems) ?? [] { readGroup(name, field) }
        for (name, field) in record["services"]?.entries(&problems) ?? [] { readService(name, field) }
    }

    private mutating func readDefaults(_ field: Field) {
        var host = standard
        readHost(field, into: &host)
        standard = host
        draft.standardVariables = standard.variables
        draft.standardLabels = standard.host.labels
        // They come back by way of the groups, which stand between the defaults and the host.
        standard.variables = [:]
        standard.host.labels = [:]
        if let jump = standard.jump { standard.jump = Jump(form: .standard, reference: jump.reference) }
    }

    // MARK: Groups and services

    private static let groupKeys = ["hosts", "children", "vars", "services", "enabled", "labels"]

    private mutating func readGroup(_ name: String, _ field: Field) {
        checkGroupName(name, field)
        var group = GroupDraft(name: name, place: field.keyPlace, path: field.path)
        if !field.isEmpty, let record = Record(field, "a group", keys: Self.groupKeys, &problems) {
            group.hosts = hostReferences(record["hosts"])
            group.children = references(record["children"])
            group.variables = variables(record["vars"])
            group.labels = record["labels"]?.textMap(&problems) ?? [:]
            group.services = record["services"]?.groupNames(&problems) ?? []
            group.enabled = record["enabled"]?.flag(&problems) ?? true
        }
        draft.change(group: name, at: field.keyPlace, path: field.path) { $0 = group }
    }

    private mutating func readService(_ name: String, _ field: Field) {
        checkGroupName(name, field)
        guard !field.isEmpty, let record = Record(field, "a service", keys: ["hosts", "groups"], &problems) else {
            return
        }
        let hosts = hostReferences(record["hosts"])
        draft.services.append(ServiceDraft(name: name, hosts: hosts, groups: references(record["groups"])))
    }

    private mutating func checkGroupName(_ name: String, _ field: Field) {
        guard !NameRules.isGroup(name) else { return }
        field.reportName("the name '\(name)' \(NameRules.groupRule)", &problems)
    }

    /// Names of other things, each with its place.
    mutating func references(_ field: Field?) -> [Reference] {
        (field?.items(&problems) ?? []).compactMap { item in
            item.text(&problems).map { Reference($0, at: item.place, path: item.path) }
        }
    }

    private mutating func hostReferences(_ field: Field?) -> [Reference] {
        (field?.items(&problems) ?? []).compactMap { item in
            guard let text = item.text(&problems) else { return nil }
            let names = members(of: text, item).map(\.name)
            return names.isEmpty ? nil : Reference(text, names: names, at: item.place, path: item.path)
        }
    }

    /// The names a text stands for; none when it is not a range that can be read.
    mutating func members(of text: String, _ field: Field) -> [HostRange.Member] {
        do {
            return try HostRange.members(of: text, separator: "-")
        } catch {
            field.reportName("'\(text)' \(error.message)", &problems)
            return []
        }
    }

    /// Variables as written; only single values and lists of them can be used by a job.
    mutating func variables(_ field: Field?) -> Variables {
        var result: Variables = [:]
        for (name, field) in field?.entries(&problems) ?? [] {
            if !NameRules.isPlain(name) {
                field.reportName("the name '\(name)' \(NameRules.plainRule)", &problems)
            }
            if case .map = field.setting.content {
                field.report("must be a single value or a list, not a map", &problems)
            }
            result[name] = field.setting
        }
        return result
    }
}

extension Field {
    /// The names of groups or services in a list.
    func groupNames(_ problems: inout Problems) -> [String] {
        (items(&problems) ?? []).compactMap { item in
            guard let name = item.text(&problems) else { return nil }
            if !NameRules.isGroup(name) { item.report("the name '\(name)' \(NameRules.groupRule)", &problems) }
            return name
        }
    }
}
