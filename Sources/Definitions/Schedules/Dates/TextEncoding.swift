// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The encodings in which files of dates are published.
enum TextEncoding: String, CaseIterable {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case shiftJIS = "shift_jis"
    case eucJP = "euc-jp"
    case eucKR = "euc-kr"

    /// What the C library calls it: for Shift_JIS and EUC-KR the wider tables that Windows has.
    private var systemName: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf16: "UTF-16"
        case .shiftJIS: "CP932"
        case .eucJP: "EUC-JP"
        case .eucKR: "CP949"
        }
    }

    /// Text in UTF-8 without a mark; nil when the bytes are no text in the encoding, or in none that they may be in.
    static func decode(_ bytes: [UInt8], _ encoding: TextEncoding?) -> [UInt8]? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return decode(Array(bytes.dropFirst(3)), encoding ?? .utf8) }
        guard let encoding else { return guesses(bytes).lazy.compactMap { $0.utf8(bytes) }.first }
        return encoding.utf8(bytes)
    }

    /// Whether this machine's C library reads it.
    var isKnownHere: Bool { utf8([0x41, 0x00]) != nil }

    /// The encodings that bytes may be in, the likeliest first.
    ///
    /// Both bytes of each letter of EUC-KR's own table lie above 0xA0; Japanese text in Shift_JIS always has others, too.
    private static func guesses(_ bytes: [UInt8]) -> [TextEncoding] {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return [.utf16] }
        let letters = bytes.filter { $0 >= 0x80 }
        let isPaired = bytes.split { $0 < 0x80 }.allSatisfy { $0.count.isMultiple(of: 2) }
        let isKorean = isPaired && letters.allSatisfy { $0 > 0xA0 }
        return [.utf8] + (isKorean ? [.eucKR, .shiftJIS] : [.shiftJIS, .eucKR])
    }

    private func utf8(_ bytes: [UInt8]) -> [UInt8]? {
        switch self {
        case .utf8:
            if String(validating: bytes, as: UTF8.self) != nil { return bytes }
            // An iCalendar may be folded inside of a letter; it is whole again when it is unfolded.
            return String(validating: TextEncoding.unfolded(bytes), as: UTF8.self) == nil ? nil : bytes
        case .utf16, .shiftJIS, .eucJP, .eucKR: return converted(bytes)
        }
    }

    private static func unfolded(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            guard byte == 0x20 || byte == 0x09, result.last == 0x0A else {
                result.append(byte)
                continue
            }
            result.removeLast()
            if result.last == 0x0D { result.removeLast() }
        }
        return result
    }

    private func converted(_ bytes: [UInt8]) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", systemName), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count * 4 + 16))
        let room = output.count
        let left = input.withUnsafeMutableBytes { source in
            output.withUnsafeMutableBytes { target -> Int? in
                var from = source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var to = target.baseAddress?.assumingMemoryBound(to: CChar.self)
                var (unread, free) = (source.count, room)
                guard iconv(converter, &from, &unread, &to, &free) != -1, unread == 0 else { return nil }
                return free
            }
        }
        guard let left else { return nil }
        output.removeLast(left)
        // Bytes that fit no letter come out as control characters: 0x80 to 0x9F, in UTF-8 behind 0xC2.
        let hasControls = zip(output, output.dropFirst()).contains { $0 == 0xC2 && (0x80...0x9F).contains($1) }
        return hasControls ? nil : output
    }
}
