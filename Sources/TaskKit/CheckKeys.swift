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
        let known = names.isEmpty ? "; there are no parameters" : "; known are " + names.joined(separator: ", ")
        let meant = didYouMean(entry.key, among: names, orElse: known)
        let full = path.isEmpty ? entry.key : path + "/" + entry.key
        return ParameterError(full, "is not known" + meant, at: entry.place ?? entry.value.place)
    }
}

private func missingKeys(_ settings: Setting, _ specs: [ParameterSpec]) -> [ParameterError] {
    specs.filter { $0.isRequired && (settings[$0.name]?.content ?? .empty) == .empty }
        .map { ParameterError($0.name, "is missing", at: settings.place) }
}
