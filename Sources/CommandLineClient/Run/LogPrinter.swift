// SPDX-License-Identifier: Apache-2.0

import Model
import Storage

/// Prints what a host wrote, for people or as it came.
///
/// It is data from elsewhere: on a terminal only text, tabs and line ends go through.
struct LogPrinter {
    private let isExact: Bool
    /// The beginning of a character whose rest comes with the next piece.
    private var held: [UInt8] = []

    init(raw: Bool) { isExact = raw || !Streams.current.isDataSeen() }

    mutating func print(_ reader: OutputReader) async throws {
        var reader = reader
        while true {
            let pieces = try await storeCall { () async throws(StoreError) in try await reader.next() }
            guard !pieces.isEmpty else { break }
            for piece in pieces { print(piece) }
        }
        if !held.isEmpty { put(String(decoding: held, as: UTF8.self)) }
    }

    private mutating func print(_ piece: OutputReader.Piece) {
        switch piece {
        case .bytes(let bytes, _) where isExact: Streams.current.bytes(Array(bytes))
        case .bytes(let bytes, _):
            let all = held + bytes
            let whole = all.dropLast(LogPrinter.unfinished(all))
            held = Array(all[whole.endIndex...])
            put(String(decoding: whole, as: UTF8.self))
        case .cut(let count): put("\n… \(count) bytes were cut here …\n")
        }
    }

    /// How many bytes at the end begin a character that is not whole.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for (count, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > count + 1 ? count + 1 : 0
        }
        return 0
    }
}
