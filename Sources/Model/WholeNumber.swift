// SPDX-License-Identifier: Apache-2.0

/// Reads a number without changing it: a whole number exactly, one with a fraction or an exponent as a `Double`.
///
/// A `Double` leaves out whole numbers above 2⁵³. One that it leaves out is an integer, or nil where it is beyond 64 bits.
func numberValue(written text: String) -> Value? {
    if let whole = Int(text) { return numberValue(whole) }
    guard let number = Double(text), number.isFinite else { return nil }
    return number.magnitude < 0x1p53 || isKept(text, in: number) ? .number(number) : nil
}

/// Whether a large number is the one that is written, or is written the same way.
private func isKept(_ text: String, in number: Double) -> Bool {
    guard let written = ExactNumber(text) else { return false }
    if written == ExactNumber(number.description) { return true }
    return !isWholeNumber(text) && number.magnitude < 0x1p127 && written == ExactNumber(String(Int128(number)))
}

/// A whole number as a value of the kind `number`.
package func numberValue(_ whole: Int) -> Value { Double(exactly: whole).map(Value.number) ?? .integer(whole) }

/// Whether a text is digits, with a sign or without.
func isWholeNumber(_ text: String) -> Bool {
    let digits = text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } == true ? 1 : 0
    return text.utf8.count > digits
        && text.utf8.dropFirst(digits).allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}
