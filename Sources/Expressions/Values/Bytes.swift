// SPDX-License-Identifier: Apache-2.0

import Glibc

extension String {
    /// Whether another text stands in this one, byte for byte.
    package func holds(_ part: String) -> Bool {
        var (whole, part) = (self, part)
        return whole.withUTF8 { whole in
            part.withUTF8 { UnsafeRawBufferPointer(whole).holds(UnsafeRawBufferPointer($0)) }
        }
    }

    /// The text without white space at its beginning and end.
    package var withoutOuterSpace: String {
        guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[...last].drop { $0.isWhitespace })
    }
}

extension ArraySlice<UInt8> {
    /// Whether other bytes stand in these.
    package func holds(_ part: [UInt8]) -> Bool {
        withUnsafeBytes { whole in part.withUnsafeBytes { whole.holds($0) } }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether other bytes stand in these; `memchr` skips to each place that could be a beginning.
    fileprivate func holds(_ part: UnsafeRawBufferPointer) -> Bool {
        guard let wanted = part.baseAddress, let first = part.first else { return true }
        guard var place = baseAddress else { return false }
        let end = place + count
        while end - place >= part.count {
            guard let start = memchr(place, Int32(first), end - place - part.count + 1) else { return false }
            if memcmp(start, wanted, part.count) == 0 { return true }
            place = UnsafeRawPointer(start) + 1
        }
        return false
    }
}
