// SPDX-License-Identifier: Apache-2.0

/// The lines between two layers: on which row each of them runs.
///
/// A net comes down from its sources to its track, runs along it, and goes down to its targets. Where the source of one net
/// stands above the target of another, its track must lie above the other's, or the two would lie on each other.
struct Channel: Sendable {
    struct Net: Sendable {
        /// The columns it comes from.
        var sources: [Int]
        /// The columns it goes to.
        var targets: [Int]
        /// Sources that are not at the top but at the track of another net.
        var feeders: [Int: Int] = [:]
        /// The net that this one only leads to.
        var feeds: Int?
        /// Its row; a net that goes straight down needs none.
        var track: Int?

        var isStraight: Bool { sources == targets && sources.count == 1 }
        var span: ClosedRange<Int> {
            let all = sources + targets
            return (all.min() ?? 0)...(all.max() ?? 0)
        }
    }

    private(set) var nets: [Net]
    private(set) var trackCount = 0

    /// Finds tracks for nets; all sources have columns of their own, and so have all targets.
    init(_ nets: [Net]) {
        self.nets = nets
        assignTracks()
    }

    private mutating func assignTracks() {
        var waiting = nets.indices.filter { !nets[$0].isStraight }.sorted(by: comesFirst)
        while !waiting.isEmpty {
            if let next = waiting.firstIndex(where: { net in
                waiting.allSatisfy { $0 == net || !mustLie($0, above: net) }
            }) {
                place(waiting.remove(at: next))
            } else {
                waiting = detour(waiting)
            }
        }
    }

    /// Lines that go right cross least when the rightmost comes first, and the other way round.
    private func comesFirst(_ one: Int, _ other: Int) -> Bool {
        func key(_ net: Net) -> Int {
            let source = net.sources[0]
            return net.targets.allSatisfy { $0 >= source } ? -source : source
        }
        return (key(nets[one]), one) < (key(nets[other]), other)
    }

    private func mustLie(_ one: Int, above other: Int) -> Bool {
        if nets[one].feeds == other { return true }
        return nets[one].sources.contains { source in
            nets[one].feeders[source] == nil && nets[other].targets.contains(source)
                && !nets[one].targets.contains(source)
        }
    }

    private mutating func place(_ net: Int) {
        let before = nets.indices.filter { mustLie($0, above: net) }.compactMap { nets[$0].track }
        var track = (before.max() ?? -1) + 1
        while nets.contains(where: { $0.track == track && $0.span.overlaps(nets[net].span.widened) }) { track += 1 }
        nets[net].track = track
        trackCount = max(trackCount, track + 1)
    }

    /// Nets that must all lie above each other: the first goes by another column first.
    private mutating func detour(_ waiting: [Int]) -> [Int] {
        for net in waiting {
            for source in nets[net].sources where nets[net].feeders[source] == nil {
                let isInTheWay = waiting.contains { $0 != net && nets[$0].targets.contains(source) }
                guard isInTheWay else { continue }
                let column = freeColumn(near: source)
                nets.append(Net(sources: [source], targets: [column], feeds: net))
                nets[net].sources.removeAll { $0 == source }
                nets[net].sources.append(column)
                nets[net].feeders[column] = nets.count - 1
                return [nets.count - 1] + waiting
            }
        }
        return []
    }

    private func freeColumn(near column: Int) -> Int {
        let taken = Set(nets.flatMap { $0.sources + $0.targets })
        var distance = 2
        while true {
            if !taken.contains(column + distance) { return column + distance }
            distance += 2
        }
    }
}

extension ClosedRange<Int> {
    /// With a column more at each end, so that two lines on one track do not touch.
    fileprivate var widened: ClosedRange<Int> { (lowerBound - 1)...(upperBound + 1) }
}
