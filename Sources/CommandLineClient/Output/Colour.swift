// SPDX-License-Identifier: Apache-2.0

/// A colour of our own in a text.
///
/// Until the text leaves, the colour carries a number that nobody else knows: so it cannot be taken for a sequence that a host
/// wrote, nor the other way round.
struct Colour: Sendable {
    /// The number of Select Graphic Rendition; 0 ends a colour.
    let code: Int

    private static let secret = String(UInt64.random(in: 1 << 32 ..< .max))
    private static let mark = "\u{1B}[\(secret);"

    static let red = Colour(code: 31)
    static let green = Colour(code: 32)
    static let yellow = Colour(code: 33)
    static let blue = Colour(code: 34)
    static let magenta = Colour(code: 35)
    static let cyan = Colour(code: 36)
    static let none = Colour(code: 0)

    /// What a terminal obeys.
    var sequence: String { "\u{1B}[\(code)m" }

    /// A text in this colour.
    func of(_ text: String) -> String { begin + text + Colour.none.begin }

    /// Where the colour begins, inside a text.
    var begin: String { Colour.mark + "\(code)m" }

    /// Changes what stands between our own colours; these stay as they are unless something else is said.
    static func outside(
        _ text: String, colour: (Colour) -> String = { $0.begin }, _ change: (String) -> String
    ) -> String {
        guard text.utf8.contains(0x1B) else { return change(text) }
        var result = ""
        var rest = text.unicodeScalars[...]
        while let start = rest.firstRange(of: mark.unicodeScalars) {
            result += change(String(rest[..<start.lowerBound]))
            rest = rest[start.upperBound...]
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest[digits.endIndex...].dropFirst()
            result += Int(String(digits)).map { colour(Colour(code: $0)) } ?? ""
        }
        return result + change(String(rest))
    }
}
