// SPDX-License-Identifier: Apache-2.0

/// Finds the column of each item: as near as possible to those it is linked with, in the order of its layer, none over another.
struct LayerPlaces: Sendable {
    /// The columns an item takes up left and right of its own.
    struct Extent: Sendable {
        let left: Int
        let right: Int
    }

    /// A line from an item to one in the next layer, and how much further right it begins at the one than it ends at the other.
    struct Line: Sendable {
        let from: Int
        let to: Int
        let offset: Int
    }

    private static let gap = 3
    private static let rounds = 6

    private let layers: [[Int]]
    private let extents: [Extent]
    private var columns: [Double]
    private let wantedFromAbove: [[(item: Int, offset: Double)]]
    private let wantedFromBelow: [[(item: Int, offset: Double)]]

    /// The column of each item; the leftmost extent begins at column 0.
    static func columns(_ layers: [[Int]], _ extents: [Extent], _ lines: [Line]) -> [Int] {
        var places = LayerPlaces(layers, extents, lines)
        for _ in 0..<rounds {
            for layer in layers { places.settle(layer, places.wantedFromAbove) }
            for layer in layers.reversed() { places.settle(layer, places.wantedFromBelow) }
        }
        for layer in layers { places.settle(layer, places.wantedFromAbove) }
        // Even columns only: two lines are then the same line, or have a space between them.
        let even = places.columns.map { 2 * Int(($0 / 2 + 0.5).rounded(.down)) }
        let least = zip(even, extents).map { $0 - $1.left }.min() ?? 0
        return even.map { $0 - least }
    }

    private init(_ layers: [[Int]], _ extents: [Extent], _ lines: [Line]) {
        self.layers = layers
        self.extents = extents
        columns = Array(repeating: 0, count: extents.count)
        var above = [[(item: Int, offset: Double)]](repeating: [], count: extents.count)
        var below = above
        for line in lines {
            above[line.to].append((line.from, Double(line.offset)))
            below[line.from].append((line.to, -Double(line.offset)))
        }
        wantedFromAbove = above
        wantedFromBelow = below
    }

    private mutating func settle(_ layer: [Int], _ neighbours: [[(item: Int, offset: Double)]]) {
        guard !layer.isEmpty else { return }
        // Distances are taken off first, so that all that is left to ask is that no column comes before the one to its left.
        var taken = 0.0
        var distances: [Double] = []
        for (position, item) in layer.enumerated() {
            if position > 0 {
                let distance = extents[layer[position - 1]].right + Self.gap + extents[item].left
                taken += Double(distance + distance % 2)
            }
            distances.append(taken)
        }
        let wanted = zip(layer, distances).map { middle(neighbours[$0], orElse: columns[$0]) - $1 }
        for (position, column) in Self.rising(wanted).enumerated() {
            columns[layer[position]] = column + distances[position]
        }
    }

    private func middle(_ neighbours: [(item: Int, offset: Double)], orElse column: Double) -> Double {
        let wanted = neighbours.map { columns[$0.item] + $0.offset }.sorted()
        guard !wanted.isEmpty else { return column }
        return (wanted[(wanted.count - 1) / 2] + wanted[wanted.count / 2]) / 2
    }

    /// The rising numbers nearest to those wanted: where two would fall, both take their mean.
    private static func rising(_ wanted: [Double]) -> [Double] {
        var blocks: [(sum: Double, count: Int)] = []
        for value in wanted {
            blocks.append((value, 1))
            while blocks.count > 1, mean(blocks[blocks.count - 2]) > mean(blocks[blocks.count - 1]) {
                let last = blocks.removeLast()
                blocks[blocks.count - 1].sum += last.sum
                blocks[blocks.count - 1].count += last.count
            }
        }
        return blocks.flatMap { Array(repeating: mean($0), count: $0.count) }
    }

    private static func mean(_ block: (sum: Double, count: Int)) -> Double { block.sum / Double(block.count) }
}
