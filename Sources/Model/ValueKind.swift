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
        case .number: numberValue(written: text)
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

    /// What a text that is no value of this kind should be, for messages: the range, where the text is a number outside it.
    public func expectation(insteadOf text: String) -> String { range(exceededBy: text) ?? expectation }

    /// The range that a text is outside of, for messages; nil where the text is no number of this kind at all.
    package func range(exceededBy text: String) -> String? {
        guard value(from: text) == nil else { return nil }
        return switch self {
        case .integer where isWholeNumber(text), .number where isWholeNumber(text):
            "a whole number from \(Int.min) to \(Int.max)"
        case .number where Double(text)?.isFinite == true:
            "a number of at most 15 digits or a whole number up to \(Int.max)"
        case .size where ScaledNumber(text, units: sizeUnits) != nil: "a size of at most \(Int.max) bytes"
        case .duration where ScaledNumber(text, units: Duration.units) != nil || Int(text).map { $0 > 0 } == true:
            "a duration of at most 36500d"
        default: nil
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
    ///
    /// At most 36,500 days; what is smaller than a microsecond is left out.
    public init?(written text: String) {
        if let seconds = Int64(text) {
            guard (0...Duration.longestSeconds).contains(seconds) else { return nil }
            self = .seconds(seconds)
            return
        }
        var total: Int64 = 0
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix(while: isDigitOrPoint)
            let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard let part = ScaledNumber(digits + unit, units: Duration.units)?.whole else { return nil }
            // Also the sum: text of a host's may have any number of parts.
            let sum = total.addingReportingOverflow(Int64(part))
            guard !sum.overflow, sum.partialValue <= Duration.longestSeconds * 1_000_000 else { return nil }
            total = sum.partialValue
            rest = rest.dropFirst(digits.count + unit.count)
        }
        self = .microseconds(total)
    }

    private static let longestSeconds: Int64 = 3_153_600_000
    /// Microseconds of each unit.
    fileprivate static let units: [String: Int] = [
        "ms": 1000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000,
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
///
/// What is smaller than a byte is left out.
private func byteCount(written text: String) -> Int? { ScaledNumber(text, units: sizeUnits)?.whole }

private let sizeUnits: [String: Int] = [
    "": 1, "B": 1, "kB": 1000, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
    "K": 1024, "KiB": 1024, "M": 1_048_576, "MiB": 1_048_576, "G": 1_073_741_824, "GiB": 1_073_741_824,
    "T": 1_099_511_627_776, "TiB": 1_099_511_627_776,
]

/// A decimal number with a unit, multiplied without rounding.
private struct ScaledNumber {
    /// The whole units; nil where they are beyond 64 bits.
    let whole: Int?

    /// Reads `1.5GiB`; nil where the text is no number with one of the units.
    ///
    /// - Parameters:
    ///   - text: Digits, with a point or without, and a unit.
    ///   - units: What each unit is multiplied by, at most 2⁴⁰; the empty one where a number may stand alone.
    init?(_ text: some StringProtocol, units: [String: Int]) {
        let digits = text.prefix(while: isDigitOrPoint)
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard let factor = units[String(text.dropFirst(digits.count))], (1...2).contains(parts.count),
            parts.contains(where: { !$0.isEmpty })
        else { return nil }
        // 18 digits behind the point are less than any unit that is counted.
        let fraction = parts.count > 1 ? String(parts[1].prefix(18)) : ""
        let power = fraction.reduce(Int128(1)) { power, _ in power * 10 }
        guard let high = parts[0].isEmpty ? 0 : Int(parts[0]), let low = fraction.isEmpty ? 0 : Int128(fraction) else {
            whole = nil
            return
        }
        whole = Int(exactly: Int128(high) * Int128(factor) + low * Int128(factor) / power)
    }
}

private func isDigitOrPoint(_ character: Character) -> Bool {
    character.isASCII && character.isNumber || character == "."
}
