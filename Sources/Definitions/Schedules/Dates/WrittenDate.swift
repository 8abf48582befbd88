// SPDX-License-Identifier: Apache-2.0

import Model

/// Which of two numbers before a year is the month.
enum DateOrder: String, CaseIterable {
    case monthFirst = "month-first"
    case dayFirst = "day-first"

    /// The order that most dates have; nil where they may be meant either way round.
    init?(of dates: [WrittenDate]) {
        let (month, day) = (dates.count { $0.day(.monthFirst) != nil }, dates.count { $0.day(.dayFirst) != nil })
        if month == day, dates.contains(where: \.isAmbiguous) { return nil }
        self = month >= day ? .monthFirst : .dayFirst
    }
}

/// A date as people and programs write it: `2026-01-05`, `2026/1/5`, `2026. 1. 5.`, `2026년 1월 5일`, `20260105`, `1/5/2026`.
struct WrittenDate {
    private let year: Int
    private let first: Int
    private let second: Int
    private let beginsWithYear: Bool

    /// The day it means, if there is one.
    func day(_ order: DateOrder) -> Day? {
        beginsWithYear || order == .monthFirst ? Day(year, first, second) : Day(year, second, first)
    }

    /// Whether it means one day by one order and another by the other.
    var isAmbiguous: Bool {
        guard let one = day(.monthFirst), let other = day(.dayFirst) else { return false }
        return one != other
    }

    /// Reads a date; nil when the text has not the form of one.
    init?(_ text: String) {
        guard text.utf8.count <= 60, let pieces = Pieces(text) else { return nil }
        if pieces.runs.count == 1 {
            guard pieces.marks == [""] else { return nil }
            self.init(digits: pieces.runs[0])
        } else {
            self.init(pieces)
        }
    }

    private init?(_ pieces: Pieces) {
        let (runs, marks) = (pieces.runs, pieces.marks)
        guard runs.count >= 3, WrittenDate.separators.contains([marks[0], marks[1]]), runs[1].count <= 2,
            WrittenDate.ends.contains(marks[2]), runs.count == 3 || pieces.isMidnight(from: 3),
            let numbers = WrittenDate.numbers(runs)
        else { return nil }
        switch (runs[0].count, runs[2].count) {
        case (4, 1...2): (year, first, second, beginsWithYear) = (numbers[0], numbers[1], numbers[2], true)
        case (1...2, 4): (year, first, second, beginsWithYear) = (numbers[2], numbers[0], numbers[1], false)
        default: return nil
        }
    }

    /// `20260105`, or `01052026`.
    private init?(digits: String) {
        let digits = digits.compactMap(\.wholeNumberValue)
        guard digits.count == 8 else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        beginsWithYear = Day(number(0..<4), number(4..<6), number(6..<8)) != nil
        year = number(beginsWithYear ? 0..<4 : 4..<8)
        first = number(beginsWithYear ? 4..<6 : 0..<2)
        second = number(beginsWithYear ? 6..<8 : 2..<4)
    }

    private static func numbers(_ runs: [String]) -> [Int]? {
        let numbers = runs.prefix(3).compactMap { Int($0) }
        return numbers.count == 3 ? numbers : nil
    }

    private static let separators: Set<[String]> = [["-", "-"], ["/", "/"], [".", "."], ["년", "월"], ["年", "月"]]
    private static let ends: Set<String> = ["", ".", "일", "日", "T"]
}

extension WrittenDate {
    /// The numbers of a text and what is written behind each, without blanks.
    private struct Pieces {
        var runs: [String] = []
        var marks: [String] = []

        init?(_ text: String) {
            for scalar in text.unicodeScalars {
                // Letters of full width are those of ASCII, each so much further on.
                let isWide = (0xFF01...0xFF5E).contains(scalar.value)
                guard let letter = isWide ? Unicode.Scalar(scalar.value - 0xFEE0) : scalar else { return nil }
                if (0x30...0x39).contains(letter.value) {
                    if marks.count == runs.count { runs.append("") }
                    runs[runs.count - 1].unicodeScalars.append(letter)
                } else {
                    guard !runs.isEmpty else { return nil }
                    if marks.count < runs.count { marks.append("") }
                    if letter != " " { marks[marks.count - 1].unicodeScalars.append(letter) }
                }
            }
            if marks.count < runs.count { marks.append("") }
        }

        /// Whether the numbers from one on are a time of 0:00.
        func isMidnight(from index: Int) -> Bool {
            (2...3).contains(runs.count - index) && runs[index...].allSatisfy { $0 == "0" || $0 == "00" }
                && marks[index...].dropLast().allSatisfy { $0 == ":" } && marks.last == ""
        }
    }
}
