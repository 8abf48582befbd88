// SPDX-License-Identifier: Apache-2.0

import Model

extension FirstlineInventory {
    private static let hostKeys = [
        "address", "port", "user", "key", "password", "becomePassword", "passphrase", "jump", "spool", "transport",
        "oldAlgorithms", "os",
        "osVersion",
        "labels", "services", "accounts", "become", "enabled", "vars", "groups", "instances",
    ]

    /// Reads the hosts of one key: one, or a range of them.
    mutating func readHosts(_ name: String, _ field: Field) {
        let members = members(of: name, field)
        if let first = members.first, !NameRules.isHost(first.name) {
            field.reportName("the name '\(name)' \(NameRules.hostRule)", &problems)
            return
        }
        var pattern = standard
        pattern.host.place = field.keyPlace
        pattern.path = field.path
        if !field.isEmpty { readHost(field, into: &pattern) }
        for member in members { draft.add(pattern.named(member), &problems) }
    }

    /// Reads what stands under a host, on top of what is there; a key with nothing under it takes a default away.
    mutating func readHost(_ field: Field, into draft: inout HostDraft) {
        guard let record = Record(field, "a host", keys: Self.hostKeys, &problems) else { return }
        readConnection(record, into: &draft.host.connection)
        readLogin(record, into: &draft.host.connection)
        readSystem(record, into: &draft.host)
        readBelonging(record, into: &draft)
        readJump(record, into: &draft)
    }

    private mutating func read<Kind>(
        _ key: String, of record: Record, into value: inout Kind, orElse standard: Kind,
        _ read: (Field, inout Problems) -> Kind?
    ) {
        guard record.has(key) else { return }
        guard let field = record[key] else {
            value = standard
            return
        }
        if let found = read(field, &problems) { value = found }
    }

    private mutating func readConnection(_ record: Record, into connection: inout Connection) {
        read("address", of: record, into: &connection.address, orElse: "") { field, problems in
            guard let text = field.text(&problems) else { return nil }
            if HostAddress.isAddress(text.replacing("{n}", with: "0").replacing("{nn}", with: "00")) { return text }
            field.report("'\(text)' is not a host name or address", &problems)
            return nil
        }
        read("port", of: record, into: &connection.port, orElse: 22) { $0.integer(1...65_535, &$1) }
        read("transport", of: record, into: &connection.transport, orElse: .ssh) {
            $0.choice(Connection.Transport.self, &$1)
        }
    }

    private mutating func readLogin(_ record: Record, into connection: inout Connection) {
        read("user", of: record, into: &connection.user, orElse: nil) { field, problems in
            guard let text = field.text(&problems) else { return nil }
            if !HostAddress.isUser(text) { field.report("'\(text)' is not a user's name", &problems) }
            return text
        }
        let context = context
        read("spool", of: record, into: &connection.spool, orElse: nil) { field, problems in
            guard let text = field.text(&problems) else { return nil }
            if text != "none", !text.hasPrefix("/") {
                field.report("'\(text)' is neither 'none' nor an absolute path on the host", &problems)
            }
            return text
        }
        read("key", of: record, into: &connection.keyFiles, orElse: []) { $0.texts(&$1).map(context.keyPath) }
        read("oldAlgorithms", of: record, into: &connection.oldAlgorithms, orElse: nil) { field, problems in
            let isWanted = field.flag(&problems)
            if isWanted == true {
                field.warn("connections to such hosts can be read and forged; update their sshd", &problems)
            }
            return isWanted
        }
        read("password", of: record, into: &connection.password, orElse: nil) { $0.secret(&$1) }
        read("becomePassword", of: record, into: &connection.becomePassword, orElse: nil) { $0.secret(&$1) }
        read("passphrase", of: record, into: &connection.passphrase, orElse: nil) { $0.secret(&$1) }
    }

    private mutating func readSystem(_ record: Record, into host: inout Host) {
        read("os", of: record, into: &host.os, orElse: .linux) { $0.choice(OperatingSystem.self, &$1) }
        read("osVersion", of: record, into: &host.osVersion, orElse: nil) { $0.text(&$1).map { Version($0) } }
        read("become", of: record, into: &host.become, orElse: .sudo) { $0.choice(Become.self, &$1) }
        read("accounts", of: record, into: &host.accounts, orElse: []) { $0.texts(&$1) }
        read("enabled", of: record, into: &host.enabled, orElse: true) { $0.flag(&$1) }
    }

    private mutating func readBelonging(_ record: Record, into draft: inout HostDraft) {
        read("services", of: record, into: &draft.host.services, orElse: []) { $0.groupNames(&$1) }
        read("labels", of: record, into: &draft.host.labels, orElse: [:]) { $0.textMap(&$1) }
        if let field = record["vars"] { draft.variables = variables(field) }
        if record.has("groups") { draft.groups = references(record["groups"]) }
        if record.has("instances") { draft.host.instances = instances(record["instances"]) }
    }

    private mutating func readJump(_ record: Record, into draft: inout HostDraft) {
        guard record.has("jump") else { return }
        let name = record["jump"].flatMap { field in
            field.text(&problems).map { Reference($0, at: field.place, path: field.path) }
        }
        draft.jump = name.map { Jump(form: .name, reference: $0) }
    }

    // MARK: Instances

    private mutating func instances(_ field: Field?) -> [Instance] {
        (field?.entries(&problems) ?? []).compactMap { name, field in
            if !NameRules.isHost(name) {
                field.reportName("the name '\(name)' \(NameRules.hostRule)", &problems)
            }
            return instance(name, field)
        }
    }

    private mutating func instance(_ name: String, _ field: Field) -> Instance? {
        let keys = ["software", "version", "labels", "vars"]
        guard let record = Record(field, "an instance", keys: keys, &problems),
            let software = record.required("software", &problems)?.text(&problems)
        else { return nil }
        return Instance(
            name: InstanceName(name), software: software.lowercased(),
            version: record["version"]?.text(&problems).map { Version($0) },
            labels: record["labels"]?.textMap(&problems) ?? [:],
            variables: variables(record["vars"]).mapValues(\.variableValue))
    }
}
