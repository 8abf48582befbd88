// SPDX-License-Identifier: Apache-2.0

import Model

/// Where lines leave and enter the items of a drawing, as distances from the middle of each.
struct Ports: Sendable {
    /// The columns between two places that lines leave at: room for a line and its condition.
    static let leavingDistance = 8
    /// The columns between two places that lines enter at.
    static let enteringDistance = 4

    private struct Place: Hashable {
        let item: Int
        let bus: Int
    }

    private var leaving: [Place: (offset: Int, condition: LinkCondition?)] = [:]
    private var entering: [Place: Int] = [:]

    /// Places for every stretch; they stand in the order of what they lead to, so that lines of one item do not cross.
    init(_ flow: FlowLayers) {
        var positions = [Int](repeating: 0, count: flow.items.count)
        for layer in flow.layers { for (position, item) in layer.enumerated() { positions[item] = position } }
        for stretches in flow.stretches {
            addLeaving(stretches, positions)
            addEntering(stretches, positions)
        }
    }

    private mutating func addLeaving(_ stretches: [FlowLayers.Stretch], _ positions: [Int]) {
        var found: [Int: [(bus: Int, condition: LinkCondition?, middle: Double)]] = [:]
        for stretch in stretches {
            let middle = Self.mean(stretch.targets.map { positions[$0] })
            for source in stretch.sources {
                found[source.item, default: []].append((stretch.bus, source.condition, middle))
            }
        }
        for (item, ports) in found {
            let order = ports.sorted { ($0.middle, $0.bus) < ($1.middle, $1.bus) }
            for (port, offset) in zip(order, Self.offsets(order.count, Self.leavingDistance)) {
                leaving[Place(item: item, bus: port.bus)] = (offset, port.condition)
            }
        }
    }

    private mutating func addEntering(_ stretches: [FlowLayers.Stretch], _ positions: [Int]) {
        var found: [Int: [(bus: Int, middle: Double)]] = [:]
        for stretch in stretches {
            let middle = Self.mean(stretch.sources.map { positions[$0.item] })
            for target in stretch.targets { found[target, default: []].append((stretch.bus, middle)) }
        }
        for (item, ports) in found {
            let order = ports.sorted { ($0.middle, $0.bus) < ($1.middle, $1.bus) }
            for (port, offset) in zip(order, Self.offsets(order.count, Self.enteringDistance)) {
                entering[Place(item: item, bus: port.bus)] = offset
            }
        }
    }

    /// Where a bus leaves an item.
    func leaving(_ item: Int, _ bus: Int) -> Int { leaving[Place(item: item, bus: bus)]?.offset ?? 0 }

    /// Where a bus enters an item.
    func entering(_ item: Int, _ bus: Int) -> Int { entering[Place(item: item, bus: bus)] ?? 0 }

    /// The places lines leave an item at, with what they are left by.
    func all(leaving item: Int) -> [(offset: Int, condition: LinkCondition)] {
        leaving.compactMap { place, port in place.item == item ? port.condition.map { (port.offset, $0) } : nil }
    }

    /// Distances of a number of places around a middle.
    private static func offsets(_ count: Int, _ distance: Int) -> [Int] {
        (0..<count).map { -(count - 1) * distance / 2 + $0 * distance }
    }

    private static func mean(_ numbers: [Int]) -> Double {
        Double(numbers.reduce(0, +)) / Double(max(1, numbers.count))
    }
}
