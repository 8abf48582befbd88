// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Tells a write-ahead log that was damaged from one whose last commit was cut off (https://sqlite.org/fileformat2.html#walformat).
///
/// SQLite reads a log that was left behind up to the first frame whose checksum is wrong, and silently forgets the rest. After a power
/// cut that is right for the commit that was under way: each commit is flushed before the next one begins. Where a further commit
/// follows, frames that were flushed are damaged.
struct LogCheck {
    private static let headerSize = 32
    private static let frameHeaderSize = 24
    private static let frameSize = frameHeaderSize + PageChecksum.pageSize

    private let bytes: [UInt8]

    /// The log's bytes.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether commits would be lost that were flushed.
    var findsDamage: Bool {
        guard bytes.count >= LogCheck.headerSize + LogCheck.frameSize else { return false }
        let frames = (bytes.count - LogCheck.headerSize) / LogCheck.frameSize
        let valid = validFrames(among: frames)
        // Frames of an earlier round of the log have other salts.
        let salts = valid == nil ? word8(at: offset(of: 0) + 8) : word8(at: 16)
        let rest = ((valid ?? 0)..<frames).filter { word8(at: offset(of: $0) + 8) == salts }
        guard let firstCommit = rest.firstIndex(where: isCommit) else { return false }
        return rest[firstCommit...].count > 1
    }

    /// How many frames SQLite reads, up to the last one of them that ends a commit; nil when not even the header is right.
    private func validFrames(among frames: Int) -> Int? {
        let isBigEndian = bytes[3] & 1 == 1
        var sum = Sum(isBigEndian: isBigEndian)
        sum.add(bytes[0..<24])
        guard sum.isWritten(in: bytes[24..<32]), bytes[0..<3] == [0x37, 0x7F, 0x06] else { return nil }
        var committed = 0
        for frame in 0..<frames {
            let start = offset(of: frame)
            sum.add(bytes[start..<start + 8])
            sum.add(bytes[start + LogCheck.frameHeaderSize..<start + LogCheck.frameSize])
            guard word8(at: start + 8) == word8(at: 16), sum.isWritten(in: bytes[start + 16..<start + 24]) else {
                break
            }
            if isCommit(frame) { committed = frame + 1 }
        }
        return committed
    }

    /// Whether a frame is the last of its commit: it says how long the database is then.
    private func isCommit(_ frame: Int) -> Bool {
        let start = offset(of: frame)
        return bytes[start + 4..<start + 8].contains { $0 != 0 }
    }

    private func offset(of frame: Int) -> Int { LogCheck.headerSize + frame * LogCheck.frameSize }

    private func word8(at place: Int) -> ArraySlice<UInt8> { bytes[place..<place + 8] }

    /// The running checksum of a log.
    private struct Sum {
        let isBigEndian: Bool
        private var first: UInt32 = 0
        private var second: UInt32 = 0

        init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

        mutating func add(_ bytes: ArraySlice<UInt8>) {
            bytes.withUnsafeBytes { bytes in
                for place in stride(from: 0, to: bytes.count - 7, by: 8) {
                    first = first &+ word(bytes, place) &+ second
                    second = second &+ word(bytes, place + 4) &+ first
                }
            }
        }

        private func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
            let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
            return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
        }

        /// Whether eight bytes are this sum; they are always big-endian.
        func isWritten(in bytes: ArraySlice<UInt8>) -> Bool {
            bytes.withUnsafeBytes {
                UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) == first
                    && UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self)) == second
            }
        }
    }
}
