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

    /// Makes a setting.
    public init(_ content: Content, at place: Place? = nil) {
        self.content = content
        self.place = place
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
    public var plainValue: Value {
        switch content {
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
