// SPDX-License-Identifier: Apache-2.0

/// A set of whole numbers as people write it: `0`, `200-399,401`, or `none`.
package struct NumberSet: Hashable, Sendable, CustomStringConvertible {
    private let ranges: [ClosedRange<Int>]

    /// Reads numbers and ranges, separated by commas; nil when something is neither.
    package init?(_ text: String) {
        guard text != "none" else {
            ranges = []
            return
        }
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { Int(String($0).withoutOuterSpace) }
            guard let first = ends[0], let last = ends.count > 1 ? ends[1] : first, ends.count <= 2, first >= 0,
                first <= last
            else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }

    /// Makes a set of ranges.
    package init(_ ranges: [ClosedRange<Int>]) { self.ranges = ranges }

    /// Whether a number is in it.
    package func contains(_ number: Int) -> Bool { ranges.contains { $0.contains(number) } }

    /// The set as people write it.
    package var description: String {
        guard !ranges.isEmpty else { return "none" }
        return ranges.map { $0.count == 1 ? String($0.lowerBound) : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}
