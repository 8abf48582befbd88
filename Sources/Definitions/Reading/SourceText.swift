// SPDX-License-Identifier: Apache-2.0

import Model

/// A file's text after the checks that every format shares: its size, its encoding, and no control characters.
struct SourceText {
    /// The largest definition that is read.
    static let largestSize = 10_000_000

    /// The file as problems name it.
    let file: String
    let text: String

    /// Text that was checked elsewhere.
    init(file: String, text: String) {
        self.file = file
        self.text = text
    }

    /// Checks bytes; when they are not acceptable text, the problem says which byte is wrong and what to do.
    init?(_ bytes: [UInt8], file: String, _ problems: inout Problems) {
        self.file = file
        guard bytes.count <= Self.largestSize else {
            problems.add(
                "the file has \(bytes.count) bytes; at most \(Self.largestSize) are read", at: Self.top(of: file))
            return nil
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            Self.reportEncoding(bytes, file, &problems)
            return nil
        }
        if let offset = body.firstIndex(where: Self.isForbidden) {
            let code = String(bytes[offset], radix: 16, uppercase: true)
            let place = Self.place(ofByte: offset, in: bytes, file)
            problems.add("the control character 0x\(code) at offset \(offset) is not allowed", at: place)
            return nil
        }
        self.text = text
    }

    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D || byte == 0x7F
    }

    private static func reportEncoding(_ bytes: [UInt8], _ file: String, _ problems: inout Problems) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            problems.add("the text is UTF-16; save it as UTF-8", at: top(of: file))
            return
        }
        let offset = firstInvalidByte(in: bytes)
        let place = place(ofByte: offset, in: bytes, file)
        problems.add(
            "the text is not UTF-8 (the byte at offset \(offset) does not fit); if it is CP949 or Shift_JIS, save it as UTF-8",
            at: place)
    }

    private static func firstInvalidByte(in bytes: [UInt8]) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while case .valid(let scalar) = parser.parseScalar(from: &iterator) { offset += scalar.count }
        return offset
    }

    /// The place of a byte; columns count characters as Unicode scalars.
    private static func place(ofByte offset: Int, in bytes: [UInt8], _ file: String) -> Place {
        let before = bytes[..<offset]
        let line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
        return Place(file: file, line: line, column: column)
    }

    private static func top(of file: String) -> Place { Place(file: file, line: 1, column: 1) }
}

extension SourceText {
    /// Reads and checks a file; when it cannot be read, the problem names it.
    static func read(path: String, _ problems: inout Problems) -> SourceText? {
        do {
            return SourceText(try Files.read(path, limit: largestSize), file: path, &problems)
        } catch {
            problems.add("\(path) \(error.message)")
            return nil
        }
    }

    /// A place in this text.
    func place(_ line: Int, _ column: Int) -> Place { Place(file: file, line: line, column: column) }

    /// The lines without their ends, each with its number from 1.
    var lines: Lines { Lines(rest: text[...]) }

    /// The lines of a text, cut off one by one: whoever stops early has not paid for the rest.
    struct Lines: Sequence, IteratorProtocol {
        private var rest: Substring?
        private var number = 0

        fileprivate init(rest: Substring) { self.rest = rest }

        mutating func next() -> (number: Int, text: Substring)? {
            guard let rest else { return nil }
            number += 1
            guard let end = rest.utf8.firstIndex(of: UInt8(ascii: "\n")) else {
                self.rest = nil
                return (number, Self.withoutReturn(rest))
            }
            self.rest = rest[rest.utf8.index(after: end)...]
            return (number, Self.withoutReturn(rest[..<end]))
        }

        private static func withoutReturn(_ line: Substring) -> Substring {
            line.utf8.last == UInt8(ascii: "\r") ? Substring(line.utf8.dropLast()) : line
        }
    }
}
