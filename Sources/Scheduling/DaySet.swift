// SPDX-License-Identifier: Apache-2.0

package import Model

/// A set of dates between 1970 and 2199, a bit each, so that a lookup costs nothing.
package struct DaySet: Hashable, Sendable {
    /// The dates a set can hold.
    package static let range = Month(1970, 1).first...Month(2199, 12).last

    private var words: [UInt64]

    /// Makes the empty set, or that of all dates.
    package init(all: Bool = false) {
        words = [UInt64](repeating: all ? .max : 0, count: DaySet.range.upperBound.number / 64 + 1)
    }

    /// Makes the set of the dates for which something holds.
    package init(where holds: (Day) -> Bool) {
        self.init()
        for day in DaySet.range where holds(day) { insert(day) }
    }

    /// Whether a date is in it; dates outside the range are not.
    package func contains(_ day: Day) -> Bool {
        guard DaySet.range.contains(day) else { return false }
        return words[day.number >> 6] & (1 << UInt64(day.number & 63)) != 0
    }

    package mutating func insert(_ day: Day) {
        if DaySet.range.contains(day) { words[day.number >> 6] |= 1 << UInt64(day.number & 63) }
    }

    package mutating func remove(_ day: Day) {
        if DaySet.range.contains(day) { words[day.number >> 6] &= ~(1 << UInt64(day.number & 63)) }
    }

    package mutating func formUnion(_ other: DaySet) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    package mutating func formIntersection(_ other: DaySet) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    /// The dates of the range that are not in it.
    package var inverted: DaySet {
        var result = self
        for index in words.indices { result.words[index] = ~words[index] }
        return result
    }

    /// Whether it holds none of the range's dates.
    package var isEmpty: Bool { !DaySet.range.contains(where: contains) }
}
