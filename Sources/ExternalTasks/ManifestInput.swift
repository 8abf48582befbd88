// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// Reads a parameter as `name: {type, required, default, choices, help}`, and all that is wrong with it.
func readManifestInput(_ entry: Setting.Entry, at path: String) -> (Manifest.Input?, [ParameterError]) {
    guard entry.key != "thresholds" else {
        return (nil, [ParameterError(path, "is read by the product itself", at: entry.place)])
    }
    guard case .map = entry.value.content else {
        return (nil, [ParameterError(path, "must be a map such as {type: path}", at: entry.value.place)])
    }
    let unknown = checkKeys(entry.value, known: ["type", "required", "default", "choices", "help"], at: path)
    let (input, errors) = readInput(entry.key, ParameterValues(entry.value, isFilled: true))
    let placed = errors.map { ParameterError("\(path)/\($0.path)", $0.message, at: $0.place) }
    return (unknown.isEmpty ? input : nil, unknown + placed)
}

private func readInput(_ name: String, _ values: ParameterValues) -> (Manifest.Input?, [ParameterError]) {
    var collector = Collector()
    let known = collector.take { () throws(ParameterError) in try readKind(values) }
    let choices = collector.take { () throws(ParameterError) in try readChoices(values, known) } ?? []
    let isRequired =
        collector.take { () throws(ParameterError) in try values.flag("required", default: false) } ?? false
    let help = collector.take { () throws(ParameterError) in try values.localized("help") } ?? nil
    guard let kind = known, kind != .choice || !choices.isEmpty else { return (nil, collector.errors) }
    let standard =
        collector.take { () throws(ParameterError) in
            values.has("default") ? try readInput(values, "default", kind, choices) : nil
        } ?? nil
    guard collector.errors.isEmpty else { return (nil, collector.errors) }
    let spec = ParameterSpec(
        name, kind == .list ? .values : .value(kind), required: isRequired && standard == nil, choices: choices,
        help ?? "")
    return (Manifest.Input(spec: spec, kind: kind, standard: standard), [])
}

/// The choices, which belong to one kind; where the kind is not known, nothing is said of them.
private func readChoices(_ values: ParameterValues, _ kind: ValueKind?) throws(ParameterError) -> [String] {
    let choices = try values.texts("choices")
    guard let kind, (kind == .choice) != !choices.isEmpty else { return choices }
    throw ParameterError("choices", "belong to type choice, and are needed there", at: values.settings.place)
}

private func readKind(_ values: ParameterValues) throws(ParameterError) -> ValueKind {
    let kind = try values.choice("type", default: ValueKind.text)
    guard values.has("type"), kind != .secret else {
        throw ParameterError(
            "type", "must be a kind of value; secrets are not given to external task types",
            at: values.setting("type")?.place ?? values.settings.place)
    }
    return kind
}

/// The value under a key, of a kind; nil when it is not there or still to come.
func readInput(
    _ values: ParameterValues, _ key: String, _ kind: ValueKind, _ choices: [String]
) throws(ParameterError) -> Value? {
    if kind == .list {
        let texts = try values.texts(key)
        if texts.contains(where: values.isPending(text:)) { return nil }
        return values.has(key) ? .list(texts.map(Value.text)) : nil
    }
    guard let value = try values.value(key, kind) else { return nil }
    guard kind != .choice || choices.contains(value.text) else {
        throw ParameterError(
            key, "must be one of \(choices.joined(separator: ", ")), not '\(excerpt(value.text))'",
            at: values.setting(key)?.place)
    }
    return value
}
