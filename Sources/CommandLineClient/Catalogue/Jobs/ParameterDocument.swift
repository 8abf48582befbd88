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
    let min: Limit?
    let max: Limit?
    /// Whether the inventory may give it.
    let fromInventory: Bool
    let help: Localized

    /// A limit as programs see it: a number, of bytes for a size, of seconds for a duration.
    struct Limit: Encodable, Sendable {
        let value: Value

        func encode(to encoder: any Encoder) throws {
            var single = encoder.singleValueContainer()
            switch value {
            case .size(let bytes): try single.encode(bytes)
            case .duration(let duration): try single.encode(Double(duration.microseconds) / 1_000_000)
            default: try single.encode(value)
            }
        }
    }

    init(_ parameter: Parameter) {
        name = parameter.name
        type = parameter.kind
        required = parameter.defaultValue == nil && !parameter.isOptional
        `default` = parameter.defaultValue
        choices = parameter.choices.isEmpty ? nil : parameter.choices
        pattern = parameter.pattern
        min = parameter.minimum.map(Limit.init)
        max = parameter.maximum.map(Limit.init)
        fromInventory = parameter.isFromInventory
        help = parameter.help
    }

    /// What a person reads of it, beside its name and type.
    func text(_ language: Language) -> String {
        func phrase(_ english: String, _ values: [String: String] = [:]) -> String {
            Phrases.text(english, language, values)
        }
        let limits =
            switch (min?.value.written, max?.value.written) {
            case (let least?, let most?): phrase("{least} to {most}", ["least": least, "most": most])
            case (let least?, nil): phrase("at least {least}", ["least": least])
            case (nil, let most?): phrase("at most {most}", ["most": most])
            case (nil, nil): ""
            }
        let parts = [
            help.text(language),
            choices.map { phrase("one of {choices}", ["choices": $0.joined(separator: ", ")]) } ?? "",
            limits, pattern.map { phrase("matches {pattern}", ["pattern": $0]) } ?? "",
            fromInventory ? phrase("the inventory may give it") : "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// The default as it would be written, or that there is none.
    func defaultText(_ language: Language) -> String {
        guard let value = `default` else { return required ? Phrases.text("(must be given)", language) : "" }
        return value.written
    }

    /// Rows of a table.
    static let header = ["NAME", "TYPE", "DEFAULT", "WHAT IT IS"]

    func row(_ language: Language) -> [String] { [name, type.rawValue, defaultText(language), text(language)] }
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
