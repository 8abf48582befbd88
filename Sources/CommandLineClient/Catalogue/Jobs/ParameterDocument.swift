// SPDX-License-Identifier: Apache-2.0

import Model

/// A parameter as programs see it.
struct ParameterDocument: Encodable, Sendable {
    let name: String
    let type: ValueKind
    let required: Bool
    let `default`: Value?
    let choices: [String]?
    let pattern: String?
    let min: Double?
    let max: Double?
    /// Whether the inventory may give it.
    let fromInventory: Bool
    let help: Localized

    init(_ parameter: Parameter) {
        name = parameter.name
        type = parameter.kind
        required = parameter.defaultValue == nil && !parameter.isOptional
        `default` = parameter.defaultValue
        choices = parameter.choices.isEmpty ? nil : parameter.choices
        pattern = parameter.pattern
        min = parameter.minimum
        max = parameter.maximum
        fromInventory = parameter.isFromInventory
        help = parameter.help
    }

    /// What a person reads of it, beside its name and type.
    func text(_ language: Language) -> String {
        let limits =
            switch (min.map(limit), max.map(limit)) {
            case (let least?, let most?): "\(least) to \(most)"
            case (let least?, nil): "at least \(least)"
            case (nil, let most?): "at most \(most)"
            case (nil, nil): ""
            }
        let parts = [
            help.text(language), choices.map { "one of " + $0.joined(separator: ", ") } ?? "", limits,
            pattern.map { "matches \($0)" } ?? "", fromInventory ? "the inventory may give it" : "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private func limit(_ number: Double) -> String {
        type == .duration ? Duration.milliseconds(Int64(number * 1000)).written : Value.number(number).text
    }

    /// The default as it would be written, or that there is none.
    var defaultText: String {
        guard let value = `default` else { return required ? "(must be given)" : "" }
        return value.written
    }

    /// Rows of a table.
    static let header = ["NAME", "TYPE", "DEFAULT", "WHAT IT IS"]

    func row(_ language: Language) -> [String] { [name, type.rawValue, defaultText, text(language)] }
}

extension Value {
    /// The value as a playbook would write it; of a secret only where it is read.
    var written: String {
        switch self {
        case .null: "null"
        case .text(let text): text.isEmpty ? "\"\"" : text
        case .duration(let duration): duration.written
        case .list(let items): "[" + items.map(\.written).joined(separator: ", ") + "]"
        case .secret(let source): source.description
        default: text
        }
    }
}
