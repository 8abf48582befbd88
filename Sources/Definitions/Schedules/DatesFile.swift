// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads dates from a file: one a line, or an iCalendar.
enum DatesFile {
    /// The forms of a date, of which one holds for a whole file; they are Job Arranger's.
    private static let forms = ["YYYY/MM/DD", "YYYY-MM-DD", "MM/DD/YYYY", "YYYYMMDD", "MMDDYYYY"]

    static func read(_ bytes: [UInt8], file: String) -> (Set<Day>, Problems) {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
        let isCalendar = lines.first { !$0.isEmpty }?.uppercased().hasPrefix("BEGIN:VCALENDAR") ?? false
        return isCalendar ? InternetCalendar.read(lines, file: file) : readLines(lines, file: file)
    }

    /// One date a line; empty lines and lines that begin with `#` are passed over.
    private static func readLines(_ lines: [String], file: String) -> (Set<Day>, Problems) {
        let written = lines.enumerated().compactMap { number, line -> (line: Int, text: String)? in
            let text = line.trimmed
            return text.isEmpty || text.hasPrefix("#") ? nil : (number + 1, text)
        }
        var problems = Problems()
        // The form that reads most lines is the one that was meant.
        let readings = forms.map { form in written.map { day($0.text, form) } }
        guard let best = readings.max(by: { $0.count(where: { $0 != nil }) < $1.count(where: { $0 != nil }) }) else {
            return ([], problems)
        }
        for (entry, day) in zip(written, best) where day == nil {
            problems.add(
                "'\(entry.text)' is no date; a file has one a line, all in one form: \(forms.joined(separator: ", "))",
                at: Place(file: file, line: entry.line, column: 1))
        }
        return (Set(best.compactMap(\.self)), problems)
    }

    private static func day(_ text: String, _ form: String) -> Day? {
        guard text.utf8.count == form.utf8.count else { return nil }
        var parts: [Character: Int] = [:]
        for (letter, meant) in zip(text, form) {
            if meant.isLetter {
                guard let digit = letter.isASCII ? letter.wholeNumberValue : nil else { return nil }
                parts[meant, default: 0] = parts[meant, default: 0] * 10 + digit
            } else if letter != meant {
                return nil
            }
        }
        return Day(parts["Y"] ?? 0, parts["M"] ?? 0, parts["D"] ?? 0)
    }
}

/// Reads the days of the events of an iCalendar (RFC 5545): whole days, with an end that does not count, and yearly ones.
enum InternetCalendar {
    /// For so many years a yearly event is written out.
    private static let years = 1970...2199

    static func read(_ lines: [String], file: String) -> (Set<Day>, Problems) {
        var (days, problems): (Set<Day>, Problems) = ([], Problems())
        var event: [String: String] = [:]
        var eventLine = 0
        for (number, line) in unfolded(lines) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].prefix { $0 != ";" }.uppercased()
            let value = String(line[line.index(after: colon)...])
            switch (name, value.uppercased()) {
            case ("BEGIN", "VEVENT"): (event, eventLine) = ([:], number)
            case ("END", "VEVENT"):
                if let found = eventDays(event) {
                    days.formUnion(found)
                } else {
                    problems.add(
                        "the event is not read: it needs DTSTART with a date, and no rule of repetition but FREQ=YEARLY",
                        at: Place(file: file, line: eventLine, column: 1))
                }
            default: event[name] = value
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

    private static func eventDays(_ event: [String: String]) -> Set<Day>? {
        guard let first = event["DTSTART"].flatMap(date) else { return nil }
        // The end is the day after the last, where it is a date; without one the event lasts a day.
        let end = event["DTEND"].flatMap(date) ?? first + 1
        let last = max(first, end - 1)
        guard let rule = event["RRULE"] else { return Set(first...last) }
        let parts = Set(rule.uppercased().split(separator: ";").map(String.init))
        guard parts.contains("FREQ=YEARLY"), parts.subtracting(["FREQ=YEARLY", "INTERVAL=1"]).isEmpty else {
            return nil
        }
        let (month, day) = (first.month.month, first.day)
        return Set(
            years.filter { $0 >= first.month.year }.compactMap { Day($0, month, day) }
                .flatMap { Array($0...($0 + (last - first))) })
    }

    /// `20260101`, also with a time behind it.
    private static func date(_ text: String) -> Day? {
        let digits = text.prefix(8)
        guard digits.utf8.count == 8, let number = Int(digits) else { return nil }
        return Day(number / 10_000, number / 100 % 100, number % 100)
    }
}
