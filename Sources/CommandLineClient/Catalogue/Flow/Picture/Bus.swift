// SPDX-License-Identifier: Apache-2.0

import Model

/// Links that may share a line: all that lead to exactly the same tasks.
///
/// Whoever follows a line from any of its sources may end at any of its targets, so lines may join only where that is true. Two
/// lines that share only some targets never touch.
struct Bus: Sendable {
    /// A place at the lower edge of a node, where all links of a condition begin.
    struct Port: Hashable, Sendable {
        let node: Int
        let condition: LinkCondition
    }

    let sources: [Port]
    /// Nodes, in order.
    let targets: [Int]

    /// The buses of a graph.
    static func all(of graph: FlowGraph) -> [Bus] {
        var targets: [Port: Set<Int>] = [:]
        var order: [Port] = []
        for edge in graph.edges {
            let port = Port(node: edge.from, condition: edge.condition)
            if targets[port] == nil { order.append(port) }
            targets[port, default: []].insert(edge.to)
        }
        var buses: [Bus] = []
        for port in order {
            let wanted = (targets[port] ?? []).sorted()
            if let known = buses.firstIndex(where: { $0.targets == wanted }) {
                buses[known] = Bus(sources: buses[known].sources + [port], targets: wanted)
            } else {
                buses.append(Bus(sources: [port], targets: wanted))
            }
        }
        return buses
    }
}
