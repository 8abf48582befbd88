// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// One side of a comparison, with the kinds that it is by its own type.
///
/// Texts are texts, also where they look like numbers: a value that is filled in has the kind of its parameter or output, and
/// a scalar in quotes is a text.
struct Side {
    private let value: Value
    /// The side as it is written.
    let text: String
    /// As what it may be compared without being told; empty for a text.
    let kinds: Set<Comparison.Kind>

    /// Reads what is compared.
    init(_ setting: Setting) throws(ParameterError) {
        if case .map = setting.content {
            throw ParameterError("value", "must be a value or a list, not a map", at: setting.place)
        }
        self.init(reading: setting)
    }

    private init(reading setting: Setting) {
        switch (setting.value, setting.content) {
        case (let value?, _): self.init(value, value.text)
        case (nil, .scalar(let text, quoted: false)): self.init(.text(text), text, kinds: numericKinds(text))
        case (nil, .list(let items)):
            self.init(.list(items.map { .text($0.text ?? "") }), items.map { $0.text ?? "" }.joined(separator: "\n"))
        default: self.init(.text(setting.text ?? ""), setting.text ?? "")
        }
    }

    private init(_ value: Value, _ text: String, kinds: Set<Comparison.Kind>? = nil) {
        self.value = value
        self.text = text
        self.kinds =
            switch value {
            case _ where kinds != nil: kinds ?? []
            case .integer, .number: numericKinds(text)
            case .size: [.size]
            case .duration: [.duration]
            default: []
            }
    }

    /// What it is compared with: a single value, or the items of a list that is written or filled in.
    static func all(_ setting: Setting) -> [Side] {
        if case .list(let items) = setting.content { return items.map(Side.init(reading:)) }
        if case .list(let items)? = setting.value { return items.map { Side($0, $0.text) } }
        return setting.content == .empty ? [] : [Side(reading: setting)]
    }

    /// Whether it is an absent value, or a text of which an absent one leaves nothing.
    var isAbsent: Bool { text.isEmpty }

    /// The value for a comparison; only as a text is an absent one a value.
    func value(as kind: Comparison.Kind) -> Value {
        if isAbsent { return kind == .text ? .text("") : .null }
        switch value {
        // A plain number is also a number of bytes or seconds.
        case .integer, .number: return kind == .number ? value : .text(text)
        default: return value
        }
    }
}

/// What a number or a scalar without quotes can be.
private func numericKinds(_ text: String) -> Set<Comparison.Kind> {
    let kinds: [(ValueKind, Comparison.Kind)] = [(.number, .number), (.size, .size), (.duration, .duration)]
    return Set(kinds.filter { $0.0.value(from: text) != nil }.map(\.1))
}
