// SPDX-License-Identifier: Apache-2.0

import Glibc

extension String {
    /// Reads bytes that are written in a character set such as `EUC-KR`, `Shift_JIS` or `ISO-8859-1`; nil when the C library does
    /// not know the set.
    ///
    /// Bytes that mean nothing in the set become U+FFFD, as in `String(decoding:as:)`.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - charset: The set's name as IANA registers it; case does not matter.
    package init?(_ bytes: [UInt8], charset: String) {
        guard charset.utf8.allSatisfy(isCharsetByte), !charset.isEmpty else { return nil }
        let converter = iconv_open("UTF-8", charset)
        // The C library answers -1 as a pointer where it knows no such set.
        guard converter != iconv_t(bitPattern: -1), let converter else { return nil }
        defer { iconv_close(converter) }
        self.init(decoding: converted(bytes, by: converter), as: UTF8.self)
    }
}

/// Whether a byte may be part of a charset's name; the C library reads `//` and `,` in it as options.
private func isCharsetByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: ":"):
        true
    default: false
    }
}

private func converted(_ bytes: [UInt8], by converter: iconv_t) -> [UInt8] {
    var input = bytes.map(CChar.init(bitPattern:))
    var result: [UInt8] = []
    var piece = [CChar](repeating: 0, count: 4096)
    input.withUnsafeMutableBufferPointer { input in
        var start = input.baseAddress
        var left = input.count
        while left > 0 {
            let (code, written) = piece.withUnsafeMutableBufferPointer { piece in
                var target = piece.baseAddress
                var space = piece.count
                let code = iconv(converter, &start, &left, &target, &space) == Int(bitPattern: UInt.max) ? errno : 0
                return (code, piece.count - space)
            }
            result += piece.prefix(written).map(UInt8.init(bitPattern:))
            // What is wrong is passed over a byte at a time; what is cut off at the end is one character that is missing.
            if code == EILSEQ || code == EINVAL {
                result += Array("\u{FFFD}".utf8)
                let skipped = code == EINVAL ? left : 1
                start = start.map { $0 + skipped }
                left -= skipped
            }
        }
    }
    return result
}
