// SPDX-License-Identifier: Apache-2.0

/// Orders the items of layers so that few lines cross: each item goes to the middle of those it is linked with, again and again.
struct LayerOrder: Sendable {
    private static let rounds = 12

    private var layers: [[Int]]
    private let above: [[Int]]
    private let below: [[Int]]

    /// The layers of a graph, ordered.
    static func ordered(_ graph: FlowLayers) -> [[Int]] {
        var order = LayerOrder(graph)
        return order.best()
    }

    private init(_ graph: FlowLayers) {
        var above = [[Int]](repeating: [], count: graph.items.count)
        var below = above
        for segment in graph.segments.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
            above[segment.to].append(segment.from)
            below[segment.from].append(segment.to)
        }
        self.above = above
        self.below = below
        layers = graph.layers
    }

    private mutating func best() -> [[Int]] {
        var best = layers
        var fewest = crossings
        for round in 0..<Self.rounds where fewest > 0 {
            let isDown = round.isMultiple(of: 2)
            for layer in isDown ? Array(layers.indices) : layers.indices.reversed() {
                reorder(layer, towards: isDown ? above : below)
            }
            if crossings < fewest {
                fewest = crossings
                best = layers
            }
        }
        return best
    }

    private mutating func reorder(_ layer: Int, towards neighbours: [[Int]]) {
        let places = positions
        let wanted = layers[layer].map { item -> Double in
            let near = neighbours[item].map { Double(places[$0]) }
            return near.isEmpty ? Double(places[item]) : near.reduce(0, +) / Double(near.count)
        }
        // Sorted with the old place as second key, so that equals stay where they are.
        layers[layer] = layers[layer].indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }.map { layers[layer][$0] }
    }

    private var positions: [Int] {
        var result = [Int](repeating: 0, count: above.count)
        for layer in layers { for (position, item) in layer.enumerated() { result[item] = position } }
        return result
    }

    private var crossings: Int {
        let places = positions
        return layers.reduce(0) { sum, layer in
            let lines = layer.flatMap { item in below[item].map { (places[item], places[$0]) } }
            return sum
                + lines.indices.reduce(0) { sum, index in
                    sum
                        + lines[..<index].count { other in
                            (other.0 - lines[index].0) * (other.1 - lines[index].1) < 0
                        }
                }
        }
    }
}
