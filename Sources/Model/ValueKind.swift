// SPDX-License-Identifier: Apache-2.0

/// The kind of a parameter's or an output's value.
public enum ValueKind: String, CaseIterable, Codable, Sendable {
    case text, integer, number, bool, duration, size, path, choice, list, secret
}

extension ValueKind {
    /// Reads text as a value of this kind; nil when it is not one.
    public func value(from text: String) -> Value? {
        switch self {
        case .text, .choice: text.utf8.contains(0) ? nil : .text(text)
        case .integer: Int(text).map(Value.integer)
        case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        case .bool: ["true": true, "false": false][text].map(Value.bool)
        case .duration: Duration(written: text).map(Value.duration)
        case .size: byteCount(written: text).map(Value.size)
        case .path: isSafePath(text) ? .text(text) : nil
        case .list:
            .list(
                text.isEmpty
                    ? []
                    : text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false)
                        .map { .text(String($0)) })
        case .secret: SecretSource(text).map(Value.secret)
        }
    }

    /// What a value of this kind looks like, for messages.
    public var expectation: String {
        switch self {
        case .text: "text without NUL"
        case .integer: "a whole number such as 42"
        case .number: "a number such as 1.5"
        case .bool: "true or false"
        case .duration: "a duration such as 500ms, 90s, 5m, 1h30m or 2d"
        case .size: "a size such as 4096, 64KiB or 10MB"
        case .path: "an absolute path without '..', NUL or newline"
        case .choice: "one of the choices"
        case .list: "a list such as [a, b] or a,b"
        case .secret: "where to read the secret: env:NAME, file:/path or prompt (never the secret itself)"
        }
    }
}

/// Whether a path is absolute, has no `..` step, no NUL or newline, and at most 4,096 bytes.
private func isSafePath(_ text: String) -> Bool {
    // By bytes: a mark that joins the sign before it must not hide a step.
    let dots = [UInt8(ascii: "."), UInt8(ascii: ".")]
    return text.utf8.first == UInt8(ascii: "/") && text.utf8.count <= 4096
        && !text.utf8.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D }
        && !text.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual(dots) }
}

extension Duration {
    /// Reads `500ms`, `90s`, `5m`, `1h30m`, `2d`, or a plain number of seconds.
    public init?(written text: String) {
        if let seconds = Int64(text) {
            guard (0...3_153_600_000).contains(seconds) else { return nil }
            self = .seconds(seconds)
            return
        }
        var total = Duration.zero
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard let amount = Double(digits), let length = Duration.units[String(unit)] else { return nil }
            let microseconds = amount * length
            guard microseconds <= 3.2e15 else { return nil }
            total += .microseconds(Int64(microseconds))
            // Also the sum: text of a host's may have any number of parts.
            guard total <= .microseconds(3_200_000_000_000_000) else { return nil }
            rest = rest.dropFirst(digits.count + unit.count)
        }
        self = total
    }

    private static let units: [String: Double] = [
        "ms": 1e3, "s": 1e6, "m": 6e7, "h": 3.6e9, "d": 8.64e10,
    ]

    /// The duration in the shortest form people read, such as `1h30m`, `90s` → `1m30s`, `250ms`.
    public var written: String {
        let total = milliseconds
        guard total > 0 else { return "0s" }
        let parts = [
            (total / 86_400_000, "d"), (total / 3_600_000 % 24, "h"), (total / 60_000 % 60, "m"),
            (total / 1000 % 60, "s"), (total % 1000, "ms"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }

    /// A duration for a table: `0.42s`, `12.3s`, `4m05s`.
    public var short: String {
        let milliseconds = milliseconds
        if milliseconds < 60_000 {
            let tenths = milliseconds < 10_000 ? milliseconds / 10 : milliseconds / 100
            let digits = milliseconds < 10_000 ? 2 : 1
            let text = String(tenths)
            let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
            return padded.dropLast(digits) + "." + padded.suffix(digits) + "s"
        }
        let seconds = milliseconds / 1000
        let rest = String(seconds % 60)
        return "\(seconds / 60)m" + (rest.count < 2 ? "0" : "") + rest + "s"
    }
}

/// Reads `4096`, `64KiB`, `10MB`, `2G` as bytes; units of 1,000 (kB, MB, GB, TB) and of 1,024 (KiB, MiB, GiB, TiB; K, M, G, T).
private func byteCount(written text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let unit = String(text.dropFirst(digits.count))
    let factors: [String: Double] = [
        "": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
        "K": 1024, "KiB": 1024, "M": 1_048_576, "MiB": 1_048_576, "G": 1_073_741_824, "GiB": 1_073_741_824,
        "T": 1_099_511_627_776, "TiB": 1_099_511_627_776,
    ]
    guard let amount = Double(digits), let factor = factors[unit], amount * factor < 9e18 else { return nil }
    return Int(amount * factor)
}
