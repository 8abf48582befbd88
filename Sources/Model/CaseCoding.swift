// SPDX-License-Identifier: Apache-2.0

// How the cases of an enum are written in JSON: as an object of one key, the name of the case, with the value itself. A case without
// a value has an empty object.
//
// Earlier versions wrote the value under a key `_0` of a further object. That form is still read, and digests of plans are still
// made over it: so the digest of a plan stays the same whatever version made the plan.

/// The key that held a value in the earlier form.
enum EarlierKey: String, CodingKey {
    case value = "_0"
    /// Of a scalar setting.
    case quoted
}

extension CodingUserInfoKey {
    /// Whether an encoder writes the earlier form; any value says that it does.
    package static let earlierForm = CodingUserInfoKey(rawValue: "earlierForm")
}

extension Encoder {
    var writesEarlierForm: Bool { CodingUserInfoKey.earlierForm.map { userInfo[$0] != nil } ?? false }

    /// Writes a case with its value.
    package func write<Key: CodingKey>(_ key: Key, _ value: some Encodable) throws {
        var keyed = container(keyedBy: Key.self)
        guard writesEarlierForm else { return try keyed.encode(value, forKey: key) }
        var inner = keyed.nestedContainer(keyedBy: EarlierKey.self, forKey: key)
        try inner.encode(value, forKey: .value)
    }

    /// Writes a case without a value.
    package func write<Key: CodingKey>(_ key: Key) {
        var keyed = container(keyedBy: Key.self)
        _ = keyed.nestedContainer(keyedBy: EarlierKey.self, forKey: key)
    }
}

extension KeyedDecodingContainer {
    /// The case that is written here.
    ///
    /// - Throws: `DecodingError` when it is none of the enum's, or not exactly one.
    package func onlyCase() throws -> Key {
        guard allKeys.count == 1, let key = allKeys.first else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: codingPath, debugDescription: "one case is expected"))
        }
        return key
    }

    /// The value of a case, in this version's form or the earlier one.
    package func value<Value: Decodable>(_ type: Value.Type = Value.self, of key: Key) throws -> Value {
        do {
            return try decode(type, forKey: key)
        } catch {
            guard let inner = try? nestedContainer(keyedBy: EarlierKey.self, forKey: key), inner.contains(.value) else {
                throw error
            }
            return try inner.decode(type, forKey: .value)
        }
    }
}
