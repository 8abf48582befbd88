// SPDX-License-Identifier: Apache-2.0

import Model

extension ClockPattern {
    /// Reads a systemd calendar event such as `Mon..Fri *-*-* 03:00`, `*-*~01 18:00` or `daily`.
    ///
    /// Source: systemd.time(7). The zone is the schedule's, so that none is read here; a fraction of a second is not read.
    ///
    /// - Throws: `PatternError` with the part and what is wrong with it.
    package init(onCalendar text: String) throws(PatternError) {
        let name = text.trimmed.lowercased()
        var words = (ClockPattern.calendarNames[name] ?? text.trimmed).split(separator: " ").map(String.init)
        guard !words.isEmpty else { throw PatternError("is empty") }
        var weekdays: Set<Weekday>?
        if let first = words.first, first.first?.isLetter == true {
            weekdays = try EventPart.weekdays(first)
            words.removeFirst()
        }
        var date = "*-*-*"
        if let first = words.first, !first.contains(":") {
            date = first
            words.removeFirst()
        }
        if words.count > 1, let last = words.last, last == "UTC" || last.contains("/"), !last.contains(":") {
            throw PatternError("names a zone; write it as 'zone' of the schedule, and the pattern without it")
        }
        let time = words.first ?? "00:00:00"
        guard words.count <= 1, time.contains(":") else {
            throw PatternError("has '\(words.joined(separator: " "))' where a time such as 03:00 should stand")
        }
        let (years, months, days, fromEnd) = try EventPart.date(date)
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(clock.count) else { throw PatternError("has no time '\(time)'") }
        self.init(
            text, weekdays: weekdays, years: years, months: months, days: fromEnd ? nil : days,
            daysFromEnd: fromEnd ? days ?? [] : [], hours: try EventPart(clock[0], "hour", 0...23).sorted,
            minutes: try EventPart(clock[1], "minute", 0...59).sorted,
            seconds: clock.count == 3 ? try EventPart(clock[2], "second", 0...59).sorted : [0])
    }

    private static let calendarNames = [
        "minutely": "*-*-* *:*:00", "hourly": "*-*-* *:00:00", "daily": "*-*-* 00:00:00", "monthly": "*-*-01 00:00:00",
        "weekly": "Mon *-*-* 00:00:00", "yearly": "*-01-01 00:00:00", "annually": "*-01-01 00:00:00",
        "quarterly": "*-01,04,07,10-01 00:00:00", "semiannually": "*-01,07-01 00:00:00",
    ]
}

/// One part of a calendar event: `*`, `5`, `1..5`, `0/15`, `8..18/2`, and lists of them.
private struct EventPart {
    /// The numbers; nil = any.
    let values: Set<Int>?
    private let range: ClosedRange<Int>

    var sorted: [Int] { values?.sorted() ?? Array(range) }

    init(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(PatternError) {
        self.range = range
        guard text != "*" else {
            values = nil
            return
        }
        var found: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let ends = (halves.first ?? "").split(separator: "..", omittingEmptySubsequences: false).map(String.init)
            let step = halves.count == 2 ? Int(halves[1]) : 1
            let first = ends[0] == "*" ? range.lowerBound : EventPart.number(ends[0])
            let last = ends.count == 2 ? EventPart.number(ends[1]) : halves.count == 2 ? range.upperBound : first
            guard (1...2).contains(halves.count), (1...2).contains(ends.count), let step, step > 0, let first, let last,
                range.contains(first), range.contains(last)
            else {
                throw PatternError("has no \(name) '\(part)': it goes from \(range.lowerBound) to \(range.upperBound)")
            }
            guard first <= last else {
                throw PatternError(backward: halves[0], ends, "..", ["\(range.lowerBound)", "\(range.upperBound)"])
            }
            found.formUnion(stride(from: first, through: last, by: step))
        }
        values = found
    }

    private static func number(_ text: String) -> Int? {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    /// `Mon`, `Mon..Fri`, `Mon,Wed`, `Sat..Mon`.
    static func weekdays(_ text: String) throws(PatternError) -> Set<Weekday> {
        var found: Set<Weekday> = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "..", omittingEmptySubsequences: false).map { end in
                Weekday(written: end)?.number
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
                throw PatternError("has no weekday '\(part)'")
            }
            for offset in 0...((last - first + 7) % 7) { found.insert(Weekday.allCases[(first + offset) % 7]) }
        }
        return found
    }

    /// `*-*-*`, `*-12-24`, `2026-*-1,15`, `*-02~03`, `12-24`.
    static func date(
        _ text: String
    ) throws(PatternError) -> (years: Set<Int>?, months: Set<Int>?, days: Set<Int>?, fromEnd: Bool) {
        var rest = text
        var fromEnd = false
        if let tilde = rest.firstIndex(of: "~") {
            fromEnd = true
            rest.replaceSubrange(tilde...tilde, with: "-")
        }
        let parts = rest.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count) else {
            throw PatternError("has no date '\(text)': it is written year-month-day, each a number or '*'")
        }
        let years = parts.count == 3 ? try EventPart(parts[0], "year", 1970...2199).values : nil
        let months = try EventPart(parts[parts.count - 2], "month", 1...12).values
        let days = try EventPart(parts[parts.count - 1], "day", 1...31)
        guard fromEnd else { return (years, months, days.values, false) }
        // `~07/1` counts on to the end of the month: 7, 6, 5 … days from it.
        let halves = parts[parts.count - 1].split(separator: "/").map(String.init)
        if halves.count == 2, let first = Int(halves[0]), let step = Int(halves[1]) {
            return (years, months, Set(stride(from: first, through: 1, by: -step)), true)
        }
        return (years, months, Set(days.sorted), true)
    }
}
