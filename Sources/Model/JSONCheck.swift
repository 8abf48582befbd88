// SPDX-License-Identifier: Apache-2.0

/// Finds what a JSON parser takes without a word, and what costs more than its size suggests: a key that is written twice in
/// one object, deep nesting, very many values, and texts in another encoding than UTF-8.
///
/// The grammar itself is for the parser that reads the text afterwards.
package struct JSONCheck {
    /// The deepest nesting that is read, where nothing else is said.
    package static let deepest = 100

    /// Looks for what is wrong with a text.
    ///
    /// - Parameters:
    ///   - bytes: The whole text.
    ///   - deepest: The deepest nesting that is read.
    ///   - mostValues: The most values (scalars, lists and maps) that are read.
    /// - Returns: What is wrong, as the end of a sentence that begins with what the text is; nil when nothing is.
    package static func fault(
        in bytes: UnsafeRawBufferPointer, deepest: Int = deepest, mostValues: Int = .max
    ) -> String? {
        var check = JSONCheck(bytes, deepest: deepest, mostValues: mostValues)
        return check.fault()
    }

    /// What is wrong with a text of some bytes; nil when nothing is.
    package static func fault(in bytes: [UInt8], deepest: Int = deepest, mostValues: Int = .max) -> String? {
        bytes.withUnsafeBytes { fault(in: $0, deepest: deepest, mostValues: mostValues) }
    }

    /// An object or a list that is not closed yet.
    private struct Level {
        let isObject: Bool
        var expectsKey: Bool
        var keys = JSONKeys()
    }

    private let bytes: UnsafeRawBufferPointer
    private let deepest: Int
    private var valuesLeft: Int
    private var offset = 0
    private var levels: [Level] = []

    private init(_ bytes: UnsafeRawBufferPointer, deepest: Int, mostValues: Int) {
        self.bytes = bytes
        self.deepest = deepest
        valuesLeft = mostValues
    }

    private mutating func fault() -> String? {
        // Parsers take a text with these for UTF-16 or UTF-32, where its keys would not be found here.
        if let first = bytes.first, first >= 0xFE { return "is not UTF-8" }
        while offset < bytes.count {
            if let fault = token() { return fault }
            guard valuesLeft >= 0 else { return "holds too many values" }
        }
        return nil
    }

    private mutating func token() -> String? {
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case 0: return "is not UTF-8"
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            valuesLeft -= 1
            guard levels.count < deepest else { return "is nested deeper than \(deepest) levels" }
            let isObject = byte == UInt8(ascii: "{")
            levels.append(Level(isObject: isObject, expectsKey: isObject))
        case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
        case UInt8(ascii: ","):
            if let last = levels.indices.last { levels[last].expectsKey = levels[last].isObject }
        case UInt8(ascii: "\""): return string()
        case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ":"): break
        default:
            valuesLeft -= 1
            while offset < bytes.count, JSONCheck.isWordByte(bytes[offset]) { offset += 1 }
        }
        return nil
    }

    /// A text in quotes, which is a key where one is expected.
    private mutating func string() -> String? {
        let start = offset
        var isPlain = true
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            if bytes[offset] == 0 { return "is not UTF-8" }
            if bytes[offset] == UInt8(ascii: "\\") {
                isPlain = false
                offset += 1
            }
            offset += 1
        }
        let end = min(offset, bytes.count)
        offset = end + 1
        guard let last = levels.indices.last, levels[last].expectsKey else {
            valuesLeft -= 1
            return nil
        }
        levels[last].expectsKey = false
        let written = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        let key = isPlain ? String(decoding: written, as: UTF8.self) : JSONKeys.unescaped(written)
        return levels[last].keys.insert(key) ? nil : "has the key '\(key.prefix(40))' twice in one object"
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// The keys of one object that were read so far.
private struct JSONKeys {
    private var few: [String] = []
    private var many: Set<String> = []

    /// Adds a key; false when it is there already.
    mutating func insert(_ key: String) -> Bool {
        if many.isEmpty, few.count < 16 {
            if few.contains(key) { return false }
            few.append(key)
            return true
        }
        if many.isEmpty { many = Set(few) }
        return many.insert(key).inserted
    }

    /// A key with its `\` sequences read; a sequence that is none is left as it is, for the parser to refuse.
    static func unescaped(_ bytes: UnsafeRawBufferPointer) -> String {
        var units: [UInt16] = []
        var rest = String(decoding: bytes, as: UTF8.self).utf16[...]
        while let unit = rest.popFirst() {
            guard unit == 0x5C, let letter = rest.popFirst() else {
                units.append(unit)
                continue
            }
            if letter == 0x75, let code = UInt16(String(rest.prefix(4)) ?? "", radix: 16) {
                rest = rest.dropFirst(4)
                units.append(code)
            } else {
                units.append(short[letter] ?? letter)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }

    private static let short: [UInt16: UInt16] = [0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09]
}
