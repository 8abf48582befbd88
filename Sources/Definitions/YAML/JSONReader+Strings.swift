// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// A text in quotes, with its `\\` sequences read.
    mutating func string() throws(Mistake) -> String {
        try expect(UInt8(ascii: "\""))
        var result: [UInt8] = []
        while let byte = next {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"): result += try Array(String(escaped()).utf8)
            case 0x0A: throw mistake("a text is not closed before the end of its line")
            default: result.append(byte)
            }
        }
        throw mistake("a text is never closed")
    }

    private mutating func escaped() throws(Mistake) -> Character {
        guard let byte = next else { throw mistake("a text is never closed") }
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
        case UInt8(ascii: "u"): return Character(try unicode())
        default: throw mistake("this '\\' sequence is not known")
        }
    }

    private mutating func unicode() throws(Mistake) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard takesLowSurrogateMark() else { throw mistake("half of a surrogate pair is missing") }
        let second = try fourDigits()
        guard (0xD800..<0xDC00).contains(first), (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw mistake("this is not a surrogate pair") }
        return scalar
    }

    private mutating func takesLowSurrogateMark() -> Bool {
        guard bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return false }
        offset += 2
        return true
    }

    private mutating func fourDigits() throws(Mistake) -> UInt32 {
        let digits = bytes[offset...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw mistake("'\\u' needs four hexadecimal digits") }
        offset += 4
        return number
    }
}
