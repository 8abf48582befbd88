// SPDX-License-Identifier: Apache-2.0

/// A decimal number as it is written, compared digit by digit: no number of any length is rounded.
package struct ExactNumber: Hashable, Sendable {
    private let isNegative: Bool
    /// The digits without zeros at either end; none for zero.
    private let digits: [UInt8]
    /// The power of ten by which the digits, read as a whole number, are multiplied.
    private let exponent: Int

    /// Reads a number as JSON writes it, such as `-12`, `1.50` or `3e-4`; nil when the text is no such number.
    ///
    /// At most 1,024 bytes are read, and exponents of at most six digits.
    package init?(_ text: String) {
        guard text.utf8.count <= 1024 else { return nil }
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count + 1)
        }
        guard !whole.isEmpty, let power = readExponent(rest) else { return nil }
        let all = Array(whole) + Array(fraction)
        let zeros = all.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        digits = Array(all.dropLast(zeros).drop { $0 == UInt8(ascii: "0") })
        exponent = digits.isEmpty ? 0 : power - fraction.count + zeros
        self.isNegative = isNegative && !digits.isEmpty
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// The exponent at the end of a number: `e5`, `E-3` or nothing, which is 0; nil for anything else.
private func readExponent(_ text: Substring.UTF8View) -> Int? {
    guard let sign = text.first else { return 0 }
    guard sign == UInt8(ascii: "e") || sign == UInt8(ascii: "E") else { return nil }
    let power = String(Substring(text.dropFirst()))
    return power.utf8.count <= 7 ? Int(power) : nil
}
