// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads the days of the events of an iCalendar (RFC 5545): events of whole days, with an end that does not count, also yearly ones.
enum InternetCalendar {
    static func read(_ lines: [String], file: String) -> (Set<Day>, Problems) {
        var (days, problems): (Set<Day>, Problems) = ([], Problems())
        var event = CalendarEvent()
        var eventLine = 0
        for (number, line) in unfolded(lines) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].prefix { $0 != ";" }.uppercased()
            let value = String(line[line.index(after: colon)...]).trimmed
            switch (name, value.uppercased()) {
            case ("BEGIN", "VEVENT"): (event, eventLine) = (CalendarEvent(), number)
            case ("END", "VEVENT"):
                do throws(CalendarEvent.Unreadable) {
                    days.formUnion(try event.days())
                } catch {
                    problems.add(
                        "the event is not read: \(error.why)", at: Place(file: file, line: eventLine, column: 1))
                }
            default: event.properties[name, default: []].append(value)
            }
        }
        return (days, problems)
    }

    /// A line that begins with a blank goes on with the one before.
    private static func unfolded(_ lines: [String]) -> [(Int, String)] {
        var result: [(Int, String)] = []
        for (index, line) in lines.enumerated() {
            if line.hasPrefix(" ") || line.hasPrefix("\t"), !result.isEmpty {
                result[result.count - 1].1 += line.dropFirst()
            } else {
                result.append((index + 1, line))
            }
        }
        return result
    }
}

/// An event of an iCalendar, by its properties.
private struct CalendarEvent {
    struct Unreadable: Error {
        let why: String
    }

    /// For so many years a yearly event is written out.
    private static let years = 1970...2199

    /// What was written of each property, which may come several times.
    var properties: [String: [String]] = [:]

    /// All its days; none where it was cancelled.
    func days() throws(Unreadable) -> Set<Day> {
        if value("STATUS")?.uppercased() == "CANCELLED" { return [] }
        guard let written = value("DTSTART") else { throw Unreadable(why: "it needs DTSTART with a date") }
        let first = try day(written, "DTSTART")
        let length = try length(from: first)
        let left = Set(try dates("EXDATE"))
        var starts = try yearly(from: first) ?? [first]
        starts += try dates("RDATE")
        return Set(starts.filter { !left.contains($0) }.flatMap { Array($0...($0 + (length - 1))) })
    }

    private func value(_ name: String) -> String? { properties[name]?.last }

    /// How many days it lasts; without an end, one.
    private func length(from first: Day) throws(Unreadable) -> Int {
        if let written = value("DTEND") {
            let end = try day(written, "DTEND")
            guard end >= first else { throw Unreadable(why: "DTEND is before DTSTART") }
            return max(1, end - first)
        }
        guard let written = value("DURATION") else { return 1 }
        guard let match = written.uppercased().wholeMatch(of: /P(\d{1,3})([DW])/), let count = Int(match.1), count > 0
        else { throw Unreadable(why: "DURATION must be whole days such as P2D or P1W, not '\(written)'") }
        return count * (match.2 == "W" ? 7 : 1)
    }

    private func dates(_ name: String) throws(Unreadable) -> [Day] {
        var found: [Day] = []
        for written in properties[name] ?? [] {
            for part in written.split(separator: ",") { found.append(try day(String(part).trimmed, name)) }
        }
        return found
    }

    /// The first days of an event that comes again each year; nil when it comes once.
    private func yearly(from first: Day) throws(Unreadable) -> [Day]? {
        guard let rule = value("RRULE")?.uppercased() else { return nil }
        var parts: [String: String] = [:]
        for part in rule.split(separator: ";") {
            let words = part.split(separator: "=", maxSplits: 1).map(String.init)
            parts[words[0]] = words.count == 2 ? words[1] : ""
        }
        let (month, day) = (first.month.month, first.day)
        var (last, most): (Day?, Int?) = (nil, nil)
        for (name, value) in parts {
            switch (name, value) {
            case ("FREQ", "YEARLY"), ("INTERVAL", "1"), ("BYMONTH", "\(month)"), ("BYMONTHDAY", "\(day)"), ("WKST", _):
                break
            case ("UNTIL", _): last = try self.day(String(value.prefix(8)), "UNTIL")
            case ("COUNT", _) where Int(value) ?? 0 > 0: most = Int(value)
            default: throw Unreadable(why: "of repetitions only FREQ=YEARLY on the same day is read, not '\(rule)'")
            }
        }
        guard parts["FREQ"] != nil else { throw Unreadable(why: "the repetition '\(rule)' has no FREQ") }
        let all = Self.years.filter { $0 >= first.month.year }.compactMap { Day($0, month, day) }
        return Array(all.filter { $0 <= last ?? $0 }.prefix(most ?? all.count))
    }

    /// `20260101`, or midnight of that day by the clocks of wherever it is read.
    private func day(_ text: String, _ name: String) throws(Unreadable) -> Day {
        guard let match = text.uppercased().wholeMatch(of: /(\d{4})(\d{2})(\d{2})(T000000)?/), let year = Int(match.1),
            let month = Int(match.2), let number = Int(match.3), let day = Day(year, month, number)
        else { throw Unreadable(why: "\(name) must be the date of a whole day such as 20260101, not '\(text)'") }
        return day
    }
}
