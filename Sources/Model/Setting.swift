// SPDX-License-Identifier: Apache-2.0

/// A piece of a document as its author wrote it, not yet read as any kind of value, with its place.
public struct Setting: Hashable, Codable, Sendable {
    /// What was written.
    public indirect enum Content: Hashable, Codable, Sendable {
        /// Nothing, `~` or `null`.
        case empty
        /// A scalar as written; `quoted` scalars are always text.
        case scalar(String, quoted: Bool)
        case list([Setting])
        case map([Entry])
    }

    /// One key of a map with its value.
    public struct Entry: Hashable, Codable, Sendable {
        /// The key.
        public let key: String
        /// Where the key stands.
        public let place: Place?
        /// What was written under it.
        public let value: Setting
        /// Makes an entry.
        public init(_ key: String, _ value: Setting, at place: Place? = nil) {
            self.key = key
            self.value = value
            self.place = place
        }
    }

    /// What was written.
    public let content: Content
    /// Where it was written.
    public let place: Place?
    /// The value with its kind that was filled in for a single `${…}`; nil where the text is as its author wrote it.
    public let value: Value?

    /// Makes a setting.
    public init(_ content: Content, at place: Place? = nil, value: Value? = nil) {
        self.content = content
        self.place = place
        self.value = value
    }

    /// The setting under a key, if this is a map that has it.
    public subscript(key: String) -> Setting? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The entries of a map; none for anything else.
    public var entries: [Entry] {
        guard case .map(let entries) = content else { return [] }
        return entries
    }

    /// The scalar's text, if this is one.
    public var text: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// What kind of thing was written, for messages.
    public var kind: String {
        switch content {
        case .empty: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// The value a reader without a declared kind sees: plain `true`, `12`, `1.5` and `null` as YAML 1.2 reads them, all else text.
    ///
    /// What was filled in has its own kind.
    public var plainValue: Value {
        if let value { return value }
        return switch content {
        case .empty: .null
        case .scalar(let text, quoted: true): .text(text)
        case .scalar(let text, quoted: false):
            ValueKind.bool.value(from: text) ?? ValueKind.integer.value(from: text) ?? ValueKind.number.value(
                from: text)
                ?? .text(text)
        case .list(let items): .list(items.map(\.plainValue))
        case .map(let entries): .text(entries.map { "\($0.key)=\($0.value.plainValue.text)" }.joined(separator: ","))
        }
    }
}

extension Setting.Content {
    private enum Key: String, CodingKey { case empty, scalar, quoted, list, map }

    /// Writes `{"scalar": "text"}`, with `"quoted": true` where it is, `{"list": […]}`, `{"map": […]}` or `{"empty": {}}`.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .empty: encoder.write(Key.empty)
        case .scalar(let text, let quoted): try Setting.Content.write(text, quoted, to: encoder)
        case .list(let items): try encoder.write(Key.list, items)
        case .map(let entries): try encoder.write(Key.map, entries)
        }
    }

    private static func write(_ text: String, _ quoted: Bool, to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: Key.self)
        guard encoder.writesEarlierForm else {
            try keyed.encode(text, forKey: .scalar)
            return try keyed.encodeIfPresent(quoted ? true : nil, forKey: .quoted)
        }
        var inner = keyed.nestedContainer(keyedBy: EarlierKey.self, forKey: .scalar)
        try inner.encode(text, forKey: .value)
        try inner.encode(quoted, forKey: .quoted)
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: Key.self)
        guard !keyed.contains(.scalar) else {
            self = try Setting.Content(scalar: keyed)
            return
        }
        switch try keyed.onlyCase() {
        case .list: self = .list(try keyed.value(of: .list))
        case .map: self = .map(try keyed.value(of: .map))
        case .empty, .scalar, .quoted: self = .empty
        }
    }

    private init(scalar keyed: KeyedDecodingContainer<Key>) throws {
        if let text = try? keyed.decode(String.self, forKey: .scalar) {
            self = .scalar(text, quoted: try keyed.decodeIfPresent(Bool.self, forKey: .quoted) ?? false)
        } else {
            let earlier = try keyed.nestedContainer(keyedBy: EarlierKey.self, forKey: .scalar)
            let text = try earlier.decode(String.self, forKey: .value)
            self = .scalar(text, quoted: try earlier.decode(Bool.self, forKey: .quoted))
        }
    }
}
