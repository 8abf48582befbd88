// SPDX-License-Identifier: Apache-2.0

package import Model

/// The targets of a run: what `--on` names, less what `--except` names.
package struct Selection: Hashable, Sendable {
    /// The targets, in the inventory's order: hosts, or instances where the selection names some.
    package var targets: [Target]
    /// Instances that must not be worked on, on hosts that are among the targets as a whole.
    package var excluded: Set<Target> = []
    /// The hosts and instances that it calls by their names; others have something in common.
    package private(set) var named: Set<Target> = []

    /// Whether nothing was selected: only a job whose steps all say where they run can be planned so.
    package var isMissing: Bool { targets.isEmpty && named.isEmpty }
    /// What is wrong where a job needs targets and nothing was selected.
    package static let missing = Problems(
        "say which hosts: --on web[01-20], --on group=web, or --on all", path: "--on")

    /// Makes a selection of known targets.
    package init(targets: [Target], excluded: Set<Target> = []) {
        self.targets = targets
        self.excluded = excluded
        named = Set(targets)
    }

    /// Finds the targets of a run, for which nothing need be selected.
    ///
    /// - Throws: `Problems` as `init(on:except:in:)` does, where anything is selected or taken away.
    package init(ofRun on: String?, except: String? = nil, in inventory: Inventory) throws(Problems) {
        if on == nil, except == nil {
            self.init(targets: [])
        } else {
            try self.init(on: on, except: except, in: inventory)
        }
    }

    /// Finds the targets.
    ///
    /// - Throws: `Problems` when a selection cannot be read or is empty, when it names something that is not there, or when nothing
    ///   is left; never "all" by accident.
    package init(on: String?, except: String? = nil, in inventory: Inventory) throws(Problems) {
        guard let on, !on.allSatisfy(\.isWhitespace) else { throw Selection.missing }
        (targets, named) = try Selection.found(by: on, "--on", inventory)
        guard let except else { return }
        let unwanted = Set(try Selection.found(by: except, "--except", inventory).targets)
        targets.removeAll { unwanted.contains($0) || unwanted.contains(Target(host: $0.host)) }
        let hosts = Set(targets.filter { $0.instance == nil }.map(\.host))
        excluded = unwanted.filter { $0.instance != nil && hosts.contains($0.host) }
        guard !targets.isEmpty else {
            throw Problems("'\(on)' except '\(except)' leaves no host", path: "--except")
        }
    }

    /// What is wrong with the text of a selection, whatever the inventory holds; nil = nothing.
    package static func problem(in text: String, _ option: String) -> Problem? {
        do throws(Problem) {
            _ = try Selector(text, option: option)
            return nil
        } catch {
            return error
        }
    }

    /// The hosts that a selection means among those of an inventory, which need not hold all that it names; nil where it cannot be
    /// read.
    package static func hosts(on: String, except: String?, among inventory: Inventory) -> Set<HostName>? {
        guard let wanted = try? Selector(on) else { return nil }
        var hosts = Set(wanted.targets(in: inventory).map(\.host))
        if let except {
            guard let unwanted = try? Selector(except) else { return nil }
            hosts.subtract(unwanted.targets(in: inventory).filter { $0.instance == nil }.map(\.host))
        }
        return hosts
    }

    private static func found(
        by text: String, _ option: String, _ inventory: Inventory
    ) throws(Problems) -> (targets: [Target], named: Set<Target>) {
        let selector: Selector
        do throws(Problem) {
            selector = try Selector(text, option: option)
        } catch {
            throw Problems(error.message, path: error.path)
        }
        let terms = SelectionTerms(selector, inventory)
        if let missing = terms.missing { throw Problems(missing, path: option) }
        let targets = selector.targets(in: inventory)
        guard targets.isEmpty else { return (targets, Set(selector.root.named)) }
        let unused = selector.targets(in: inventory.withEveryHostInUse)
        guard unused.isEmpty else {
            let names = Set(unused.map(\.host)).sorted().map(\.rawValue).joined(separator: ", ")
            throw Problems("'\(text)' names only hosts that are not in use: \(names)", path: option)
        }
        throw Problems("no host matches '\(text)'\(terms.hosts)", path: option)
    }
}

extension Inventory {
    fileprivate var withEveryHostInUse: Inventory {
        let hosts = hosts.map { host in
            var host = host
            host.enabled = true
            return host
        }
        return Inventory(hosts: hosts, groups: groups)
    }
}

/// The terms of a selection that name something outright, held against the inventory: a misspelled name among others would
/// otherwise go unnoticed.
private struct SelectionTerms {
    private let inventory: Inventory
    private let root: Selector.Node
    private let groups: Set<String>
    private let services: Set<String>

    init(_ selector: Selector, _ inventory: Inventory) {
        self.inventory = inventory
        root = selector.root
        groups = Set(inventory.groups.map(\.name)).union(inventory.hosts.flatMap(\.groups))
        services = Set(inventory.hosts.flatMap(\.services))
    }

    /// What is not there, and what was probably meant; nil when everything is.
    var missing: String? { missing(root) }

    private func missing(_ node: Selector.Node) -> String? {
        switch node {
        case .all: nil
        case .name(let name, _): missing(name)
        case .attribute(let attribute): missing(attribute)
        case .every(let nodes), .some(let nodes): nodes.lazy.compactMap(missing).first
        case .not(let node): missing(node)
        }
    }

    private func missing(_ name: Glob) -> String? {
        guard let names = name.names(limit: Selector.mostNames) else { return nil }
        let unknown = names.filter { inventory[HostName($0)] == nil }
        if name.isLiteral, !unknown.isEmpty { return groups.contains(name.text) ? nil : noHost(name.text) }
        guard unknown.isEmpty else {
            let shown =
                unknown.prefix(3).joined(separator: ", ") + (unknown.count > 3 ? " and \(unknown.count - 3) more" : "")
            return "'\(name.text)' stands for \(names.count) hosts, and the inventory has no \(shown)"
        }
        let unused = names.filter { inventory[HostName($0)]?.enabled == false }
        return unused.isEmpty
            ? nil : "'\(name.text)' names hosts that are not in use: \(unused.joined(separator: ", "))"
    }

    private func noHost(_ name: String) -> String {
        let known = inventory.hosts.map(\.name.rawValue) + groups.sorted()
        return "there is no host or group '\(name)'\(didYouMean(name, among: known, orElse: hosts))"
    }

    private func missing(_ attribute: Selector.Attribute) -> String? {
        guard attribute.value.isLiteral, [.equal, .unequal].contains(attribute.comparison) else { return nil }
        let known: Set<String>
        switch attribute.key {
        case "group": known = groups
        case "service": known = services
        default: return nil
        }
        let name = attribute.value.text
        guard !known.contains(name) else { return nil }
        let all = known.isEmpty ? "; it has none" : "; it has \(known.sorted().joined(separator: ", "))"
        return "the inventory has no \(attribute.key) '\(name)'\(didYouMean(name, among: known.sorted(), orElse: all))"
    }

    /// What hosts there are, in a few words.
    var hosts: String {
        let count = inventory.hosts.count
        guard count > 0 else { return "; the inventory has no hosts" }
        let names = inventory.hosts.prefix(5).map(\.name.rawValue).joined(separator: ", ")
        return "; the inventory has \(count) \(count == 1 ? "host" : "hosts"): \(names)"
            + (count > 5 ? " …; 'firstline host list' shows them" : "")
    }
}
