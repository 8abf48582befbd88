// SPDX-License-Identifier: Apache-2.0

/// Pieces of a step's two output streams in the order they came, as bytes: a stream's number (1 or 2), a length of four bytes
/// (big endian), then the piece.
package struct OutputFrames: Hashable, Sendable {
    /// The framed bytes.
    package private(set) var bytes: [UInt8]
    /// Where the last piece's header stands.
    private var last: Int?

    package init(bytes: [UInt8] = []) { self.bytes = bytes }

    /// Adds a piece; a piece of the same stream as the last one makes that one longer.
    package mutating func add(_ piece: ArraySlice<UInt8>, stream: UInt8) {
        guard !piece.isEmpty else { return }
        if let last, bytes[last] == stream {
            let length = OutputFrames.length(at: last, in: bytes) + piece.count
            OutputFrames.setLength(length, at: last, in: &bytes)
        } else {
            last = bytes.count
            bytes += [stream, 0, 0, 0, 0]
            OutputFrames.setLength(piece.count, at: bytes.count - 5, in: &bytes)
        }
        bytes += piece
    }

    /// The pieces in order; a damaged end is left out.
    package var pieces: [(stream: UInt8, bytes: ArraySlice<UInt8>)] {
        var result: [(UInt8, ArraySlice<UInt8>)] = []
        var position = 0
        while position + 5 <= bytes.count {
            let end = position + 5 + OutputFrames.length(at: position, in: bytes)
            guard end <= bytes.count else { break }
            result.append((bytes[position], bytes[(position + 5)..<end]))
            position = end
        }
        return result
    }

    private static func length(at position: Int, in bytes: [UInt8]) -> Int {
        bytes[(position + 1)...(position + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func setLength(_ length: Int, at position: Int, in bytes: inout [UInt8]) {
        for offset in 0..<4 { bytes[position + 1 + offset] = UInt8(truncatingIfNeeded: length >> (24 - 8 * offset)) }
    }
}
