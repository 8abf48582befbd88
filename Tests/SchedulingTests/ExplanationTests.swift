// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions
@testable import Scheduling

@Suite("Why a rule starts something on a business day, or does not")
struct ExplanationTests {
    private let file = """
        firstline: 1
        calendars:
          weekdays: {week: [mon, tue, wed, thu, fri]}
          rare: {week: [], days: [{open: [01, 2026-05-20]}]}
          base-8: {baseTime: "8:00"}
        schedules:
          s: {job: a, on: all,
        """

    private func timetable(_ rest: String) throws -> Timetable {
        let bytes = Array((file + " " + rest + "}").utf8)
        let (files, problems) = ScheduleReader.read(bytes, file: "s.yaml", usualZone: "Europe/Berlin")
        #expect(!problems.hasErrors && files.faults.isEmpty, "\(problems) \(files.faults)")
        let book = ScheduleBook(files.schedules, calendars: CalendarLibrary(files.calendars)) { testZone($0) }
        return try #require(book["s"]).timetable
    }

    @Test(
        "is told by its real reason",
        arguments: [
            // 24:00 and later, in both systems.
            (
                "rules: [{day: 15, at: \"25:00\"}]", "2026-12-15",
                "it means this day; 25:00 of 2026-12-15 belongs to the business day 2026-12-16"
            ),
            (
                "rules: [{day: 15, at: \"25:00\"}]", "2026-12-16",
                "25:00 of 2026-12-15 belongs to the business day 2026-12-16"
            ),
            ("system: 48h, rules: [{day: 15, at: \"25:00\"}]", "2026-12-15", "25:00 of 2026-12-15 is on 2026-12-16"),
            // A closed day: passed over, without a substitute, with a shift that leads nowhere.
            (
                "calendar: weekdays, rules: [{day: 2026-12-05}]", "2026-12-05",
                "it means this day, which is closed, and 'closed: skip' starts nothing then"
            ),
            (
                "calendar: rare, rules: [{day: 2026-05-15, closed: before, within: 3}]", "2026-05-15",
                "it means this day; 2026-05-15 is closed, and no open day is within 3 days before it"
            ),
            (
                "calendar: rare, rules: [{day: 2026-05-20, shift: -2 open}]", "2026-05-20",
                "it means this day; -2 open from 2026-05-20 is not within 10 days"
            ),
            (
                "calendar: weekdays, rules: [{day: 2026-12-05, closed: before}]", "2026-12-05",
                "it means this day and starts on another; 2026-12-05 is closed, 2026-12-04 stands for it"
            ),
            // Around the base time.
            (
                "calendar: base-8, rules: [{day: 2026-12-05, at: \"1:00\"}]", "2026-12-05",
                "it means this day; 01:00 of 2026-12-05 is before the base time 8:00, and belongs to the business day 2026-12-04"
            ),
            (
                "calendar: base-8, rules: [{day: 2026-12-05, at: \"1:00\"}]", "2026-12-04",
                "1:00 of 2026-12-05 is before the base time 8:00, and belongs to the business day 2026-12-04"
            ),
            // The clock is put forward and back.
            (
                "rules: [{day: 2027-03-28, at: \"2:30\"}]", "2027-03-28",
                "2:30 does not exist on 2027-03-28: the clock is put forward, and it starts then"
            ),
            (
                "rules: [{day: 2026-10-25, at: \"2:30\"}]", "2026-10-25",
                "2:30 comes twice on 2026-10-25, for the clock is put back: it starts the first time"
            ),
            (
                "rules: [{cron: \"30 2 * * *\"}]", "2027-03-28",
                "the clock is put forward over its time, and it starts then"
            ),
            // What a month does not have.
            ("rules: [{day: 02-29}]", "2027-02-28", "2027-02 has no day 29: its last day stands for it"),
            ("rules: [{day: mon 5}]", "2026-12-28", "2026-12 has only 4 of mon: the last stands for number 5"),
            (
                "calendar: weekdays, rules: [{day: open 25}]", "2026-12-31",
                "2026-12 has only 23 open days: the last stands for number 25"
            ),
            // Validity.
            (
                "rules: [{day: 15, from: 2027-01-01}]", "2026-12-15",
                "it comes to 2026-12-15, which is before it is valid (from 2027-01-01)"
            ),
            (
                "rules: [{day: 15, until: 2026-01-01}]", "2026-12-15",
                "it comes to 2026-12-15, when it is no longer valid (until 2026-01-01)"
            ),
            ("rules: [{day: mon}]", "2026-12-15", "it does not mean this day"),
            ("rules: [{day: 15}]", "2026-12-15", "it means this day"),
        ])
    func reason(rules: String, day: String, why: String) throws {
        let found = try timetable(rules).explain(try #require(Day(day)))
        #expect(
            found.first?.why.map(\.description).joined(separator: "; ").replacing("01:00", with: "1:00")
                == why.replacing("01:00", with: "1:00"))
    }

    @Test("two rules of one instant start once, and the second says so")
    func same() throws {
        let found = try timetable("rules: [{day: 15, at: \"9:00\"}, {day: tue, at: \"9:00\"}]").explain(
            Day(2026, 12, 15) ?? Day(number: 0))
        #expect(
            found.map { $0.why.map(\.description) } == [
                ["it means this day"], ["it means this day", "rule 1 gives the same instant, which starts once"],
            ])
    }

    @Test(
        "a run that falls out of a month is found, with the reason",
        arguments: [
            (
                "calendar: rare, rules: [{day: 15, closed: before, within: 3, until: 2026-05-31, from: 2026-04-01}]",
                [
                    "2026-04: 2026-04-15 is closed, and no open day is within 3 days before it",
                    "2026-05: 2026-05-15 is closed, and no open day is within 3 days before it",
                ]
            ),
            (
                "calendar: rare, rules: [{day: last, closed: after, within: 31, from: 2026-06-01, until: 2026-09-30}, {day: 2, closed: before, from: 2026-06-01, until: 2026-07-31}]",
                []
            ),
            (
                "calendar: weekdays, rules: [{day: 15, closed: skip, from: 2026-08-01, until: 2026-08-31}]", []
            ),
        ])
    func lost(rules: String, months: [String]) throws {
        let days = (Day(2026, 4, 1) ?? Day(number: 0))...(Day(2026, 12, 31) ?? Day(number: 0))
        #expect(try timetable(rules).lostMonths(in: days).map { "\($0.month): \($0.why)" } == months)
    }

    @Test("a month that is all closed, and two months that come to one day, are found")
    func empty() throws {
        let closed = CalendarDefinition(
            "c",
            entries: [
                .init(isOpen: false, .range(Day(2026, 5, 1) ?? Day(number: 0), Day(2026, 5, 31) ?? Day(number: 0)))
            ])
        let calendar = try #require(CalendarLibrary([closed])["c"])
        func lost(_ timing: DayTiming) -> [String] {
            let timetable = Timetable([ScheduleRule(number: 1, .days(timing))], calendar: calendar, zone: .utc)
            let days = (Day(2026, 4, 1) ?? Day(number: 0))...(Day(2026, 6, 30) ?? Day(number: 0))
            return timetable.lostMonths(in: days).map { "\($0.month): \($0.why)" }
        }
        #expect(lost(DayTiming(.nth(3, .open, month: nil))) == ["2026-05: no day of 2026-05 is near enough or open"])
        var before = DayTiming(.dayOfMonth(30, month: nil))
        (before.substitute, before.substituteLimit) = (.before, 31)
        #expect(lost(before) == ["2026-05: it comes to 2026-04-30, as 2026-04 does, and starts once"])
    }
}
