// SPDX-License-Identifier: Apache-2.0

import Model

extension ClockPattern {
    /// Reads a cron expression: minute, hour, day of month, month, day of week; or `@daily` and the like.
    ///
    /// Where neither of the two days begins with `*`, either is enough, whatever else it says: `1-31` means each day, and so does
    /// `1-31` beside `fri`. An expression whose minute or hour begins with `*` follows real time where the clock is put forward or
    /// back. Source: crontab(5) of Debian's cron (Vixie).
    ///
    /// - Throws: `PatternError` with the field and what is wrong with it.
    package init(cron text: String) throws(PatternError) {
        let words = (ClockPattern.cronNames[text.trimmed] ?? text).split { $0 == " " || $0 == "\t" }.map(String.init)
        guard words.count == 5 else { throw ClockPattern.wrongCount(words) }
        let minutes = try CronField(words[0], "minute", 0...59).values
        let hours = try CronField(words[1], "hour", 0...23).values
        let days = try CronField(words[2], "day", 1...31)
        let months = try CronField(words[3], "month", 1...12, names: ClockPattern.monthNames).values
        let weekdays = try CronField(
            words[4], "weekday", 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
        let found = Set(weekdays.values.map { Weekday.allCases[($0 + 6) % 7] })
        let isEither = !days.isAny && !weekdays.isAny
        self.init(
            text, weekdays: found.count == 7 && !isEither ? nil : found,
            months: months.count == 12 ? nil : Set(months),
            days: days.values.count == 31 && !isEither ? nil : Set(days.values), eitherDay: isEither, hours: hours,
            minutes: minutes, followsRealTime: words[0].hasPrefix("*") || words[1].hasPrefix("*"))
    }

    /// What is wrong with an expression that has not five fields.
    private static func wrongCount(_ words: [String]) -> PatternError {
        let names = cronNames.keys.sorted().joined(separator: ", ")
        if let first = words.first, first.hasPrefix("CRON_TZ=") || first.hasPrefix("TZ=") {
            return PatternError("names a zone; write it as 'zone' of the schedule, and the pattern without it")
        }
        if words.first?.hasPrefix("@") == true { return PatternError("is no name that is known; they are \(names)") }
        let fields = "has \(words.count) fields, not five: minute, hour, day, month, weekday (or one of \(names))"
        guard words.count == 6 || words.count == 7 else { return PatternError(fields) }
        let hint =
            Int(words[0]) == 0
            ? "if the first is seconds, leave it out: '\(words[1...5].joined(separator: " "))'"
            : "cron has no seconds; 'onCalendar' has them"
        return PatternError("\(fields); \(hint)")
    }

    static let monthNames = [
        "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static let cronNames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
}

/// Why a text is no pattern, as the end of a sentence.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// A range whose end comes before its beginning, and the two that it may mean.
    init(backward text: String, _ ends: [String], _ mark: String, _ limits: [String]) {
        let spans = [[ends[0], limits[1]], [limits[0], ends[ends.count - 1]]]
        let two = spans.map { $0[0] == $0[1] ? $0[0] : $0.joined(separator: mark) }.joined(separator: ",")
        self.init("has the range '\(text)', which goes backward; write '\(two)' if both parts are meant")
    }
}

/// One field of a cron expression: `*`, `5`, `1-5`, `*/15`, `mon-fri`, and lists of them.
private struct CronField {
    var values: [Int] = []
    /// Whether it begins with a star, which is what makes cron ignore it beside the other day.
    let isAny: Bool

    init(_ text: String, _ name: String, _ range: ClosedRange<Int>, names: [String] = []) throws(PatternError) {
        isAny = text.hasPrefix("*")
        var found: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard (1...2).contains(halves.count), let span = halves.first else {
                throw PatternError("has no \(name) '\(text)'")
            }
            var (first, last) = (range.lowerBound, range.upperBound)
            if span != "*" {
                let ends = span.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
                let numbers = ends.map { CronField.number($0, names) }
                guard (1...2).contains(ends.count), let begin = numbers[0], let end = numbers[numbers.count - 1],
                    range.contains(begin), range.contains(end)
                else {
                    let near = ends.lazy.compactMap { CronField.nearName(to: $0, names) }.first
                    throw PatternError(
                        "has no \(name) '\(part)': it goes from \(range.lowerBound) to \(range.upperBound)"
                            + (near.map { "; did you mean '\($0)'?" } ?? ""))
                }
                guard begin <= end else {
                    // Weekdays go to 7, which is Sunday once more.
                    let limits = [range.lowerBound, name == "weekday" ? 6 : range.upperBound]
                    let isNamed = Int(ends[0]) == nil
                    throw PatternError(backward: span, ends, "-", limits.map { isNamed ? names[$0] : "\($0)" })
                }
                // `5/15` begins at 5 and goes on to the end.
                (first, last) = (begin, ends.count == 1 && halves.count == 2 ? range.upperBound : end)
            }
            var step = 1
            if halves.count == 2 {
                guard let number = Int(halves[1]), number > 0 else {
                    throw PatternError("has no step '\(halves[1])' in '\(part)'")
                }
                step = number
            }
            found.formUnion(stride(from: first, through: last, by: step))
        }
        values = found.sorted()
    }

    /// The short name that a long one begins with: `fri` for `friday`.
    private static func nearName(to text: String, _ names: [String]) -> String? {
        let word = text.lowercased()
        return word.count < 4 ? nil : names.first { !$0.isEmpty && word.hasPrefix($0) }
    }

    private static func number(_ text: String, _ names: [String]) -> Int? {
        if let index = names.firstIndex(of: text.lowercased()), !text.isEmpty { return index }
        return text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
