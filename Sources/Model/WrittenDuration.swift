// SPDX-License-Identifier: Apache-2.0

/// A duration that JSON has as a playbook does: `"1m30s"`.
///
/// Earlier versions wrote Swift's own pair of numbers. That form is still read, and digests of plans are still made over it.
@propertyWrapper
package struct WrittenDuration: Hashable, Sendable {
    /// The duration.
    package var wrappedValue: Duration

    package init(wrappedValue: Duration) { self.wrappedValue = wrappedValue }
}

extension WrittenDuration: Codable {
    /// Writes the text, or the pair of numbers where the earlier form is asked for.
    package func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        if encoder.writesEarlierForm {
            try single.encode(wrappedValue)
        } else {
            try single.encode(wrappedValue.exactlyWritten)
        }
    }

    /// Reads either form.
    package init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        guard let text = try? single.decode(String.self) else {
            wrappedValue = try single.decode(Duration.self)
            return
        }
        guard let duration = Duration(written: text) else {
            throw DecodingError.dataCorruptedError(in: single, debugDescription: "'\(text)' is no duration")
        }
        wrappedValue = duration
    }
}

extension Duration {
    /// What `written` gives, with microseconds where there are some: `1m30s1.005ms`.
    fileprivate var exactlyWritten: String {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest % 1000 > 0 else { return written }
        let digits = String(rest % 1000 + 1000).dropFirst()
        let fraction = digits.prefix(through: digits.lastIndex { $0 != "0" } ?? digits.startIndex)
        return (seconds > 0 ? Duration.seconds(seconds).written : "") + "\(rest / 1000).\(fraction)ms"
    }
}
