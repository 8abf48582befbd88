// SPDX-License-Identifier: Apache-2.0

import Model

/// A value as it is kept: JSON from which exactly the same value is read again.
///
/// The JSON that people and programs see writes 2.0 as 2 and a duration as seconds; here every kind that JSON does not have
/// itself is named.
struct StoredValue: Codable {
    let value: Value

    private enum Kind: String, CodingKey {
        case number, seconds, attoseconds, size, secret
    }

    init(_ value: Value) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        switch value {
        case .number(let number):
            var keyed = encoder.container(keyedBy: Kind.self)
            try keyed.encode(String(number), forKey: .number)
        case .duration(let duration):
            var keyed = encoder.container(keyedBy: Kind.self)
            try keyed.encode(duration.components.seconds, forKey: .seconds)
            try keyed.encode(duration.components.attoseconds, forKey: .attoseconds)
        case .size(let bytes):
            var keyed = encoder.container(keyedBy: Kind.self)
            try keyed.encode(bytes, forKey: .size)
        case .secret(let source):
            var keyed = encoder.container(keyedBy: Kind.self)
            try keyed.encode(source, forKey: .secret)
        default: try encodePlain(to: encoder)
        }
    }

    private func encodePlain(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch value {
        case .text(let text): try single.encode(text)
        case .integer(let number): try single.encode(number)
        case .bool(let flag): try single.encode(flag)
        case .list(let items): try single.encode(items.map(StoredValue.init))
        case .null, .number, .duration, .size, .secret: try single.encodeNil()
        }
    }

    init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: Kind.self) {
            value = try StoredValue.read(keyed)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            value = .null
        } else if let flag = try? single.decode(Bool.self) {
            value = .bool(flag)
        } else if let number = try? single.decode(Int.self) {
            value = .integer(number)
        } else if let text = try? single.decode(String.self) {
            value = .text(text)
        } else {
            value = .list(try single.decode([StoredValue].self).map(\.value))
        }
    }

    private static func read(_ keyed: KeyedDecodingContainer<Kind>) throws -> Value {
        if let text = try keyed.decodeIfPresent(String.self, forKey: .number) {
            guard let number = Double(text) else {
                throw DecodingError.dataCorruptedError(forKey: .number, in: keyed, debugDescription: "not a number")
            }
            return .number(number)
        }
        if let bytes = try keyed.decodeIfPresent(Int.self, forKey: .size) { return .size(bytes) }
        if let source = try keyed.decodeIfPresent(SecretSource.self, forKey: .secret) { return .secret(source) }
        let seconds = try keyed.decode(Int64.self, forKey: .seconds)
        let attoseconds = try keyed.decode(Int64.self, forKey: .attoseconds)
        return .duration(Duration(secondsComponent: seconds, attosecondsComponent: attoseconds))
    }
}

extension StoredValue {
    /// Named values, as they are kept; nil when there are none.
    static func all(_ values: [String: Value]) -> [String: StoredValue]? {
        values.isEmpty ? nil : values.mapValues { StoredValue($0) }
    }

    /// Reads back what `all(_:)` gave.
    static func read(_ stored: [String: StoredValue]?) -> [String: Value] { (stored ?? [:]).mapValues { $0.value } }
}
