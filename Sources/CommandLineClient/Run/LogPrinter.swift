// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Model
import Storage

/// Prints what a host wrote.
///
/// It is data from elsewhere: on a terminal only text, tabs and newlines go through.
struct LogPrinter {
    private let isRaw: Bool
    private let isTerminal = isatty(1) == 1

    init(raw: Bool) { isRaw = raw }

    func print(_ reader: OutputReader) async throws {
        var reader = reader
        while true {
            let pieces = try await storeCall { () async throws(StoreError) in try await reader.next() }
            guard !pieces.isEmpty else { return }
            for piece in pieces { print(piece) }
        }
    }

    private func print(_ piece: OutputReader.Piece) {
        switch piece {
        case .bytes(let bytes, _):
            FileHandle.standardOutput.write(Data(isTerminal && !isRaw ? harmless(bytes) : Array(bytes)))
        case .cut(let count): put("\n… \(count) bytes were cut here …\n")
        }
    }

    /// Text with control characters shown as `^X` and bytes that are no UTF-8 as `�`.
    private func harmless(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A: result.unicodeScalars.append(scalar)
            case 0x00...0x1F: result += "^" + String(Unicode.Scalar(UInt8(scalar.value) + 0x40))
            case 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: result += "·"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return Array(result.utf8)
    }
}
