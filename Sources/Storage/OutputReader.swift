// SPDX-License-Identifier: Apache-2.0

package import Model

/// Reads back what a step wrote, in the order it was written: a value that remembers how far it has come.
package struct OutputReader: Sendable {
    /// A part of an output.
    package enum Piece: Hashable, Sendable {
        /// What the step wrote to one of its streams.
        case bytes(ArraySlice<UInt8>, stream: UInt8)
        /// So many bytes were cut out here.
        case cut(Int)
    }

    /// Blocks read at once; the last of them is read again next time, as it may have grown.
    private static let portion = 8

    private let store: any RunReader
    private let attempt: AttemptKey
    /// The block to go on in.
    private var index = 0
    /// Where that block begins in the output.
    private var start = 0
    /// How much of the output was handed over or reported as cut.
    private var offset = 0

    /// Makes a reader that stands at the beginning.
    package init(of attempt: AttemptKey, in store: any RunReader) {
        self.store = store
        self.attempt = attempt
    }

    /// The next pieces; none when all that is kept so far was read.
    ///
    /// May be asked again later, to follow a running step.
    package mutating func next() async throws(StoreError) -> [Piece] {
        let blocks = try await store.blocks(of: attempt, from: index, limit: OutputReader.portion)
        return blocks.flatMap { read($0) }
    }

    private mutating func read(_ block: OutputBlock) -> [Piece] {
        let frames = OutputFrames(bytes: block.bytes)
        start = frames.start ?? (block.index == index ? start : offset)
        index = block.index
        let missing = start - offset
        offset = max(offset, start)
        return (missing > 0 ? [.cut(missing)] : []) + unread(frames)
    }

    /// The pieces of a block after those that were read before.
    private mutating func unread(_ frames: OutputFrames) -> [Piece] {
        var position = start
        var result: [Piece] = []
        for (stream, bytes) in frames.pieces {
            let news = bytes.dropFirst(max(0, offset - position))
            position += bytes.count
            if !news.isEmpty { result.append(.bytes(news, stream: stream)) }
        }
        offset = max(offset, position)
        return result
    }
}
