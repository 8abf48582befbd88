// SPDX-License-Identifier: Apache-2.0

import Model

/// An event of an iCalendar, by its properties.
struct CalendarEvent {
    struct Unreadable: Error {
        let why: String
    }

    /// Where it begins.
    let line: Int
    /// What is written of each property, which may come several times.
    var properties: [String: [ContentLine]] = [:]

    init(line: Int) { self.line = line }

    /// What it and the events for single occurrences of it have in common.
    var uid: String { value("UID") ?? "line \(line)" }

    /// What it is called.
    var name: String { properties["SUMMARY"]?.last?.text ?? "" }

    /// The occurrence it takes the place of, if it is one of an event that comes again.
    var movedFrom: Day? { value("RECURRENCE-ID").flatMap { Day(calendar: $0) } }

    var isCancelled: Bool { value("STATUS")?.uppercased() == "CANCELLED" }

    /// Whether what it says is asked for.
    func counts(_ filter: EventFilter) -> Bool {
        filter.counts { property in
            let lines = properties[property.rawValue.uppercased()] ?? []
            return property == .categories ? lines.flatMap(\.texts) : lines.map(\.text)
        }
    }

    /// All its days but those of some occurrences.
    ///
    /// `room` is how many they may be, and afterwards how many are left; `looks` is the same of the days that its rule looks at.
    func days(without gone: Set<Day>, room: inout Int, looks: inout Recurrence.Looks) throws(Unreadable) -> [Day] {
        try checkParts()
        guard let written = value("DTSTART") else { throw Unreadable(why: "it needs DTSTART with a date") }
        let first = try day(written, "DTSTART")
        let length = try length(from: first)
        let left = Set(try dates("EXDATE"))
        var starts = [first]
        if let rule = value("RRULE") {
            let recurrence = try Recurrence(rule)
            starts = recurrence.starts(from: first, most: room / length + 1, looks: &looks)
            guard looks.left >= 0 else {
                throw Unreadable(
                    why: "the rules of this file look at more than \(looks.most) days; write fewer rules")
            }
        }
        starts += try dates("RDATE")
        starts.removeAll {
            gone.contains($0) || left.contains($0) || $0 < Recurrence.horizon.lowerBound
                || $0 > Recurrence.horizon.upperBound
        }
        room -= starts.count * length
        guard room >= 0 else {
            throw Unreadable(why: "the events of this file come to more than \(InternetCalendar.mostDays) days")
        }
        return starts.flatMap { Array($0...($0 + (length - 1))) }
    }

    private func checkParts() throws(Unreadable) {
        if properties["RRULE"]?.count ?? 0 > 1 { throw Unreadable(why: "it has RRULE twice") }
        if properties["EXRULE"] != nil { throw Unreadable(why: "EXRULE is not read; write EXDATE") }
        guard let line = properties["RECURRENCE-ID"]?.last else { return }
        if line.parameters["RANGE"] != nil {
            throw Unreadable(
                why: "RECURRENCE-ID with RANGE=THISANDFUTURE is not read; let each moved day be an event of its own")
        }
        _ = try day(line.value, "RECURRENCE-ID")
    }

    private func value(_ name: String) -> String? { properties[name]?.last?.value }

    /// How many days it lasts; without an end, one.
    private func length(from first: Day) throws(Unreadable) -> Int {
        var length = 1
        if let written = value("DTEND") {
            let end = try day(written, "DTEND")
            guard end >= first else { throw Unreadable(why: "DTEND is before DTSTART") }
            length = max(1, end - first)
        } else if let written = value("DURATION") {
            guard let match = written.uppercased().wholeMatch(of: /P(\d{1,3})([DW])/), let count = Int(match.1),
                count > 0
            else {
                throw Unreadable(why: "DURATION must be whole days such as P2D or P1W, not '\(shortened(written))'")
            }
            length = count * (match.2 == "W" ? 7 : 1)
        }
        guard length <= 366 else { throw Unreadable(why: "it lasts longer than 366 days") }
        return length
    }

    private func dates(_ name: String) throws(Unreadable) -> [Day] {
        var found: [Day] = []
        for line in properties[name] ?? [] {
            for part in line.value.split(separator: ",") { found.append(try day(String(part).trimmed, name)) }
        }
        return found
    }

    private func day(_ text: String, _ name: String) throws(Unreadable) -> Day {
        if let day = Day(calendar: text) { return day }
        throw Unreadable(
            why: "\(name) must be the date of a whole day such as 20260101, not '\(shortened(text))'")
    }
}

extension Day {
    /// Reads `20260101`, or midnight of that day by the clocks of wherever it is read.
    init?(calendar text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 8 || bytes.count == 15 && text.uppercased().hasSuffix("T000000"),
            bytes.prefix(8).allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let digits = bytes.prefix(8).map { Int($0) - 0x30 }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        self.init(number(0..<4), number(4..<6), number(6..<8))
    }
}
