// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads operating-day calendars: a base, the open weekdays, and days that differ, general to specific.
struct CalendarReader {
    private static let keys = ["title", "base", "week", "days", "baseTime", "baseDay", "monthName"]

    /// The folder the files it names are looked for in.
    let folder: String
    private(set) var problems = Problems()
    /// The calendars that cannot be used as they are written.
    private(set) var faults: [DefinitionFault] = []

    init(folder: String) { self.folder = folder }

    /// Reads a map of calendars by name; what is wrong with one of them is a fault of that one.
    mutating func calendars(_ field: Field) -> [CalendarDefinition] {
        (field.entries(&problems) ?? []).compactMap { name, field in
            let others = problems
            problems = Problems()
            defer { problems = others.with(warningsOf: problems) }
            let calendar = calendar(name, field)
            faults.add(.calendar, name, problems)
            return problems.hasErrors ? nil : calendar
        }
    }

    private mutating func calendar(_ name: String, _ field: Field) -> CalendarDefinition? {
        guard NameRules.isPlain(name) else {
            field.reportName(NameRules.plainRule, &problems)
            return nil
        }
        var calendar = CalendarDefinition(CalendarName(name), at: field.keyPlace)
        guard !field.isEmpty else { return calendar }
        guard let record = Record(field, "a calendar", keys: Self.keys, &problems) else { return nil }
        calendar.title = record["title"]?.localized(&problems)
        calendar.base = record["base"].flatMap { base($0) }
        if record.has("week") { calendar.week = record["week"].map { weekdays($0) } ?? [] }
        calendar.entries = record["days"].map { entries($0) } ?? []
        if let field = record["baseTime"], let minutes = field.clock(0...1439, &problems) {
            calendar.baseTime = minutes
        }
        if let field = record["baseDay"], let day = baseDay(field) { calendar.baseDay = day }
        if let field = record["monthName"], let name = field.choice(MonthName.self, &problems) {
            calendar.namesMonthAfterEnd = name == .end
        }
        return calendar
    }

    private enum MonthName: String, CaseIterable {
        case start, end
    }

    // MARK: What it starts from

    private mutating func base(_ field: Field) -> CalendarDefinition.Base? {
        guard case .map = field.setting.content else {
            return field.text(&problems).map { .calendar(CalendarName($0)) }
        }
        guard let record = Record(field, "a base", keys: ["all", "any", "not"], &problems) else { return nil }
        let found = ["all", "any", "not"].compactMap { key in record[key].map { (key, $0) } }
        guard found.count == 1, let (key, value) = found.first else {
            field.report("must have one of all, any and not", &problems)
            return nil
        }
        if key == "not" { return base(value).map { .not($0) } }
        let bases = (value.items(&problems) ?? []).compactMap { base($0) }
        return key == "all" ? .all(bases) : .any(bases)
    }

    private mutating func weekdays(_ field: Field) -> Set<Weekday> {
        Set((field.items(&problems) ?? []).compactMap { weekday($0) })
    }

    private mutating func weekday(_ field: Field) -> Weekday? {
        if let text = field.setting.text, let weekday = Weekday(written: text) { return weekday }
        return field.choice(Weekday.self, &problems)
    }

    private mutating func baseDay(_ field: Field) -> BaseDay? {
        guard let text = field.text(&problems) else { return nil }
        let words = text.split(separator: " ")
        if words.count == 2, let weekday = Weekday(written: words[0]), let nth = Int(words[1]),
            (1...5).contains(nth)
        {
            return .weekday(weekday, nth)
        }
        guard let day = Int(text), (1...31).contains(day) else {
            field.report(
                "must be a day of the month from 1 to 31, or a weekday such as 'mon 2', not '\(text)'", &problems)
            return nil
        }
        return .date(day)
    }

    // MARK: Days that differ

    private mutating func entries(_ field: Field) -> [CalendarDefinition.Entry] {
        guard case .list(let items) = field.setting.content else {
            field.report("must be a list of '- open: …' and '- closed: …'", &problems)
            return []
        }
        return items.enumerated().flatMap { index, item in entry(field.child(index, item)) }
    }

    private mutating func entry(_ field: Field) -> [CalendarDefinition.Entry] {
        guard let record = Record(field, "an entry", keys: ["open", "closed"], &problems) else { return [] }
        let found = ["open", "closed"].compactMap { key in record[key].map { (key == "open", $0) } }
        guard found.count == 1, let (isOpen, value) = found.first else {
            field.report("must have one of open and closed", &problems)
            return []
        }
        let fields: [Field]
        if case .list = value.setting.content { fields = value.items(&problems) ?? [] } else { fields = [value] }
        return fields.compactMap { field in
            pattern(field).map { CalendarDefinition.Entry(isOpen: isOpen, $0, at: field.place) }
        }
    }

    private mutating func pattern(_ field: Field) -> DayPattern? {
        guard case .map = field.setting.content else {
            guard let text = field.text(&problems) else { return nil }
            if let pattern = DayPattern(written: text) { return pattern }
            field.report(
                mistake(inDay: text)
                    ?? "must be a day such as 2026-01-01, 01-01, 15, last, a range with '..', or a weekday such as 'sat' or "
                    + "'mon 2 of 1', not '\(text)'", &problems)
            return nil
        }
        return DatesFileReader(folder: folder).days(field, &problems).map { .days($0) }
    }
}

extension Field {
    /// A time such as `8:00` or `25:30` in minutes.
    func clock(_ range: ClosedRange<Int>, _ problems: inout Problems) -> Int? {
        guard let text = text(&problems) else { return nil }
        if let minutes = clockMinutes(text), range.contains(minutes) { return minutes }
        func written(_ minutes: Int) -> String { "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)" }
        report(
            "must be a time from \(written(range.lowerBound)) to \(written(range.upperBound)), in quotes, not '\(text)'",
            &problems)
        return nil
    }
}

/// The minutes of `h:mm` or `hh:mm`.
package func clockMinutes(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
        parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let hours = Int(parts[0]),
        let minutes = Int(parts[1]), minutes < 60
    else { return nil }
    return hours * 60 + minutes
}
