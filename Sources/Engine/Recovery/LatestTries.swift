// SPDX-License-Identifier: Apache-2.0

import Model

/// The latest try of each step on each lane, found by the number of its node: each costs the same, however many there are.
struct LatestTries: Sendable {
    private let shape: PlanShape
    private let records: [StepRecord]
    /// For each node the place of its latest try among the records; -1 = it was never tried.
    private let places: [Int32]

    init(_ records: [StepRecord], _ shape: PlanShape) {
        var places = [Int32](repeating: -1, count: shape.nodeCount)
        for (place, record) in records.enumerated() {
            guard let node = shape.node(record.key) else { continue }
            let known = Int(places[node])
            if known < 0 || record.attempt >= records[known].attempt { places[node] = Int32(place) }
        }
        self.shape = shape
        self.records = records
        self.places = places
    }

    subscript(key: StepKey) -> StepRecord? {
        guard let node = shape.node(key), places[node] >= 0 else { return nil }
        return records[Int(places[node])]
    }

    func state(_ key: StepKey) -> StepState? {
        guard let node = shape.node(key), places[node] >= 0 else { return nil }
        return records[Int(places[node])].state
    }

    func attempt(_ key: StepKey) -> Int {
        guard let node = shape.node(key), places[node] >= 0 else { return 0 }
        return records[Int(places[node])].attempt
    }
}

/// Steps on lanes, in the order of their keys.
struct NodeSet: Sendable {
    private let shape: PlanShape
    private var marks: [Bool]
    private(set) var isEmpty = true

    init(_ shape: PlanShape) {
        self.shape = shape
        marks = Array(repeating: false, count: shape.nodeCount)
    }

    /// Adds a step on a lane; false when it is in the set already, or no step of the plan.
    mutating func insert(_ key: StepKey) -> Bool {
        guard let node = shape.node(key), !marks[node] else { return false }
        marks[node] = true
        isEmpty = false
        return true
    }

    /// All of them.
    var keys: [StepKey] {
        shape.steps.indices.flatMap { step in
            shape.lanes(of: step).indices.lazy.filter { marks[shape.steps[step].offset + $0] }
                .map { shape.key(step, at: $0) }
        }
    }
}

extension PlanShape {
    /// The node of a step on a lane; nil when the plan has none.
    fileprivate func node(_ key: StepKey) -> Int? {
        steps.indices.contains(key.step) ? node(key.step, lane: key.lane) : nil
    }
}
