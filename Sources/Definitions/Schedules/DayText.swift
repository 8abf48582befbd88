// SPDX-License-Identifier: Apache-2.0

import Model

extension DayPattern {
    /// Reads `2026-01-01`, `2026-01-01..2026-01-03`, `01-01`, `12-30..01-02`, `15`, `last`, `sat`, `mon 2`, `mon last of 5`.
    init?(written text: String) {
        let ends = text.split(separator: "..", omittingEmptySubsequences: false).map(String.init)
        if ends.count == 2 {
            if let first = Day(ends[0]), let last = Day(ends[1]), first <= last {
                self = .range(first, last)
            } else if let from = MonthDay(written: ends[0]), let to = MonthDay(written: ends[1]) {
                self = .yearlyRange(from: from, to: to)
            } else {
                return nil
            }
        } else if let day = Day(text) {
            self = .day(day)
        } else if let day = MonthDay(written: text) {
            self = .yearly(month: day.month, day: day.day)
        } else if text == "last" {
            self = .monthly(day: -1)
        } else if let day = Int(text), (1...31).contains(day) {
            self = .monthly(day: day)
        } else if let weekday = WeekdayText(text) {
            self = .weekday(weekday.weekday, nth: weekday.nth, month: weekday.month)
        } else {
            return nil
        }
    }
}

extension MonthDay {
    /// Reads `08-15`.
    init?(written text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let month = Int(parts[0]),
            let day = Int(parts[1])
        else { return nil }
        self.init(month, day)
    }
}

extension Weekday {
    /// Reads `fri`, `Fri` and `Friday`.
    init?(written text: some StringProtocol) {
        let word = text.lowercased()
        guard let weekday = Weekday.allCases.first(where: { word == $0.rawValue || word == "\($0)" }) else {
            return nil
        }
        self = weekday
    }
}

/// A weekday, perhaps the n-th or last of the month, perhaps of one month only: `mon`, `mon 2`, `mon last of 5`.
struct WeekdayText {
    let weekday: Weekday
    var nth: Int?
    var month: Int?

    init?(_ text: String) {
        var words = text.split(separator: " ").map(String.init)
        guard let first = words.first, let weekday = Weekday(written: first) else { return nil }
        self.weekday = weekday
        words.removeFirst()
        if let word = words.first, word != "of" {
            if word == "last" {
                nth = -1
            } else if let number = Int(word), (1...5).contains(number) {
                nth = number
            } else {
                return nil
            }
            words.removeFirst()
        }
        if words.isEmpty { return }
        guard words.count == 2, words[0] == "of", let month = Int(words[1]), (1...12).contains(month) else {
            return nil
        }
        self.month = month
    }
}

extension DayRule {
    /// Reads the day of a rule; the ways it may be written are in the guide to schedules.
    init?(written text: String) {
        if text == "registered" {
            self = .registered
        } else if let day = Day(text) {
            self = .date(day)
        } else if let day = Int(text), (1...31).contains(day) {
            self = .dayOfMonth(day, month: nil)
        } else if let weekday = WeekdayText(text) {
            self = .weekday(weekday.weekday, nth: weekday.nth, month: weekday.month)
        } else if let day = MonthDay(written: text) {
            self = .dayOfMonth(day.day, month: day.month)
        } else if let rule = DayRule.counted(text) {
            self = rule
        } else {
            return nil
        }
    }

    /// Days that are counted, perhaps of one month only: `every open`, `last -2`, `open 3`, `closed last of 12`.
    private static func counted(_ text: String) -> DayRule? {
        var words = text.split(separator: " ").map(String.init)
        if words.count == 2, words[0] == "every" { return DayKind(rawValue: words[1]).map { .every($0) } }
        var month: Int?
        if words.count > 2, words[words.count - 2] == "of" {
            guard let number = Int(words[words.count - 1]), (1...12).contains(number) else { return nil }
            month = number
            words.removeLast(2)
        }
        if words.first == "last" || words.first == "end" { return beforeEnd(Array(words.dropFirst()), .any, month) }
        guard let kind = words.first.flatMap(DayKind.init(rawValue:)), words.count > 1 else { return nil }
        if words[1] == "last" { return beforeEnd(Array(words.dropFirst(2)), kind, month) }
        guard words.count == 2, let number = Int(words[1]), (1...31).contains(number) else { return nil }
        return .nth(number, kind, month: month)
    }

    /// Nothing, or a minus and a number of days.
    private static func beforeEnd(_ words: [String], _ kind: DayKind, _ month: Int?) -> DayRule? {
        guard let word = words.first else { return .beforeEnd(0, kind, month: month) }
        guard words.count == 1, word.hasPrefix("-"), let number = Int(word.dropFirst()), (0...30).contains(number)
        else {
            return nil
        }
        return .beforeEnd(number, kind, month: month)
    }
}
