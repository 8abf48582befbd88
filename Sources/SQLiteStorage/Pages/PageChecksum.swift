// SPDX-License-Identifier: Apache-2.0

import CZlib

/// The checksum in the last bytes of each page of a store's database.
///
/// It covers the page's content and its number, so that damage is noticed when SQLite reads the page, and also when a disk returns
/// another page than it was asked for. SQLite leaves the bytes free (`reservedBytes`); a CRC-32 and its complement are in them.
package enum PageChecksum {
    /// The bytes of a page.
    package static let pageSize = 4096
    /// The bytes that SQLite leaves free at the end of a page.
    package static let reservedBytes = 8

    /// Writes the checksum of a page into its last bytes.
    package static func write(into page: UnsafeMutableRawBufferPointer, number: Int64) {
        let checksum = checksum(of: UnsafeRawBufferPointer(page), number)
        page.storeBytes(of: checksum.bigEndian, toByteOffset: pageSize - reservedBytes, as: UInt64.self)
    }

    /// Whether a page is as it was written.
    package static func matches(_ page: UnsafeRawBufferPointer, number: Int64) -> Bool {
        let written = page.loadUnaligned(fromByteOffset: pageSize - reservedBytes, as: UInt64.self)
        return UInt64(bigEndian: written) == checksum(of: page, number)
    }

    private static func checksum(of page: UnsafeRawBufferPointer, _ number: Int64) -> UInt64 {
        let seed = withUnsafeBytes(of: number.bigEndian) { crc(0, $0) }
        let content = crc(seed, UnsafeRawBufferPointer(rebasing: page.prefix(pageSize - reservedBytes)))
        return UInt64(content) << 32 | UInt64(~content)
    }

    private static func crc(_ seed: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(crc32(uLong(seed), bytes.bindMemory(to: UInt8.self).baseAddress, uInt(bytes.count)))
    }
}
