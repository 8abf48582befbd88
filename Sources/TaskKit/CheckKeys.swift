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
    let names = specs.map(\.name)
    let meant = meantKeys(settings, known: names)
    return checkKeys(settings, known: names, at: "", isWholeTask: true)
        + missingKeys(settings, specs).filter { !meant.contains($0.path) }
}

/// The keys that misspelled ones of a map are taken for; they are not missing as well.
package func meantKeys(_ settings: Setting, known names: [String]) -> Set<String> {
    Set(settings.entries.map(\.key).filter { !names.contains($0) }.compactMap { nameMeant(by: $0, among: names) })
}

/// The known name that a key means: as other tools have it, or misspelled.
private func nameMeant(by key: String, among names: [String]) -> String? {
    if let ours = names.first(where: { synonyms[$0]?.contains(key) ?? false }) { return ours }
    return hintOfTask(key) == nil ? closestName(to: key, among: names) : nil
}

/// What is wrong with the keys of a map that a task type reads itself.
///
/// - Parameters:
///   - settings: The map.
///   - names: The keys it may have.
///   - path: Where the map stands below `with`, such as `errorWhen`.
/// - Returns: An error for every key that is not known, with the name that was probably meant.
public func checkKeys(_ settings: Setting, known names: [String], at path: String = "") -> [ParameterError] {
    checkKeys(settings, known: names, at: path, isWholeTask: false)
}

private func checkKeys(
    _ settings: Setting, known names: [String], at path: String, isWholeTask: Bool
) -> [ParameterError] {
    settings.entries.filter { !names.contains($0.key) }.map { entry in
        let known = names.isEmpty ? "; there are no parameters" : "; known are " + names.joined(separator: ", ")
        let meant = nameMeant(by: entry.key, among: names).map { "; did you mean '\($0)'?" }
        let hint = isWholeTask ? hintOfTask(entry.key) ?? hintOfForeignTask(entry.key).map { "; " + $0 } : nil
        let full = path.isEmpty ? entry.key : path + "/" + entry.key
        return ParameterError(full, "is not known" + (meant ?? hint ?? known), at: entry.place ?? entry.value.place)
    }
}

/// Keys as other tools have them, by ours.
private let synonyms: [String: Set<String>] = [
    "environment": ["env", "environ", "vars"], "arguments": ["args", "argv", "parameters", "params"],
    "program": ["cmd", "command", "exec", "executable", "binary"],
    "script": ["shell", "run", "bash", "inline", "code", "content"],
    "directory": ["chdir", "cwd", "workdir", "working_directory", "working-directory"], "stdin": ["input"],
    "message": ["prompt", "msg", "text", "question"], "url": ["uri", "address", "endpoint"],
    "values": ["vars", "params", "parameters", "inputs", "with", "arguments"], "job": ["playbook", "workflow", "name"],
    "when": ["if", "condition", "expression", "expr"], "status": ["status_code", "statusCode", "expected"],
    "approvers": ["users", "assignees", "reviewers"], "verify": ["validate_certs", "insecure", "verify_ssl"],
]

/// What to say of a key that belongs to the task itself.
private func hintOfTask(_ key: String) -> String? {
    let keys = [
        "title", "on", "after", "join", "require", "effect", "account", "become", "timeLimit", "onTimeLimit", "retry",
        "errorReflection", "batch", "between", "stopAfter", "parallel",
    ]
    return keys.contains(key) ? "; it is a key of the task itself: write it beside with, not under it" : nil
}

private func missingKeys(_ settings: Setting, _ specs: [ParameterSpec]) -> [ParameterError] {
    specs.filter { $0.isRequired && (settings[$0.name]?.content ?? .empty) == .empty }
        .map { ParameterError($0.name, "is missing", at: settings.place) }
}
