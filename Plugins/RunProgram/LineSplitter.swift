// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream into lines without ever holding more than one piece of it.
///
/// A line longer than a piece is given in several pieces that overlap, so that a short text is found wherever it stands.
struct LineSplitter: Sendable {
    /// The most bytes of one piece.
    static let longestPiece = 65_536
    private var held: [UInt8] = []

    /// Takes some bytes and gives each line that is complete now, without its end.
    mutating func take(_ bytes: [UInt8], _ line: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if held.isEmpty, end - rest.startIndex <= LineSplitter.longestPiece {
                line(withoutReturn(rest[..<end]))
            } else {
                hold(rest[..<end], line)
                line(withoutReturn(held[...]))
                held.removeAll(keepingCapacity: true)
            }
            rest = rest[(end + 1)...]
        }
        hold(rest, line)
    }

    /// Gives what stands after the last line's end.
    mutating func finish(_ line: (ArraySlice<UInt8>) -> Void) {
        if !held.isEmpty { line(withoutReturn(held[...])) }
        held = []
    }

    private mutating func hold(_ bytes: ArraySlice<UInt8>, _ piece: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes
        while held.count + rest.count > LineSplitter.longestPiece {
            let fitting = rest.prefix(LineSplitter.longestPiece - held.count)
            held += fitting
            rest = rest.dropFirst(fitting.count)
            piece(held[...])
            held = Array(held.suffix(longestMark))
        }
        held += rest
    }

    private func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
}
