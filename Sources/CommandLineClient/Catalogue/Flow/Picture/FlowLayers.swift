// SPDX-License-Identifier: Apache-2.0

import Model

/// The nodes of a graph in layers, so that every link goes down, and only to the next layer; a bus that leads further down
/// goes through a bend in each layer between.
struct FlowLayers: Sendable {
    enum Item: Hashable, Sendable {
        case node(Int)
        case bend(bus: Int, layer: Int)
    }

    /// A bus between two layers.
    struct Stretch: Sendable {
        let bus: Int
        /// Items, and for nodes the condition they are left by.
        var sources: [(item: Int, condition: LinkCondition?)]
        var targets: [Int]
    }

    private(set) var items: [Item] = []
    /// The items of each layer, from left to right.
    var layers: [[Int]]
    /// What leads from each layer to the next.
    private(set) var stretches: [[Stretch]]
    private var positions: [Item: Int] = [:]

    init(_ graph: FlowGraph, _ buses: [Bus]) {
        let ranks = Self.ranks(graph)
        layers = Array(repeating: [], count: (ranks.max() ?? -1) + 1)
        stretches = Array(repeating: [], count: layers.count)
        for (node, rank) in ranks.enumerated() { _ = item(.node(node), in: rank) }
        for bus in buses.indices { add(bus, buses[bus], ranks) }
    }

    private mutating func add(_ number: Int, _ bus: Bus, _ ranks: [Int]) {
        let first = bus.sources.map { ranks[$0.node] }.min() ?? 0
        let last = bus.targets.map { ranks[$0] }.max() ?? 0
        for layer in first..<max(first, last) {
            var stretch = Stretch(bus: number, sources: [], targets: [])
            if layer > first { stretch.sources.append((item(.bend(bus: number, layer: layer), in: layer), nil)) }
            for port in bus.sources where ranks[port.node] == layer {
                stretch.sources.append((item(.node(port.node), in: layer), port.condition))
            }
            for target in bus.targets where ranks[target] == layer + 1 {
                stretch.targets.append(item(.node(target), in: layer + 1))
            }
            if layer + 1 < last { stretch.targets.append(item(.bend(bus: number, layer: layer + 1), in: layer + 1)) }
            stretches[layer].append(stretch)
        }
    }

    private mutating func item(_ item: Item, in layer: Int) -> Int {
        if let position = positions[item] { return position }
        items.append(item)
        layers[layer].append(items.count - 1)
        positions[item] = items.count - 1
        return items.count - 1
    }

    /// Each node one layer below the lowest of those before it; one with nothing before it stands right above its followers.
    private static func ranks(_ graph: FlowGraph) -> [Int] {
        let count = graph.nodes.count
        var ranks = Array(repeating: 0, count: count)
        // A chain has fewer links than there are nodes, so all have sunk by then.
        for _ in 0..<count {
            for edge in graph.edges { ranks[edge.to] = max(ranks[edge.to], min(count - 1, ranks[edge.from] + 1)) }
        }
        for node in 0..<count where !graph.edges.contains(where: { $0.to == node }) {
            let followers = graph.edges.filter { $0.from == node }.map { ranks[$0.to] }
            if let nearest = followers.min() { ranks[node] = max(0, nearest - 1) }
        }
        return ranks
    }
}
