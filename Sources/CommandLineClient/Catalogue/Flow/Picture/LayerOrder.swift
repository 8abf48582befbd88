// SPDX-License-Identifier: Apache-2.0

/// Orders the items of layers so that few lines cross: each item goes to the middle of those it is linked with, again and again.
struct LayerOrder: Sendable {
    private static let rounds = 12

    private var layers: [[Int]]
    private var above: [[Int]]
    private var below: [[Int]]

    /// The layers of a graph, ordered.
    static func ordered(_ flow: FlowLayers) -> [[Int]] {
        var order = LayerOrder(flow)
        return order.best()
    }

    private init(_ flow: FlowLayers) {
        above = Array(repeating: [], count: flow.items.count)
        below = above
        layers = flow.layers
        for stretch in flow.stretches.joined() {
            for source in stretch.sources {
                for target in stretch.targets {
                    above[target].append(source.item)
                    below[source.item].append(target)
                }
            }
        }
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
        // The old place is the second key, so that equals stay where they are.
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
                    sum + lines[..<index].count { ($0.0 - lines[index].0) * ($0.1 - lines[index].1) < 0 }
                }
        }
    }
}
