// SPDX-License-Identifier: Apache-2.0

import Model
import Planning

extension SelectionOptions {
    /// The hosts that names and options choose; a command that contacts hosts never takes all of them unasked.
    func hosts(named names: [String] = [], in inventory: Inventory) throws -> [Host] {
        do throws(Problems) {
            var targets: [Target] = []
            for name in names { targets += try self.targets(named: name, in: inventory) }
            if names.isEmpty || on != nil { targets += try Selection(on: on, in: inventory).targets }
            // A host of which an instance is taken away is still to be reached.
            let kept = try except.map { text throws(Problems) in
                try Selection(on: "all", except: text, in: inventory).targets.map(\.host)
            }
            var chosen = Set(targets.map(\.host))
            if let kept { chosen.formIntersection(kept) }
            guard !chosen.isEmpty else { throw Problems("nothing is left of the hosts", path: "--except") }
            return inventory.hosts.filter { chosen.contains($0.name) }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func targets(named name: String, in inventory: Inventory) throws(Problems) -> [Target] {
        if inventory[HostName(name)] != nil { return [Target(host: HostName(name))] }
        guard name.contains(where: { "*?[=:,&! ".contains($0) }) else {
            throw Problems(CommandFailure.unknownHost(name, inventory).description)
        }
        return try Selection(on: name, in: inventory).targets
    }
}

extension CommandFailure {
    /// There is no host of that name.
    static func unknownHost(_ name: String, _ inventory: Inventory) -> CommandFailure {
        let known = inventory.hosts.map(\.name.rawValue)
        let hint = didYouMean(name, among: known, orElse: "'firstline host list' shows the hosts there are")
        return CommandFailure(.usage, "there is no host '\(name)' in the inventory; \(hint)")
    }
}
