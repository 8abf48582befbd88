// SPDX-License-Identifier: Apache-2.0

import CZlib
import Foundation

/// Bytes in zlib's format, which carries a checksum: damage is noticed when they are read.
///
/// Bytes that cannot be made smaller are kept as they are, at a cost of some eleven bytes.
struct CompressedBytes: Sendable {
    /// How many bytes there were before.
    let length: Int
    let data: Data

    /// Compresses bytes; level 1 is quick, 9 is small.
    init(_ bytes: some Collection<UInt8>, level: Int32) {
        let source = Array(bytes)
        length = source.count
        let bound = compressBound(uLong(source.count))
        var written = bound
        let result = [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, count in
            // Cannot fail: the buffer is as large as zlib asks for.
            let code = compress2(buffer.baseAddress, &written, source, uLong(source.count), level)
            count = code == Z_OK ? Int(written) : 0
        }
        data = Data(result)
    }

    init(length: Int, data: Data) {
        self.length = length
        self.data = data
    }

    /// The bytes as they were, or an error when they are damaged.
    func bytes() throws -> [UInt8] {
        guard length >= 0, length <= CompressedBytes.longest(from: data.count) else { throw damaged }
        var written = uLong(length)
        let source = Array(data)
        var code = Z_OK
        let result = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            // zlib wants an address even for nothing.
            var nothing: UInt8 = 0
            code =
                buffer.isEmpty
                ? uncompress(&nothing, &written, source, uLong(source.count))
                : uncompress(buffer.baseAddress, &written, source, uLong(source.count))
            count = code == Z_OK ? Int(written) : 0
        }
        guard code == Z_OK, result.count == length else { throw damaged }
        return result
    }

    /// Deflate cannot make bytes smaller than a 1,032nd part.
    private static func longest(from count: Int) -> Int { (count + 1) * 1032 }

    private var damaged: DamagedBytes { DamagedBytes() }
}

/// Compressed bytes from which nothing can be read.
struct DamagedBytes: Error {}
