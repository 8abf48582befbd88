// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text without anything that could move the cursor or do worse; colours stay.
    ///
    /// What a host or a file says is shown, never obeyed.
    var printable: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var result = String.UnicodeScalarView()
        var rest = Substring(self).unicodeScalars
        while let scalar = rest.first {
            if scalar == "\u{1B}", let colour = Self.colour(rest) {
                result.append(contentsOf: colour)
                rest = rest.dropFirst(colour.count)
                continue
            }
            result.append(scalar.isControl ? " " : scalar)
            rest = rest.dropFirst()
        }
        return String(result)
    }

    /// `ESC [ digits m` at the beginning, if it stands there.
    private static func colour(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView? {
        guard text.dropFirst().first == "[" else { return nil }
        let digits = text.dropFirst(2).prefix { $0 == ";" || ("0"..."9").contains($0) }
        guard text.dropFirst(2 + digits.count).first == "m" else { return nil }
        return text.prefix(3 + digits.count)
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character, or one that turns the direction of text around.
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
