// SPDX-License-Identifier: Apache-2.0

/// Pieces of a step's two output streams in the order they came, as bytes: a stream's number (1 or 2), a length of four bytes
/// (big endian), then the piece.
///
/// In front may stand a mark: a piece of stream 0 that says how many bytes the output had before, so that a reader knows
/// how much is missing when blocks were cut out.
package struct OutputFrames: Hashable, Sendable {
    /// What a piece's header takes.
    private static let headerSize = 5
    /// The number of the stream that marks are written in.
    private static let markStream: UInt8 = 0

    /// The framed bytes.
    package private(set) var bytes: [UInt8]
    /// Where the last piece's header stands.
    private var last: Int?

    package init(bytes: [UInt8] = []) { self.bytes = bytes }

    /// Makes a list that begins with a mark.
    package init(startingAt offset: Int) {
        bytes = []
        let mark = (0..<8).map { UInt8(truncatingIfNeeded: offset >> (56 - 8 * $0)) }
        add(mark[...], stream: OutputFrames.markStream)
        last = nil
    }

    /// How many bytes the output had before, if it is marked.
    package var start: Int? {
        guard let first = allPieces.first, first.stream == OutputFrames.markStream else { return nil }
        return first.bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// How many more bytes of a stream fit when the framed bytes may be so many.
    package func room(for stream: UInt8, capacity: Int) -> Int {
        let goesOn = last.map { bytes[$0] == stream } ?? false
        return capacity - bytes.count - (goesOn ? 0 : OutputFrames.headerSize)
    }

    /// Adds a piece; a piece of the same stream as the last one makes that one longer.
    package mutating func add(_ piece: ArraySlice<UInt8>, stream: UInt8) {
        guard !piece.isEmpty else { return }
        if let last, bytes[last] == stream {
            let length = OutputFrames.length(at: last, in: bytes) + piece.count
            OutputFrames.setLength(length, at: last, in: &bytes)
        } else {
            last = bytes.count
            bytes += [stream, 0, 0, 0, 0]
            OutputFrames.setLength(piece.count, at: bytes.count - OutputFrames.headerSize, in: &bytes)
        }
        bytes += piece
    }

    /// The pieces in order, without the mark; a damaged end is left out.
    package var pieces: [(stream: UInt8, bytes: ArraySlice<UInt8>)] {
        allPieces.filter { $0.stream != OutputFrames.markStream }
    }

    private var allPieces: [(stream: UInt8, bytes: ArraySlice<UInt8>)] {
        var result: [(UInt8, ArraySlice<UInt8>)] = []
        var position = 0
        while position + OutputFrames.headerSize <= bytes.count {
            let content = position + OutputFrames.headerSize
            let end = content + OutputFrames.length(at: position, in: bytes)
            guard end <= bytes.count else { break }
            result.append((bytes[position], bytes[content..<end]))
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
