// SPDX-License-Identifier: Apache-2.0

import Model

/// Cuts an output into blocks and says which to keep and which to drop: a value without store or clock.
///
/// The beginning is kept for good. After it, each full block lets the oldest one of the end go, so that no more than one
/// block is in memory and no more than the limits are kept, whatever is written.
struct OutputBlocks: Sendable {
    /// What is to be done in the store.
    enum Command: Hashable, Sendable {
        case put(OutputBlock)
        case drop(Int)
    }

    /// What was written and what of it is not kept.
    private(set) var size = LogSize()
    /// Whether something is in memory that no command has named yet.
    private(set) var hasUnsaved = false

    private let limits: OutputLimits
    private var frames = OutputFrames()
    private var index = 0
    /// Where the block in memory begins in the output.
    private var start = 0
    /// The full blocks of the end that are kept, oldest first.
    private var tail: [FullBlock] = []

    private struct FullBlock: Hashable, Sendable {
        let index: Int
        var bytes: Int
    }

    init(limits: OutputLimits) { self.limits = limits }

    /// Takes what is kept already, so that it can be gone on from there.
    ///
    /// Only an output of which nothing was cut out comes to the same blocks again.
    mutating func resume(with pieces: [(stream: UInt8, bytes: ArraySlice<UInt8>)]) {
        for piece in pieces { _ = take(Array(piece.bytes), stream: piece.stream) }
        hasUnsaved = false
    }

    /// Takes a piece.
    mutating func take(_ piece: [UInt8], stream: UInt8) -> [Command] {
        var commands: [Command] = []
        var rest = piece[...]
        while !rest.isEmpty {
            let room = frames.room(for: stream, capacity: limits.block)
            if room > 0 {
                add(rest.prefix(room), stream: stream)
                rest = rest.dropFirst(room)
            } else {
                commands += close()
            }
        }
        return commands
    }

    /// The block in memory, to be kept before it is full.
    mutating func partial() -> OutputBlock {
        hasUnsaved = false
        return OutputBlock(index: index, bytes: frames.bytes)
    }

    /// Takes note that the block in memory could not be kept yet.
    mutating func partialFailed() { hasUnsaved = true }

    /// Takes note that a full block could not be kept: it counts as cut.
    mutating func lost(_ block: OutputBlock) {
        let bytes = OutputFrames(bytes: block.bytes).pieces.reduce(0) { $0 + $1.bytes.count }
        size.cut += bytes
        guard let place = tail.firstIndex(where: { $0.index == block.index }) else { return }
        tail[place].bytes = 0
    }

    private mutating func add(_ piece: ArraySlice<UInt8>, stream: UInt8) {
        frames.add(piece, stream: stream)
        size.written += piece.count
        hasUnsaved = true
    }

    private mutating func close() -> [Command] {
        var commands = hasUnsaved ? [Command.put(partial())] : []
        if index >= limits.headBlocks {
            tail.append(FullBlock(index: index, bytes: size.written - start))
            commands += dropOldest()
        }
        index += 1
        start = size.written
        frames = OutputFrames(startingAt: start)
        return commands
    }

    private mutating func dropOldest() -> [Command] {
        guard tail.count > limits.tailBlocks else { return [] }
        let oldest = tail.removeFirst()
        size.cut += oldest.bytes
        return [.drop(oldest.index)]
    }
}
