// SPDX-License-Identifier: Apache-2.0

import Model
import StorageTesting
import Testing

@testable import Storage

@Suite("Output of a step")
struct OutputTests {
    private let attempt = AttemptKey(run: "run-0", key: StepKey(step: 0, lane: 0), attempt: 1)
    private func second(_ seconds: Double) -> Instant { Instant(microseconds: Int64(seconds * 1_000_000)) }

    @Test("is kept while it is written, at most once a second, and only when there is something new")
    func partialBlocks() async throws {
        let store = MemoryStore()
        try await store.create(madeUpRun("run-0"), plan: madeUpPlan)
        let writer = OutputWriter(for: attempt, in: store)
        var kept: [Int] = []
        for step in 0..<12 {
            try await writer.write([1], stream: 1, now: second(Double(step) * 0.25))
            kept.append(try await store.blocks(of: attempt, from: 0, limit: 1).first?.bytes.count ?? 0)
        }
        #expect(kept == [0, 0, 0, 0, 10, 10, 10, 10, 14, 14, 14, 14])
        try await writer.saveIfDue(now: second(2.9))
        #expect(try await store.blocks(of: attempt, from: 0, limit: 1).first?.bytes.count == 14)
        try await writer.saveIfDue(now: second(3))
        #expect(try await store.blocks(of: attempt, from: 0, limit: 1).first?.bytes.count == 17)
    }

    @Test("never takes more than a block of memory and the limits' blocks of the store")
    func bounds() {
        let limits = OutputLimits(head: 2 << 20, tail: 8 << 20, block: 256 << 10)
        var blocks = OutputBlocks(limits: limits)
        var kept: Set<Int> = []
        var most = 0
        for _ in 0..<2000 {
            for command in blocks.take([UInt8](repeating: 7, count: 64 << 10), stream: 1) {
                switch command {
                case .put(let block):
                    #expect(block.bytes.count <= 256 << 10)
                    kept.insert(block.index)
                case .drop(let index): kept.remove(index)
                }
            }
            most = max(most, kept.count)
        }
        #expect(most <= 8 + 32 + 1)
        #expect(blocks.partial().bytes.count <= 256 << 10)
        #expect(blocks.size.written == 2000 * 64 << 10)
        let notCut = blocks.size.written - blocks.size.cut
        #expect((10 << 20)...(11 << 20) ~= notCut + (64 << 10))
    }

    @Test("that the store refuses counts as cut, leaves a marked gap, and later output is kept")
    func lostBlocks() async throws {
        let store = MemoryStore()
        let writer = OutputWriter(
            for: attempt, in: store, limits: OutputLimits(head: 300, tail: 300, block: 100))
        let line = [UInt8](repeating: 7, count: 50)
        // There is no such run yet, so that every block is refused.
        await #expect(throws: StoreError.notFound("run-0")) {
            for _ in 0..<4 { try await writer.write(line, stream: 1, now: second(0)) }
        }
        try await store.create(madeUpRun("run-0"), plan: madeUpPlan)
        for _ in 0..<4 { try await writer.write(line, stream: 1, now: second(0)) }
        try await writer.flush()
        let size = await writer.size
        #expect(size.cut == 95)
        var reader = OutputReader(of: attempt, in: store)
        let pieces = try await reader.next()
        #expect(pieces.first == .cut(95))
        #expect(
            pieces.dropFirst().reduce(0) { if case .bytes(let bytes, _) = $1 { $0 + bytes.count } else { $0 } } == size
                .written - 95)
    }

    @Test("that is damaged at its end is read as far as it is whole")
    func damagedFrames() {
        var frames = OutputFrames(startingAt: 12)
        frames.add([1, 2, 3], stream: 1)
        frames.add([4], stream: 2)
        #expect(frames.start == 12)
        for count in frames.bytes.indices {
            let cut = OutputFrames(bytes: Array(frames.bytes.prefix(count)))
            #expect(cut.pieces.map { Array($0.bytes) } == (count < 21 ? [] : [[1, 2, 3]]))
        }
        #expect(OutputFrames(bytes: []).start == nil)
        #expect(OutputFrames(bytes: [0, 255, 255, 255, 255, 1]).pieces.isEmpty)
    }
}
