// SPDX-License-Identifier: Apache-2.0

/// The known name that a misspelled one most likely means: at most a third of its letters are to be added, dropped, changed or
/// swapped with a neighbour; of two that are equally near the one that begins alike; nil when none is near.
public func closestName(to word: String, among known: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased().unicodeScalars)
    // Nobody misspells a name this long; comparing it would cost its square.
    guard wanted.count <= 256 else { return nil }
    var best: (word: String, distance: Int, alike: Int)?
    for candidate in known {
        let letters = Array(candidate.lowercased().unicodeScalars)
        let length = max(wanted.count, letters.count)
        // To one letter each other one is near.
        let limit = min(best?.distance ?? Int.max, length < 2 ? 0 : max(1, length / 3))
        guard let distance = editDistance(wanted, letters, atMost: limit) else { continue }
        let alike = zip(wanted, letters).prefix { $0 == $1 }.count
        if let best, distance == best.distance, alike <= best.alike { continue }
        best = (candidate, distance, alike)
    }
    return best?.word
}

/// `; did you mean 'x'?` for the nearest known name, or something else to say.
public func didYouMean(_ word: String, among known: some Sequence<String>, orElse hint: String = "") -> String {
    closestName(to: word, among: known).map { "; did you mean '\($0)'?" } ?? hint
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour; nil when more than a limit.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost limit: Int) -> Int? {
    guard limit >= 0, abs(left.count - right.count) <= limit else { return nil }
    var twoRowsUp: [Int] = []
    var rowUp = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        current.reserveCapacity(right.count + 1)
        for (column, other) in right.enumerated() {
            var cost = min(rowUp[column + 1], current[column]) + 1
            cost = min(cost, rowUp[column] + (letter == other ? 0 : 1))
            if row > 0, column > 0, letter == right[column - 1], other == left[row - 1] {
                cost = min(cost, twoRowsUp[column - 1] + 1)
            }
            current.append(cost)
        }
        guard current.contains(where: { $0 <= limit }) else { return nil }
        (twoRowsUp, rowUp) = (rowUp, current)
    }
    return rowUp[right.count] <= limit ? rowUp[right.count] : nil
}
