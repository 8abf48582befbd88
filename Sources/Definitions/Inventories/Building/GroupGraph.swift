// SPDX-License-Identifier: Apache-2.0

/// Which group stands inside which, and what that means for a host: its groups from the nearest to the farthest.
struct GroupGraph {
    /// Which of a host's groups is nearer.
    enum Order {
        /// The one fewer steps away; a group never comes before one that stands inside it.
        case byDistance
        /// The one deeper below the top, then of the higher priority, then the later name: what Ansible does.
        case byDepth
    }

    private let parents: [[Int]]
    private let rank: [Int]
    private let depth: [Int]
    private let order: Order
    private let names: [String]
    private let priorities: [Int]

    /// Makes a graph without circles.
    init(names: [String], priorities: [Int], parents: [[Int]], order: Order) {
        self.names = names
        self.priorities = priorities
        self.parents = parents
        self.order = order
        let fromTop = Self.fromTop(parents)
        var depth = [Int](repeating: 0, count: parents.count)
        var rank = depth
        for (position, group) in fromTop.enumerated() {
            rank[group] = position
            depth[group] = (parents[group].map { depth[$0] }.max() ?? -1) + 1
        }
        self.depth = depth
        self.rank = rank
    }

    /// All groups, each after the groups it stands in.
    private static func fromTop(_ parents: [[Int]]) -> [Int] {
        var children = [[Int]](repeating: [], count: parents.count)
        var open = parents.map(\.count)
        for (group, above) in parents.enumerated() {
            for parent in above { children[parent].append(group) }
        }
        var result = parents.indices.filter { parents[$0].isEmpty }
        var next = 0
        while next < result.count {
            for child in children[result[next]] {
                open[child] -= 1
                if open[child] == 0 { result.append(child) }
            }
            next += 1
        }
        return result
    }

    /// The groups a host stands in directly, with all groups those stand in, nearest first.
    func lineage(of direct: [Int]) -> [Int] {
        var all = Set(direct)
        var waiting = direct
        while let group = waiting.popLast() {
            for parent in parents[group] where all.insert(parent).inserted { waiting.append(parent) }
        }
        switch order {
        case .byDistance: return sortedByDistance(all, direct)
        case .byDepth: return all.sorted(by: isDeeper)
        }
    }

    private func sortedByDistance(_ groups: Set<Int>, _ direct: [Int]) -> [Int] {
        var distance = Dictionary(uniqueKeysWithValues: groups.map { ($0, 0) })
        for group in groups.sorted(by: { rank[$0] > rank[$1] }) {
            for parent in parents[group] {
                distance[parent] = max(distance[parent, default: 0], distance[group, default: 0] + 1)
            }
        }
        let written = Dictionary(direct.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        return groups.sorted { left, right in
            (distance[left, default: 0], written[left] ?? .max, left)
                < (distance[right, default: 0], written[right] ?? .max, right)
        }
    }

    private func isDeeper(_ left: Int, _ right: Int) -> Bool {
        if depth[left] != depth[right] { return depth[left] > depth[right] }
        if priorities[left] != priorities[right] { return priorities[left] > priorities[right] }
        return bytesPrecede(names[right], names[left])
    }
}
