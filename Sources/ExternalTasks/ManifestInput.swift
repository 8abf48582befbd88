// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

extension Manifest.Input {
    /// Reads a parameter as `name: {type, required, default, choices, help}`.
    init(_ entry: Setting.Entry, at path: String) throws(ParameterError) {
        let keys = ["type", "required", "default", "choices", "help"]
        guard entry.key != "thresholds" else {
            throw ParameterError(path, "is read by the product itself", at: entry.place)
        }
        guard case .map = entry.value.content else {
            throw ParameterError(path, "must be a map such as {type: path}", at: entry.value.place)
        }
        if let error = checkKeys(entry.value, known: keys, at: path).first { throw error }
        let values = ParameterValues(entry.value, isFilled: true)
        do throws(ParameterError) {
            let kind = try readKind(values)
            let choices = try values.texts("choices")
            guard (kind == .choice) == !choices.isEmpty else {
                throw ParameterError("choices", "belong to type choice, and are needed there", at: entry.value.place)
            }
            let standard = values.has("default") ? try readInput(values, "default", kind, choices) : nil
            let isRequired = try values.flag("required", default: false)
            let help = try values.localized("help") ?? ""
            self.init(
                spec: ParameterSpec(
                    entry.key, kind == .list ? .values : .value(kind), required: isRequired && standard == nil,
                    choices: choices, help),
                kind: kind, standard: standard)
        } catch {
            throw ParameterError("\(path)/\(error.path)", error.message, at: error.place)
        }
    }
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
