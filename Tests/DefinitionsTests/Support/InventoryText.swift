// SPDX-License-Identifier: Apache-2.0

import Model

/// An inventory as text for the stored cases: what differs from the defaults, one thing a line.
struct InventoryText: CustomStringConvertible {
    let inventory: Inventory

    var description: String { (inventory.hosts.flatMap(host) + inventory.groups.map(group)).joined(separator: "\n") }

    private func group(_ group: HostGroup) -> String {
        let children = group.children.isEmpty ? "" : " [\(group.children.joined(separator: ", "))]"
        return "group \(group.name)\(children)\(group.enabled ? "" : " disabled")"
    }

    private func host(_ host: Host) -> [String] {
        var lines = [
            "host \(host.name)\(host.enabled ? "" : " disabled") at \(host.place?.line ?? 0):\(host.place?.column ?? 0)"
        ]
        lines.append("  " + connection(host))
        if host.os != .linux { lines.append("  os \(host.os.rawValue)") }
        if let version = host.osVersion { lines.append("  osVersion \(version)") }
        if host.become != .sudo { lines.append("  become \(host.become.rawValue)") }
        lines += list("groups", host.groups) + list("services", host.services) + list("accounts", host.accounts)
        lines += map("labels", host.labels.mapValues(Value.text)) + map("vars", host.variables)
        for instance in host.instances {
            lines.append("  instance \(instance.name): \(instance.software) \(instance.version?.description ?? "")")
            lines += map("labels", instance.labels.mapValues(Value.text)).map { "  " + $0 }
            lines += map("vars", instance.variables).map { "  " + $0 }
        }
        return lines
    }

    private func connection(_ host: Host) -> String {
        let connection = host.connection
        var words = [connection.transport.rawValue, connection.user.map { $0 + "@" }, connection.address].compactMap(
            \.self)
        words[words.count - 1] += ":\(connection.port)"
        words += connection.keyFiles.map { "key \($0)" }
        let secrets = [
            ("password", connection.password), ("becomePassword", connection.becomePassword),
            ("passphrase", connection.passphrase),
        ]
        words += secrets.compactMap { name, source in source.map { "\(name) \($0)" } }
        if let jump = connection.jump { words.append("through \(jump)") }
        return words.joined(separator: " ").replacing("@ ", with: "@")
    }

    private func list(_ name: String, _ items: [String]) -> [String] {
        items.isEmpty ? [] : ["  \(name) \(items.joined(separator: ", "))"]
    }

    private func map(_ name: String, _ values: [String: Value]) -> [String] {
        let pairs = values.sorted { $0.key < $1.key }.map { "\($0.key)=\(shown($0.value))" }
        return pairs.isEmpty ? [] : ["  \(name) \(pairs.joined(separator: " "))"]
    }

    private func shown(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .text(let text): "\"\(text.replacing("\n", with: "\\n"))\""
        case .list(let items): "[" + items.map(shown).joined(separator: ", ") + "]"
        default: value.text
        }
    }
}
