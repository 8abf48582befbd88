// SPDX-License-Identifier: Apache-2.0

package import Model

/// The targets of a run: what `--on` names, less what `--except` names.
package enum Selection {
    /// Finds the targets.
    ///
    /// - Throws: `Problems` when a selection cannot be read, when it is empty, or when nothing is left; never "all" by accident.
    package static func targets(
        on: String?, except: String?, in inventory: Inventory
    ) throws(Problems) -> [Target] {
        guard let on, !on.allSatisfy(\.isWhitespace) else {
            throw Problems("say which hosts: --on web[01-20], --on group=web, or --on all", path: "--on")
        }
        let wanted = try selector(on).targets(in: inventory)
        guard !wanted.isEmpty else { throw nothing(on, inventory) }
        guard let except else { return wanted }
        let unwanted = try selector(except).targets(in: inventory)
        let hosts = Set(unwanted.filter { $0.instance == nil }.map(\.host))
        let targets = Set(unwanted)
        let left = wanted.filter { !hosts.contains($0.host) && !targets.contains($0) }
        guard !left.isEmpty else {
            throw Problems("'\(on)' except '\(except)' leaves no host", path: "--except")
        }
        return left
    }

    private static func selector(_ text: String) throws(Problems) -> Selector {
        do throws(Problem) {
            return try Selector(text)
        } catch {
            throw Problems(error.message, path: error.path)
        }
    }

    private static func nothing(_ text: String, _ inventory: Inventory) -> Problems {
        let disabled = inventory.hosts.filter { !$0.enabled }
        if !disabled.isEmpty, let selector = try? Selector(text) {
            let everyone = Inventory(
                hosts: disabled.map { host in
                    var host = host
                    host.enabled = true
                    return host
                })
            let named = selector.targets(in: everyone)
            if !named.isEmpty {
                let names = Set(named.map(\.host.rawValue)).sorted().joined(separator: ", ")
                return Problems("'\(text)' names only hosts that are not in use: \(names)", path: "--on")
            }
        }
        return Problems("no host matches '\(text)'; \(hosts(of: inventory, asked: text))", path: "--on")
    }

    private static func hosts(of inventory: Inventory, asked text: String) -> String {
        let count = inventory.hosts.count
        guard count > 0 else { return "the inventory has no hosts" }
        if let group = text.firstMatch(of: /group=([^\s(),&]+)/)?.output.1 {
            let groups = Set(inventory.hosts.flatMap(\.groups))
            if !groups.contains(String(group)) {
                let known =
                    groups.isEmpty
                    ? "; it has no groups" : "; its groups are \(groups.sorted().joined(separator: ", "))"
                return
                    "the inventory has no group '\(group)'\(didYouMean(String(group), among: groups.sorted(), orElse: known))"
            }
        }
        let names = inventory.hosts.prefix(5).map(\.name.rawValue).joined(separator: ", ")
        return "the inventory has \(count) \(count == 1 ? "host" : "hosts"): \(names)"
            + (count > 5 ? " …; 'firstline host list' shows them" : "")
    }
}
