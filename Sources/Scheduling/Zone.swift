// SPDX-License-Identifier: Apache-2.0

package import Model

/// A time zone: the offsets of local clocks from UTC, as the time zone database tells them.
///
/// Source: RFC 8536 (the TZif format), version 2 or later; after the last listed change the rule in the footer counts
/// (POSIX.1 TZ with the extensions of the RFC).
package struct Zone: Hashable, Sendable, CustomStringConvertible {
    /// Its name, such as `Asia/Seoul`.
    package let name: String
    /// The instants, in seconds, from which on another offset holds.
    private let changes: [Int64]
    /// The offset in seconds from each of them on.
    private let offsets: [Int32]
    /// The offset before the first.
    private let firstOffset: Int32
    /// What holds after the last.
    private let rule: ZoneRule?

    package var description: String { name }

    /// Always UTC.
    package static let utc = Zone(name: "UTC", changes: [], offsets: [], firstOffset: 0, rule: nil)

    private init(name: String, changes: [Int64], offsets: [Int32], firstOffset: Int32, rule: ZoneRule?) {
        self.name = name
        self.changes = changes
        self.offsets = offsets
        self.firstOffset = firstOffset
        self.rule = rule
    }

    /// Reads a zone from the bytes of its file; nil when they are none.
    package init?(name: String, tzif bytes: [UInt8]) {
        guard let first = ZoneHeader(bytes, at: 0), first.version >= 0x32 else { return nil }
        let start = ZoneHeader.size + first.dataSize(timeSize: 4)
        guard let header = ZoneHeader(bytes, at: start) else { return nil }
        let data = start + ZoneHeader.size
        let footer = data + header.dataSize(timeSize: 8)
        guard header.types > 0, bytes.count > footer + 1, bytes[footer] == 0x0A else { return nil }
        let types = data + header.times * 9
        let known = (0..<header.types).map { Int32(truncatingIfNeeded: bytes.bigEndian(types + $0 * 6, size: 4)) }
        var (changes, offsets): ([Int64], [Int32]) = ([], [])
        for index in 0..<header.times {
            let type = Int(bytes[data + header.times * 8 + index])
            guard type < known.count else { return nil }
            changes.append(bytes.bigEndian(data + index * 8, size: 8))
            offsets.append(known[type])
        }
        let text = String(decoding: bytes[(footer + 1)...].prefix { $0 != 0x0A }, as: UTF8.self)
        let rule = text.isEmpty ? nil : ZoneRule(text)
        guard text.isEmpty || rule != nil else { return nil }
        self.init(name: name, changes: changes, offsets: offsets, firstOffset: known[0], rule: rule)
    }

    /// The offset of local clocks from UTC at an instant, in seconds.
    package func offset(at seconds: Int64) -> Int {
        if let last = changes.last, seconds < last {
            let index = changes.partitioningIndex { $0 > seconds }
            return Int(index == 0 ? firstOffset : offsets[index - 1])
        }
        return rule?.offset(at: seconds) ?? Int(offsets.last ?? firstOffset)
    }

    /// The local date at an instant and the seconds of its day that the clock shows.
    package func local(_ instant: Instant) -> (day: Day, seconds: Int) {
        let seconds = floorDivide(instant.microseconds, 1_000_000)
        let local = seconds + Int64(offset(at: seconds))
        let day = floorDivide(local, 86_400)
        return (Day(number: Int(day)), Int(local - day * 86_400))
    }

    /// The instant at which a local clock shows a time of a day.
    ///
    /// A time that comes twice means the first; one that the clock passes over means the moment it is put forward.
    /// `seconds` may lie beyond the day.
    package func instant(_ day: Day, _ seconds: Int) -> Instant {
        let local = Int64(day.number) * 86_400 + Int64(seconds)
        // The offsets that hold around it: no change is larger than a day.
        let early = offset(at: local - 86_400)
        let late = offset(at: local + 86_400)
        if early == late, offset(at: local - Int64(early)) == early { return Instant(seconds: local - Int64(early)) }
        for offset in candidates(around: local) where self.offset(at: local - Int64(offset)) == offset {
            return Instant(seconds: local - Int64(offset))
        }
        return Instant(seconds: gapEnd(local))
    }

    /// Whether its clocks show the same time at another instant, too.
    package func showsTwice(_ instant: Instant) -> Bool {
        let seconds = floorDivide(instant.microseconds, 1_000_000)
        let here = offset(at: seconds)
        // No change is larger than a day.
        return [seconds - 86_400, seconds + 86_400].map { offset(at: $0) }.contains { other in
            other != here && offset(at: seconds + Int64(here - other)) == other
        }
    }

    /// The offsets that hold within two days of a local time; the largest, which gives the earliest instant, first.
    private func candidates(around local: Int64) -> [Int] {
        let hours = stride(from: local - 86_400 * 2, through: local + 86_400 * 2, by: 3600)
        return Set(hours.map(offset)).sorted(by: >)
    }

    /// The instant at which the clock is put forward over a local time.
    private func gapEnd(_ local: Int64) -> Int64 {
        // Before the change the clock shows less than `local`, after it more: the change is where that turns.
        var (low, high) = (local - 86_400 * 2, local + 86_400 * 2)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if middle + Int64(offset(at: middle)) < local { low = middle } else { high = middle }
        }
        return high
    }
}

extension Instant {
    /// The instant so many seconds after the epoch.
    package init(seconds: Int64) { self.init(microseconds: seconds * 1_000_000) }
}

/// The counts at the head of each part of a zone's file.
private struct ZoneHeader {
    static let size = 44

    let version: UInt8
    let times: Int
    let types: Int
    private let utcFlags: Int
    private let standardFlags: Int
    private let leaps: Int
    private let letters: Int

    init?(_ bytes: [UInt8], at start: Int) {
        guard bytes.count >= start + ZoneHeader.size, Array(bytes[start..<start + 4]) == Array("TZif".utf8) else {
            return nil
        }
        version = bytes[start + 4]
        let counts = (0..<6).map { Int(bytes.bigEndian(start + 20 + $0 * 4, size: 4)) }
        (utcFlags, standardFlags, leaps) = (counts[0], counts[1], counts[2])
        (times, types, letters) = (counts[3], counts[4], counts[5])
        guard counts.allSatisfy({ (0..<100_000).contains($0) }) else { return nil }
        guard bytes.count >= start + ZoneHeader.size + dataSize(timeSize: 4) else { return nil }
    }

    func dataSize(timeSize: Int) -> Int {
        times * (timeSize + 1) + types * 6 + letters + leaps * (timeSize + 4) + standardFlags + utcFlags
    }
}

extension [UInt8] {
    fileprivate func bigEndian(_ start: Int, size: Int) -> Int64 {
        guard start + size <= count else { return 0 }
        let value = self[start..<start + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}

extension [Int64] {
    /// Where the elements for which something holds begin; they come last.
    fileprivate func partitioningIndex(_ holds: (Int64) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
