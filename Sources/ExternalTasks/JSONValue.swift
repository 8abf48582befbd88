// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Model

/// A value as a plug-in reads and writes it.
enum JSONValue: Codable, Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A number with a fraction or an exponent, or beyond 64 bits, in digits: up to 38 are kept.
    case number(String)
    case text(String)
    case list([JSONValue])

    /// A value for a plug-in: durations in seconds, sizes in bytes.
    ///
    /// A secret is never one.
    init?(_ value: Value) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number), .size(let number): self = .integer(number)
        case .number(let number): self = .number(String(number))
        case .duration: self = .number(value.text)
        case .text(let text): self = .text(text)
        case .list(let items): self = .list(items.compactMap(JSONValue.init))
        case .secret: return nil
        }
    }

    /// Reads any JSON but maps; a list may hold no further list.
    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let flag = try? single.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? single.decode(Int.self) {
            self = .integer(number)
        } else if let number = try? single.decode(Decimal.self) {
            self = .number(number.description)
        } else if let number = try? single.decode(Double.self) {
            self = .number(String(number))
        } else if let text = try? single.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try single.decode([JSONValue].self))
        }
    }

    /// Writes plain JSON.
    func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .null: try single.encodeNil()
        case .bool(let flag): try single.encode(flag)
        case .integer(let number): try single.encode(number)
        case .number(let digits): try single.encode(Double(digits))
        case .text(let text): try single.encode(text)
        case .list(let items): try single.encode(items)
        }
    }

    /// How the value reads as text; nil for a list.
    var text: String? {
        switch self {
        case .null: ""
        case .bool(let flag): String(flag)
        case .integer(let number): String(number)
        case .number(let digits): digits
        case .text(let text): text
        case .list: nil
        }
    }

    /// The value as one of a kind; nil when it is none.
    ///
    /// It is read like any other text that comes from a host.
    func value(_ kind: ValueKind) -> Value? {
        switch (self, kind) {
        case (.null, _): return .null
        case (.list(let items), .list):
            let texts = items.compactMap(\.text)
            return texts.count == items.count ? .list(texts.map(Value.text)) : nil
        case (.text(let text), .list): return .list([.text(text)])
        default: return text.flatMap(kind.value(from:))
        }
    }
}
