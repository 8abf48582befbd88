// SPDX-License-Identifier: Apache-2.0

/// Finds circles in what follows what, each once, without a deep stack however long a chain is.
///
/// - Parameter predecessors: for each element, the elements before it.
/// - Returns: each circle in order, at most twenty.
func cycles(in predecessors: [[Int]]) -> [[Int]] {
    var result: [[Int]] = []
    var removed: Set<Int> = []
    while result.count < 20 {
        let rest = elementsOnOrAfterCycles(predecessors, without: removed)
        guard let start = rest.min() else { break }
        // Every element of the rest has one before it in the rest, so walking back must come to a circle.
        var path: [Int] = []
        var position: [Int: Int] = [:]
        var current = start
        while position[current] == nil {
            position[current] = path.count
            path.append(current)
            guard let before = predecessors[current].first(where: rest.contains) else { break }
            current = before
        }
        let cycle = Array(path[(position[current] ?? 0)...].reversed())
        result.append(rotated(cycle))
        removed.formUnion(cycle)
    }
    return result
}

/// What is left when, again and again, everything with nothing left before it is taken away.
private func elementsOnOrAfterCycles(_ predecessors: [[Int]], without removed: Set<Int>) -> Set<Int> {
    var followers = [[Int]](repeating: [], count: predecessors.count)
    var waitsFor = [Int](repeating: 0, count: predecessors.count)
    var left = Set(predecessors.indices).subtracting(removed)
    for element in left {
        for before in Set(predecessors[element]) where left.contains(before) {
            followers[before].append(element)
            waitsFor[element] += 1
        }
    }
    var free = left.filter { waitsFor[$0] == 0 }
    while let element = free.popFirst() {
        left.remove(element)
        for follower in followers[element] {
            waitsFor[follower] -= 1
            if waitsFor[follower] == 0 { free.insert(follower) }
        }
    }
    return left
}

/// The circle from its smallest element on, so that it is told alike each time.
private func rotated(_ cycle: [Int]) -> [Int] {
    guard let smallest = cycle.min(), let start = cycle.firstIndex(of: smallest) else { return cycle }
    return Array(cycle[start...] + cycle[..<start])
}
