// SPDX-License-Identifier: Apache-2.0

/// A value of a parameter, an output, a fact or a variable.
public indirect enum Value: Hashable, Sendable {
    case null
    case text(String)
    case integer(Int)
    case number(Double)
    case bool(Bool)
    case duration(Duration)
    /// A size in bytes.
    case size(Int)
    case list([Value])
    /// Where a secret is to be read when it is needed; never the secret itself.
    case secret(SecretSource)

    /// How the value reaches a program and a person; a secret shows as `•••`, which is for persons only.
    public var text: String {
        switch self {
        case .null: ""
        case .text(let text): text
        case .integer(let number), .size(let number): String(number)
        case .number(let number): Value.text(of: number)
        case .bool(let flag): flag ? "true" : "false"
        case .duration(let duration): Value.text(of: Double(duration.microseconds) / 1_000_000)
        case .list(let items): items.map(\.text).joined(separator: "\n")
        case .secret: "•••"
        }
    }

    /// Whether it is a secret, or a list that holds one.
    public var holdsSecret: Bool {
        switch self {
        case .secret: true
        case .list(let items): items.contains(where: \.holdsSecret)
        default: false
        }
    }

    private static func text(of number: Double) -> String {
        Int(exactly: number).map { String($0) } ?? String(number)
    }
}

/// Where a secret's value is read from at the moment it is needed.
public enum SecretSource: Hashable, Codable, Sendable, CustomStringConvertible {
    case environment(String)
    case file(String)
    /// Asked of the person at the terminal.
    case prompt

    /// The source as it is written: `env:NAME`, `file:/path` or `prompt`.
    public var description: String {
        switch self {
        case .environment(let name): "env:" + name
        case .file(let path): "file:" + path
        case .prompt: "prompt"
        }
    }

    /// Reads `env:NAME`, `file:/path` or `prompt`; anything else is nil, so that a secret's own value is refused.
    public init?(_ text: String) {
        switch text {
        case "prompt": self = .prompt
        case _ where text.hasPrefix("env:") && text.utf8.count > 4: self = .environment(String(text.dropFirst(4)))
        case _ where text.hasPrefix("file:/"): self = .file(String(text.dropFirst(5)))
        default: return nil
        }
    }
}

extension Value: Codable {
    private enum Key: String, CodingKey {
        case duration, size, secret
    }

    /// Writes plain JSON where JSON has the kind; durations (seconds), sizes and secret sources as an object of one key.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .duration(let duration):
            var keyed = encoder.container(keyedBy: Key.self)
            try keyed.encode(Double(duration.microseconds) / 1_000_000, forKey: .duration)
        case .size(let bytes):
            var keyed = encoder.container(keyedBy: Key.self)
            try keyed.encode(bytes, forKey: .size)
        case .secret(let source):
            var keyed = encoder.container(keyedBy: Key.self)
            try keyed.encode(source.description, forKey: .secret)
        default:
            try encodePlain(to: encoder)
        }
    }

    private func encodePlain(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .text(let text): try single.encode(text)
        case .integer(let number): try single.encode(number)
        case .number(let number) where number.isFinite: try single.encode(number)
        case .number(let number): try single.encode(String(number))
        case .bool(let flag): try single.encode(flag)
        case .list(let items): try single.encode(items)
        case .null, .duration, .size, .secret: try single.encodeNil()
        }
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: Key.self), !keyed.allKeys.isEmpty {
            self = try Value(keyed: keyed)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let flag = try? single.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? single.decode(Int.self) {
            self = .integer(number)
        } else if let number = try? single.decode(Double.self) {
            self = .number(number)
        } else if let text = try? single.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try single.decode([Value].self))
        }
    }

    private init(keyed: KeyedDecodingContainer<Key>) throws {
        if let seconds = try keyed.decodeIfPresent(Double.self, forKey: .duration) {
            // Whoever wrote it meant a length a clock can tell; anything else is cut to what fits.
            self = .duration(.microseconds(Int64((seconds * 1_000_000).clamped(to: 9e18).rounded())))
        } else if let bytes = try keyed.decodeIfPresent(Int.self, forKey: .size) {
            self = .size(bytes)
        } else {
            let source = try keyed.decode(String.self, forKey: .secret)
            self = .secret(SecretSource(source) ?? .prompt)
        }
    }
}

extension Double {
    /// The number, or the limit where it is beyond it; what is no number is zero.
    fileprivate func clamped(to limit: Double) -> Double { isNaN ? 0 : Swift.min(Swift.max(self, -limit), limit) }
}
