// SPDX-License-Identifier: Apache-2.0

/// A moment in time, in microseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// Microseconds since the epoch.
    public let microseconds: Int64

    /// Makes an instant from microseconds since the epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Orders instants by time.
    public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
    /// The time from one instant to a later one.
    public static func - (left: Instant, right: Instant) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
    /// The instant a while earlier.
    public static func - (left: Instant, right: Duration) -> Instant { left + (.zero - right) }
    /// The instant a while later.
    public static func + (left: Instant, right: Duration) -> Instant {
        Instant(microseconds: left.microseconds + right.microseconds)
    }

    /// ISO 8601 in UTC with milliseconds, such as `2026-01-31T23:59:59.123Z`.
    public var description: String {
        let day = floorDivide(microseconds, 86_400_000_000)
        let milliseconds = (microseconds - day * 86_400_000_000) / 1000
        let seconds = milliseconds / 1000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { pad($0, 2) }.joined(separator: ":")
        return "\(Day(number: Int(day)))T\(clock).\(pad(milliseconds % 1000, 3))Z"
    }

    /// Writes an instant as its microseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }

    /// What can be calculated with and written down: some ten thousand years either way.
    private static let sensible: ClosedRange<Int64> = -315_000_000_000_000_000...315_000_000_000_000_000

    /// Makes an instant that can be calculated with; nil when it is too far away for that.
    package init?(sensible microseconds: Int64) {
        guard Instant.sensible.contains(microseconds) else { return nil }
        self.init(microseconds: microseconds)
    }

    /// Reads an instant from its microseconds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        microseconds = try container.decode(Int64.self)
        guard Instant(sensible: microseconds) != nil else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(microseconds) µs is no time between the years -10000 and 10000")
        }
    }
}

/// Divides towards the past, also before the epoch.
package func floorDivide<Number: BinaryInteger>(_ value: Number, _ by: Number) -> Number {
    let quotient = value / by
    return value % by < 0 ? quotient - 1 : quotient
}

/// A number with zeros before it.
package func pad(_ value: some BinaryInteger, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Duration {
    /// The length in whole microseconds, cut towards zero.
    public var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
    /// The length in whole milliseconds, cut towards zero.
    public var milliseconds: Int64 { microseconds / 1000 }
}
