// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model

/// What a JSON document holds at a place.
enum FoundJSON: Hashable, Sendable, CustomStringConvertible {
    case null
    case text(String)
    case flag(Bool)
    /// A number in digits.
    case number(String)
    case list
    case map

    /// The value for a message; a text stands in quotes.
    var description: String {
        switch self {
        case .null: "null"
        case .text(let text): "'\(text)'"
        case .flag(let flag): String(flag)
        case .number(let digits): digits
        case .list: "a list"
        case .map: "a map"
        }
    }
}

/// What a task expects at a place of a JSON document.
enum ExpectedJSON: Hashable, Sendable, CustomStringConvertible {
    /// `null` or nothing.
    case null
    /// A text as written; a number, too, when it is written as one and without quotes.
    case value(String, number: ExactNumber?)

    /// Reads what is written; nil when it is a list or a map.
    init?(_ setting: Setting) {
        switch setting.content {
        case .empty: self = .null
        case .scalar(let text, let quoted): self = .value(text, number: quoted ? nil : ExactNumber(text))
        case .list, .map: return nil
        }
    }

    /// Whether a value is the expected one: as written, or, where both are numbers by type, as numbers.
    func matches(_ found: FoundJSON) -> Bool {
        switch (self, found) {
        case (.null, .null): true
        case (.value(let text, _), .text(let other)): text == other
        case (.value(let text, _), .flag(let flag)): text == String(flag)
        case (.value(let text, let number), .number(let digits)):
            text == digits || number != nil && number == ExactNumber(digits)
        default: false
        }
    }

    /// The value for a message.
    var description: String {
        switch self {
        case .null: "null"
        case .value(let text, let number): number == nil ? "'\(text)'" : text
        }
    }
}
