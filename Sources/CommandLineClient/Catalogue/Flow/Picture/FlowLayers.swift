// SPDX-License-Identifier: Apache-2.0

/// The nodes of a graph in layers, so that every link goes down, and only to the next layer.
///
/// A link that would skip layers goes through bends. Links to the same node share their bends: they meet anyway, and one line
/// says so better than many.
struct FlowLayers: Sendable {
    enum Item: Hashable, Sendable {
        case node(Int)
        case bend(to: Int)
    }

    /// A piece of a link between two layers, by positions of items.
    struct Segment: Hashable, Sendable {
        let from: Int
        /// Where it leaves a node; nil at a bend.
        let port: Port?
        let to: Int
    }

    /// A place at the lower edge of a node, where all links of a condition begin.
    typealias Port = Int

    private(set) var items: [Item] = []
    /// The items of each layer, from left to right.
    var layers: [[Int]] = []
    private(set) var segments: Set<Segment> = []
    private var positions: [Place: Int] = [:]

    private struct Place: Hashable {
        let item: Item
        let layer: Int
    }

    /// Makes layers of nodes.
    ///
    /// - Parameters:
    ///   - count: The number of nodes.
    ///   - links: The links; the port says which of them leave their node together.
    init(count: Int, links: [(from: Int, port: Port, to: Int)]) {
        let ranks = Self.ranks(count, links.map { ($0.from, $0.to) })
        layers = Array(repeating: [], count: (ranks.max() ?? -1) + 1)
        for node in 0..<count { _ = item(.node(node), ranks[node]) }
        for link in links where ranks[link.from] < ranks[link.to] {
            var from = item(.node(link.from), ranks[link.from])
            for layer in (ranks[link.from] + 1)...ranks[link.to] {
                let next = layer == ranks[link.to] ? item(.node(link.to), layer) : item(.bend(to: link.to), layer)
                let isFirst = layer == ranks[link.from] + 1
                segments.insert(Segment(from: from, port: isFirst ? link.port : nil, to: next))
                from = next
            }
        }
    }

    private mutating func item(_ item: Item, _ layer: Int) -> Int {
        let place = Place(item: item, layer: layer)
        if let position = positions[place] { return position }
        items.append(item)
        layers[layer].append(items.count - 1)
        positions[place] = items.count - 1
        return items.count - 1
    }

    /// Each node one layer below the lowest of those before it; one with nothing before it stands right above its followers.
    private static func ranks(_ count: Int, _ links: [(from: Int, to: Int)]) -> [Int] {
        var ranks = Array(repeating: 0, count: count)
        // A chain has at most as many links as nodes; a circle, which no job has, ends here as well.
        for _ in 0..<count {
            var isSettled = true
            for link in links where ranks[link.to] <= ranks[link.from] && ranks[link.from] + 1 < count {
                ranks[link.to] = ranks[link.from] + 1
                isSettled = false
            }
            if isSettled { break }
        }
        for node in 0..<count where !links.contains(where: { $0.to == node }) {
            let followers = links.filter { $0.from == node }.map { ranks[$0.to] }
            if let nearest = followers.min() { ranks[node] = max(0, nearest - 1) }
        }
        return ranks
    }
}
