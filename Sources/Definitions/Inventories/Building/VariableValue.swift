// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Model

extension Setting {
    /// The value of a variable: a number only where its text comes back from it unchanged, and a map as JSON.
    ///
    /// Nobody declares what kind a variable has, and it reaches programs as text: `0644` and `1.10` must arrive as they stand.
    var variableValue: Value {
        switch content {
        case .list(let items): return .list(items.map(\.variableValue))
        case .scalar(let text, quoted: false):
            let value = plainValue
            return value.text == text ? value : .text(text)
        case .map: return .text(json)
        case .empty, .scalar: return plainValue
        }
    }

    /// The map as JSON on one line, its keys in order, so that a program reads what was written.
    private var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Text, numbers and what holds them can always be written.
        return (try? encoder.encode(JSONVariable(setting: self))).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

/// A variable as JSON: what YAML reads as a number or a truth value is one, all else is text.
private struct JSONVariable: Encodable {
    let setting: Setting

    func encode(to encoder: any Encoder) throws {
        switch setting.content {
        case .map(let entries):
            try Dictionary(entries.map { ($0.key, JSONVariable(setting: $0.value)) }) { _, later in later }
                .encode(to: encoder)
        case .list(let items): try items.map(JSONVariable.init).encode(to: encoder)
        case .empty, .scalar: try setting.variableValue.encode(to: encoder)
        }
    }
}
