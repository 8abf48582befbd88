// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads one JSON document into a tree of settings with places.
///
/// JSON is not quite a part of YAML as its parsers read it (tabs, surrogate pairs, long keys), so it has a reader of its own.
struct JSONReader {
    struct Mistake: Error {
        let message: String
    }

    private let source: SourceText
    let bytes: [UInt8]
    var offset = 0
    private var line = 1
    /// Up to where columns were counted, and the column there: counting each line once keeps one long line quick.
    private var counted = (offset: 0, column: 1)

    /// Reads a document; nil when it is not JSON, which is then a problem.
    static func read(_ source: SourceText, _ problems: inout Problems) -> Setting? {
        var reader = JSONReader(source)
        do throws(Mistake) {
            let setting = try reader.value(depth: 1)
            reader.skipSpace()
            guard reader.offset == reader.bytes.count else { throw reader.mistake("nothing may follow the document") }
            return setting
        } catch {
            problems.add("this is not valid JSON: " + error.message, at: reader.place())
            return nil
        }
    }

    private init(_ source: SourceText) {
        self.source = source
        bytes = Array(source.text.utf8)
    }

    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }
    func mistake(_ message: String) -> Mistake { Mistake(message: message) }

    private mutating func place() -> Place {
        if offset > counted.offset {
            counted.column += bytes[counted.offset..<offset].count { $0 & 0xC0 != 0x80 }
            counted.offset = offset
        }
        return source.place(line, counted.column)
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            offset += 1
            if byte == 0x0A { (line, counted) = (line + 1, (offset, 1)) }
        }
    }

    mutating func expect(_ byte: UInt8) throws(Mistake) {
        skipSpace()
        guard next == byte else { throw mistake("'\(Character(Unicode.Scalar(byte)))' was expected") }
        offset += 1
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(Mistake) -> Setting {
        skipSpace()
        guard depth <= YAMLReader.deepestNesting else {
            throw mistake("nested deeper than \(YAMLReader.deepestNesting) levels")
        }
        let place = place()
        switch next {
        case UInt8(ascii: "{"): return Setting(.map(try entries(depth: depth)), at: place)
        case UInt8(ascii: "["): return Setting(.list(try items(depth: depth)), at: place)
        case UInt8(ascii: "\""): return Setting(.scalar(try string(), quoted: true), at: place)
        default: return Setting(try word(), at: place)
        }
    }

    private mutating func entries(depth: Int) throws(Mistake) -> [Setting.Entry] {
        try expect(UInt8(ascii: "{"))
        var entries: [Setting.Entry] = []
        var lines: [String: Int] = [:]
        if takes(UInt8(ascii: "}")) { return entries }
        repeat {
            skipSpace()
            let (place, start) = (place(), offset)
            let key = try string()
            if let line = lines.updateValue(place.line, forKey: key) {
                offset = start
                throw mistake("the key '\(key)' is written twice; it stands first in line \(line)")
            }
            try expect(UInt8(ascii: ":"))
            entries.append(Setting.Entry(key, try value(depth: depth + 1), at: place))
        } while takes(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return entries
    }

    private mutating func items(depth: Int) throws(Mistake) -> [Setting] {
        try expect(UInt8(ascii: "["))
        var items: [Setting] = []
        if takes(UInt8(ascii: "]")) { return items }
        repeat { items.append(try value(depth: depth + 1)) } while takes(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return items
    }

    /// A number, `true`, `false` or `null`.
    private mutating func word() throws(Mistake) -> Setting.Content {
        let start = offset
        while let byte = next, isWordByte(byte) { offset += 1 }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if text == "null" { return .empty }
        guard text == "true" || text == "false" || Double(text) != nil else {
            offset = start
            throw mistake("a value was expected")
        }
        return .scalar(text, quoted: false)
    }
}

private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
    default: false
    }
}
