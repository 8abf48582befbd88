// SPDX-License-Identifier: Apache-2.0

package import Model

/// Which targets are wanted: `web[01-20]`, `db*`, `group=db and not label.env=dev`, `software=tomcat>=9`, `web01/wf14_11`.
///
/// Words: a host's name, a range or a glob, or a group's name where no host is named so; `name/instance`; `key=value` with the
/// keys `group`, `service`, `software`, `instance`, `os`, `address`, `label.NAME`, `var.NAME`; `all`. Quotes hold a word together.
/// Joined by `and`, `or`, `not` and parentheses, and as Ansible writes lists: `a:b`, `a,b` (either), `&b` (only those), `!b` (not
/// those), whatever their order.
package struct Selector: Hashable, Sendable {
    indirect enum Node: Hashable, Sendable {
        case all
        case name(Glob, instance: Glob?)
        case attribute(Attribute)
        /// Every one of them.
        case every([Node])
        /// One of them at least.
        case some([Node])
        case not(Node)

        /// Several joined by `and`; a single one stays as it is.
        static func all(of nodes: [Node]) -> Node { nodes.count == 1 ? nodes[0] : .every(nodes) }
        /// Several joined by `or`; a single one stays as it is.
        static func any(of nodes: [Node]) -> Node { nodes.count == 1 ? nodes[0] : .some(nodes) }
    }

    struct Attribute: Hashable, Sendable {
        enum Comparison: String, Hashable, Sendable, CaseIterable {
            // The longer ones first: they are looked for in this order.
            case atLeast = ">="
            case atMost = "<="
            case unequal = "!="
            case equal = "="
            case more = ">"
            case less = "<"
        }
        var key: String
        var value: Glob
        /// Of `software=tomcat>=9`: the version asked for.
        var version: Version?
        var comparison: Comparison
    }

    /// A range that stands for more names than this is taken for a pattern.
    static let mostNames = 10_000

    /// The selection as written.
    package let text: String
    let root: Node

    /// Reads a selection.
    ///
    /// - Parameters:
    ///   - text: The selection.
    ///   - option: The option it was given by, for messages.
    /// - Throws: A `Problem` naming the column and what is wrong.
    package init(_ text: String, option: String = "--on") throws(Problem) {
        self.text = text
        var parser = SelectorParser(text, option: option)
        root = try parser.parse()
    }

    /// The targets it names among the hosts in use, in the inventory's order.
    ///
    /// A selection with a term about software or an instance names instances (and hosts that have none), any other names hosts.
    package func targets(in inventory: Inventory) -> [Target] {
        let reading = Reading(inventory)
        let wantsInstances = root.namesInstances
        return inventory.hosts.filter(\.enabled).flatMap { host -> [Target] in
            guard wantsInstances, !host.instances.isEmpty else {
                return root.matches(host, nil, reading) ? [Target(host: host.name)] : []
            }
            return host.instances.filter { root.matches(host, $0, reading) }
                .map { Target(host: host.name, instance: $0.name) }
        }
    }

    /// What the words of a selection are read by: which of them are hosts.
    struct Reading {
        private let hosts: Set<String>

        init(_ inventory: Inventory) { hosts = Set(inventory.hosts.map(\.name.rawValue)) }

        /// Whether a plain word means a group, because no host is named so.
        func isGroup(_ word: Glob) -> Bool { word.isLiteral && !hosts.contains(word.text) }
    }
}

extension Selector.Node {
    /// The hosts and instances that it calls by their names, also as a range of names.
    var named: [Target] {
        switch self {
        case .all, .attribute, .not: []
        case .every(let nodes), .some(let nodes): nodes.flatMap(\.named)
        case .name(let name, let instance): targets(name, instance)
        }
    }

    private func targets(_ name: Glob, _ instance: Glob?) -> [Target] {
        let hosts = (name.names(limit: Selector.mostNames) ?? []).map { HostName($0) }
        guard let instance else { return hosts.map { Target(host: $0) } }
        return instance.isLiteral ? hosts.map { Target(host: $0, instance: InstanceName(instance.text)) } : []
    }

    var namesInstances: Bool {
        switch self {
        case .all: false
        case .name(_, let instance): instance != nil
        case .attribute(let attribute): attribute.key == "software" || attribute.key == "instance"
        case .every(let nodes), .some(let nodes): nodes.contains(where: \.namesInstances)
        case .not(let node): node.namesInstances
        }
    }

    /// Whether it is a term that names nothing outright.
    var isPattern: Bool {
        switch self {
        case .name(let name, let instance): !name.isLiteral || instance?.isLiteral == false
        case .attribute(let attribute): !attribute.value.isLiteral
        case .all, .every, .some, .not: false
        }
    }

    func matches(_ host: Host, _ instance: Instance?, _ reading: Selector.Reading) -> Bool {
        switch self {
        case .all: true
        case .name(let name, nil) where reading.isGroup(name): host.groups.contains(name.text)
        case .name(let name, let wanted):
            name.matches(host.name.rawValue) && (wanted.map { $0.matches(instance?.name.rawValue) } ?? true)
        case .attribute(let attribute): attribute.matches(host, instance)
        case .every(let nodes): nodes.allSatisfy { $0.matches(host, instance, reading) }
        case .some(let nodes): nodes.contains { $0.matches(host, instance, reading) }
        case .not(let node): !node.matches(host, instance, reading)
        }
    }
}

extension Selector.Attribute {
    func matches(_ host: Host, _ instance: Instance?) -> Bool {
        let found = values(host, instance)
        if comparison == .unequal, version == nil { return !found.contains { value.matches($0) } }
        return found.contains { holds($0, instance) }
    }

    private func values(_ host: Host, _ instance: Instance?) -> [String] {
        switch key {
        case "group": host.groups
        case "service": host.services
        case "software": [instance?.software].compactMap(\.self)
        case "instance": [instance?.name.rawValue].compactMap(\.self)
        case "os": [host.os.rawValue]
        case "address": [host.connection.address]
        case let key where key.hasPrefix("label."): labels(host, instance, String(key.dropFirst(6)))
        case let key where key.hasPrefix("var."): variables(host, instance, String(key.dropFirst(4)))
        default: []
        }
    }

    private func labels(_ host: Host, _ instance: Instance?, _ name: String) -> [String] {
        [instance?.labels[name] ?? host.labels[name]].compactMap(\.self)
    }

    private func variables(_ host: Host, _ instance: Instance?, _ name: String) -> [String] {
        [(instance?.variables[name] ?? host.variables[name])?.text].compactMap(\.self)
    }

    private func holds(_ text: String, _ instance: Instance?) -> Bool {
        if key == "software", let version {
            guard value.matches(text), let found = instance?.version else { return false }
            return holds(found, version)
        }
        switch comparison {
        case .equal: return value.matches(text)
        case .unequal: return !value.matches(text)
        default: return holds(Version(text), Version(value.text))
        }
    }

    private func holds(_ found: Version, _ wanted: Version) -> Bool {
        switch comparison {
        case .equal: found == wanted
        case .unequal: found != wanted
        case .atLeast: found >= wanted
        case .atMost: found <= wanted
        case .more: found > wanted
        case .less: found < wanted
        }
    }
}
