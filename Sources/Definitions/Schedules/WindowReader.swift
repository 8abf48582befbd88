// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads maintenance windows and freezes.
struct WindowReader {
    private static let keys = [
        "title", "on", "except", "calendar", "zone", "rules", "lasts", "from", "until", "policy",
    ]

    let usual: ScheduleDefinition
    private(set) var problems = Problems()
    /// The windows and freezes that cannot be used as they are written.
    private(set) var faults: [DefinitionFault] = []

    init(usual: ScheduleDefinition) { self.usual = usual }

    /// Reads a map of them, by name; what is wrong with one of them is a fault of that one.
    ///
    /// One with a fault is returned, too: its periods are not known, so that no change begins on its targets.
    mutating func windows(_ field: Field, _ kind: WindowDefinition.Kind) -> [WindowDefinition] {
        (field.entries(&problems) ?? []).map { name, field in
            let others = problems
            problems = Problems()
            defer { problems = others.with(warningsOf: problems) }
            var window =
                window(name, field, kind)
                ?? WindowDefinition(WindowName(name), kind, zone: usual.zone, .unknown, at: field.keyPlace)
            faults.add(kind == .freeze ? .freeze : .window, name, problems)
            if problems.hasErrors { window.periods = .unknown }
            return window
        }
    }

    private mutating func window(
        _ name: String, _ field: Field, _ kind: WindowDefinition.Kind
    ) -> WindowDefinition? {
        guard NameRules.isPlain(name) else {
            field.reportName(NameRules.plainRule, &problems)
            return nil
        }
        guard let record = Record(field, "a \(kind.rawValue)", keys: Self.keys, &problems) else { return nil }
        let periods = periods(record) ?? .unknown
        let zone = record["zone"]?.text(&problems) ?? usual.zone
        var window = WindowDefinition(WindowName(name), kind, zone: zone, periods, at: field.keyPlace)
        window.title = record["title"]?.localized(&problems)
        window.on = record["on"]?.text(&problems)
        window.except = record["except"]?.text(&problems)
        window.calendar = record["calendar"]?.text(&problems).map { CalendarName($0) } ?? usual.calendar
        if let policy = record["policy"]?.choice(WindowDefinition.Policy.self, &problems) { window.policy = policy }
        return window
    }

    private mutating func periods(_ record: Record) -> WindowDefinition.Periods? {
        let isOnce = record["from"] != nil || record["until"] != nil
        guard isOnce != (record["rules"] != nil) else {
            record.field.report("needs either rules and lasts, or from and until", &problems)
            return nil
        }
        guard isOnce else { return rules(record) }
        record["lasts"]?.reportName("goes with rules", &problems)
        guard let from = record.required("from", &problems).flatMap({ time($0) }),
            let end = record.required("until", &problems), let until = time(end)
        else { return nil }
        guard from < until else {
            end.report("must be after from", &problems)
            return nil
        }
        return .once(from: from, until: until)
    }

    private mutating func rules(_ record: Record) -> WindowDefinition.Periods? {
        guard let field = record["rules"], let lasts = record.required("lasts", &problems)?.duration(&problems) else {
            return nil
        }
        guard lasts > .zero, lasts <= .seconds(62 * 86_400) else {
            record["lasts"]?.report("must be longer than nothing and not longer than 62 days", &problems)
            return nil
        }
        var reader = RuleReader()
        let rules = reader.rules(field)
        problems.add(reader.problems)
        return .rules(rules, lasts: lasts)
    }

    /// `2026-12-24 18:00`, or a day, which means its 0:00.
    private mutating func time(_ field: Field) -> WindowDefinition.LocalTime? {
        guard let text = field.text(&problems) else { return nil }
        let words = text.split(separator: " ")
        if let first = words.first, let day = Day(String(first)), words.count <= 2 {
            if words.count == 1 { return WindowDefinition.LocalTime(day, minutes: 0) }
            if let minutes = clockMinutes(words[1]) {
                return WindowDefinition.LocalTime(day, minutes: minutes)
            }
        }
        field.report("must be a day, or a day and a time such as '2026-12-24 18:00', not '\(text)'", &problems)
        return nil
    }
}
