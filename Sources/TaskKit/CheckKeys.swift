// SPDX-License-Identifier: Apache-2.0

public import Model

/// What is wrong with the keys a task wrote under `with`: those that its task type does not know, and those it misses.
///
/// The planner asks for every task, before `decode`; a task type never has to.
public func checkKeys(_ settings: Setting, _ specs: [ParameterSpec]) -> [ParameterError] {
    guard settings.content != .empty else { return missingKeys(settings, specs) }
    guard case .map = settings.content else {
        return [ParameterError("", "must be a map, not \(settings.kind)", at: settings.place)]
    }
    return checkKeys(settings, known: specs.map(\.name)) + missingKeys(settings, specs)
}

/// What is wrong with the keys of a map that a task type reads itself.
///
/// - Parameters:
///   - settings: The map.
///   - names: The keys it may have.
///   - path: Where the map stands below `with`, such as `errorWhen`.
/// - Returns: An error for every key that is not known, with the name that was probably meant.
public func checkKeys(_ settings: Setting, known names: [String], at path: String = "") -> [ParameterError] {
    settings.entries.filter { !names.contains($0.key) }.map { entry in
        let meant = closestName(to: entry.key, among: names).map { "; did you mean '\($0)'?" }
        let known = names.isEmpty ? "; there are no parameters" : "; known are " + names.joined(separator: ", ")
        let full = path.isEmpty ? entry.key : path + "/" + entry.key
        return ParameterError(full, "is not known" + (meant ?? known), at: entry.place ?? entry.value.place)
    }
}

private func missingKeys(_ settings: Setting, _ specs: [ParameterSpec]) -> [ParameterError] {
    specs.filter { $0.isRequired && (settings[$0.name]?.content ?? .empty) == .empty }
        .map { ParameterError($0.name, "is missing", at: settings.place) }
}

/// The name that a misspelled one was probably meant to be: at most two edits away, and fewer than half its letters.
public func closestName(to word: String, among names: [String]) -> String? {
    let distances = names.map { ($0, editDistance(Array(word.lowercased()), Array($0.lowercased()))) }
    guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= 2, best.1 * 2 < max(word.count, 2) else {
        return nil
    }
    return best.0
}

/// The number of single letters to add, drop, change or swap with a neighbour.
private func editDistance(_ one: [Character], _ two: [Character]) -> Int {
    guard one.count <= 64, two.count <= 64 else { return .max }
    var before: [Int] = []
    var row = Array(0...two.count)
    for i in one.indices {
        var next = [i + 1]
        for j in two.indices {
            var cost = min(next[j] + 1, row[j + 1] + 1, row[j] + (one[i] == two[j] ? 0 : 1))
            if i > 0, j > 0, one[i] == two[j - 1], one[i - 1] == two[j] { cost = min(cost, before[j - 1] + 1) }
            next.append(cost)
        }
        (before, row) = (row, next)
    }
    return row[two.count]
}
