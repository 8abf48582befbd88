// SPDX-License-Identifier: Apache-2.0

/// How much of a step's output is kept: its beginning and its end.
package struct OutputLimits: Hashable, Sendable {
    /// Bytes kept of the beginning.
    package var head: Int
    /// Bytes kept of the end.
    package var tail: Int
    /// Bytes of a block, in which output is kept and cut.
    package var block: Int

    /// Makes limits; head and tail are rounded up to whole blocks of at least 64 bytes.
    package init(head: Int = 2 << 20, tail: Int = 8 << 20, block: Int = 256 << 10) {
        self.head = head
        self.tail = tail
        self.block = max(64, block)
    }

    /// Blocks kept of the beginning.
    var headBlocks: Int { (head + block - 1) / block }
    /// Full blocks kept of the end, beside the one that is being filled.
    var tailBlocks: Int { (tail + block - 1) / block }
}
