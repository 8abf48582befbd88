// SPDX-License-Identifier: Apache-2.0

import Model

/// Hosts with those they are reached through, in the order in which they can be asked: a host comes after its jump host.
enum JumpWaves {
    /// Sets of hosts, each to be asked when the one before is done.
    static func waves(of hosts: [Host], in inventory: Inventory) -> [[Host]] {
        var depths: [HostName: Int] = [:]
        for host in hosts {
            let way = way(to: host, in: inventory)
            for (depth, stop) in way.enumerated() { depths[stop] = depth }
        }
        let deepest = depths.values.max() ?? -1
        return (0..<(deepest + 1)).map { depth in inventory.hosts.filter { depths[$0.name] == depth } }
    }

    /// The names from the first jump host to the host; a circle ends where it closes.
    private static func way(to host: Host, in inventory: Inventory) -> [HostName] {
        var way = [host.name]
        var next = host.connection.jump
        while let name = next, !way.contains(name) {
            way.insert(name, at: 0)
            next = inventory[name]?.connection.jump
        }
        return way
    }
}
