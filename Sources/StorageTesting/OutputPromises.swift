// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let outputPromises =
        [
            StorePromise("a small output costs one block, an empty one none") { store in
                try await store.create(Sample.run("r1"), plan: Sample.plan())
                let writer = OutputWriter(for: Sample.attempt(), in: store)
                try await writer.flush()
                #expect(try await store.blocks(of: Sample.attempt(), from: 0, limit: 9) == [])
                try await writer.write(Array("out\n".utf8), stream: 1, now: Sample.time(0))
                try await writer.write(Array("err\n".utf8), stream: 2, now: Sample.time(0))
                #expect(try await store.blocks(of: Sample.attempt(), from: 0, limit: 9) == [])
                try await writer.flush()
                #expect(try await store.blocks(of: Sample.attempt(), from: 0, limit: 9).map(\.index) == [0])
                #expect(await writer.size == LogSize(written: 8, cut: 0))
                #expect(
                    try await readAll(in: store)
                        == [.bytes(Array("out\n".utf8)[...], stream: 1), .bytes(Array("err\n".utf8)[...], stream: 2)])
            },
            StorePromise("a reader follows an output while it grows, and learns how much was cut") { store in
                try await store.create(Sample.run("r1"), plan: Sample.plan())
                try await follow(in: store)
            },
        ]
        + (1...6).map { seed in
            StorePromise("beginning and end of an output are kept byte for byte, the rest is counted (seed \(seed))") {
                try await checkOutput(seed: UInt64(seed), in: $0)
            }
        }

    /// Writes random pieces and compares what is read with what was written.
    private static func checkOutput(seed: UInt64, in store: any RunStore) async throws {
        try await store.create(Sample.run("r1"), plan: Sample.plan())
        let limits = OutputLimits(head: 2000, tail: 8000, block: 1000)
        var output = RandomOutput(seed: seed)
        let writer = OutputWriter(for: Sample.attempt(), in: store, limits: limits)
        for (number, piece) in output.pieces(total: Int(seed) * 6000).enumerated() {
            try await writer.write(piece.bytes, stream: piece.stream, now: Sample.time(number / 7))
        }
        try await writer.flush()
        let size = await writer.size
        #expect(size.written == output.written.count)
        let kept = try await keptBytes(in: store)
        #expect(kept.cut == size.cut)
        #expect(kept.bytes == output.written.removing(size.cut, from: kept.cutAt))
        #expect((size.cut == 0) == (seed == 1))
        #expect(try await store.blocks(of: Sample.attempt(), from: 0, limit: 99).count <= 2 + 8 + 1)
    }

    private static func follow(in store: any RunStore) async throws {
        let limits = OutputLimits(head: 500, tail: 1000, block: 500)
        let writer = OutputWriter(for: Sample.attempt(), in: store, limits: limits)
        var reader = OutputReader(of: Sample.attempt(), in: store)
        var read = 0
        for second in 0..<20 {
            let bytes = [UInt8](repeating: UInt8(second), count: 100)
            try await writer.write(bytes, stream: 1, now: Sample.time(2 * second))
            try await writer.saveIfDue(now: Sample.time(2 * second + 1))
            let pieces = try await reader.next()
            read += pieces.reduce(0) { $0 + $1.length }
            #expect(!pieces.contains { $0.isCut })
            #expect(read == 100 * (second + 1))
        }
        var late = OutputReader(of: Sample.attempt(), in: store)
        let pieces = try await late.next()
        #expect(pieces.filter { $0.isCut } == [.cut(await writer.size.cut)])
        #expect(pieces.reduce(0) { $0 + $1.length } == 2000)
        #expect(try await late.next() == [])
    }

    private static func readAll(in store: any RunStore) async throws -> [OutputReader.Piece] {
        var reader = OutputReader(of: Sample.attempt(), in: store)
        var all: [OutputReader.Piece] = []
        while true {
            let pieces = try await reader.next()
            if pieces.isEmpty { return all }
            all += pieces
        }
    }

    /// All bytes kept with their streams, and how many were cut out where.
    private static func keptBytes(in store: any RunStore) async throws -> (bytes: [WrittenByte], cut: Int, cutAt: Int) {
        var kept: (bytes: [WrittenByte], cut: Int, cutAt: Int) = ([], 0, 0)
        for piece in try await readAll(in: store) {
            switch piece {
            case .bytes(let bytes, let stream): kept.bytes += bytes.map { WrittenByte(byte: $0, stream: stream) }
            case .cut(let count):
                #expect(kept.cut == 0, "cut in one place only")
                (kept.cut, kept.cutAt) = (count, kept.bytes.count)
            }
        }
        return kept
    }
}

extension OutputReader.Piece {
    fileprivate var isCut: Bool { if case .cut = self { true } else { false } }

    /// How much of the output the piece stands for.
    fileprivate var length: Int {
        switch self {
        case .bytes(let bytes, _): bytes.count
        case .cut(let count): count
        }
    }
}

/// One byte of an output and the stream it was written to.
private struct WrittenByte: Hashable {
    let byte: UInt8
    let stream: UInt8
}

extension [WrittenByte] {
    fileprivate func removing(_ count: Int, from place: Int) -> [WrittenByte] {
        Array(prefix(place)) + dropFirst(place + count)
    }
}

/// Pieces of random sizes for both streams, and all of their bytes in order.
private struct RandomOutput {
    private var numbers: SeededNumbers
    private(set) var written: [WrittenByte] = []

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func pieces(total: Int) -> [(bytes: [UInt8], stream: UInt8)] {
        var pieces: [(bytes: [UInt8], stream: UInt8)] = []
        while written.count < total {
            let longest = [1, 20, 300, 2500].randomElement(using: &numbers) ?? 1
            let count = Int.random(in: 0...longest, using: &numbers)
            let stream = UInt8.random(in: 1...2, using: &numbers)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            pieces.append((bytes, stream))
            written += bytes.map { WrittenByte(byte: $0, stream: stream) }
        }
        return pieces
    }
}
