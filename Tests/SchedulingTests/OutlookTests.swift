// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling
import Testing

@testable import Definitions

@Suite("Looking ahead from an instant")
struct OutlookTests {
    /// 2026-11-30, 0:00 UTC.
    private let now = Zone.utc.instant(Day(2026, 11, 30) ?? Day(number: 0), 0)

    private func book(_ text: String) -> ScheduleBook {
        let bytes = Array("firstline: 1\n\(text)".utf8)
        let (files, problems) = ScheduleReader.read(bytes, file: "s.yaml", usualZone: "UTC")
        #expect(!problems.hasErrors, "\(problems)")
        let calendars = CalendarLibrary(files.calendars, faults: files.faults)
        return ScheduleBook(files.schedules, windows: files.windows, calendars: calendars, faults: files.faults) {
            $0 == "UTC" ? .utc : nil
        }
    }

    private func told(_ text: String) -> [String] { book(text).outlook(after: now).map { "\($0.path): \($0.text)" } }

    @Test(
        "tells each rule that never starts anything, and why",
        arguments: [
            (
                "calendars: {kr: {days: [{closed: 2026-12-25}]}}\n"
                    + "schedules: {once: {job: a, on: all, calendar: kr, rules: [{day: 2026-12-25}]}}",
                "schedules/once/rule 1: never starts anything: 2026-12-25 is closed (s.yaml:2:34), and no open day "
                    + "stands for it"
            ),
            (
                "calendars: {old: {week: [], days: [{open: 2026-01-01..2026-06-30}]}}\n"
                    + "schedules: {day: {job: a, on: all, calendar: old, rules: [{day: every open}]}}",
                "schedules/day/rule 1: never starts anything: the last open day is 2026-06-30"
            ),
            (
                "calendars: {sundays: {week: [sun]}}\n"
                    + "schedules: {day: {job: a, on: all, calendar: sundays, rules: [{day: sun}, {day: mon}]}}",
                "schedules/day/rule 2: never starts anything: no day is left by calendar, substitute and validity"
            ),
        ])
    func never(text: String, notice: String) {
        #expect(told(text).contains(notice), "\(told(text))")
    }

    @Test("says nothing of what says itself that it is over: a date that has passed, a validity that has ended")
    func over() {
        let rules = "[{day: 2026-11-01}, {day: mon, until: 2026-10-01}, {onCalendar: \"2025-*-* 03:00\"}]"
        let book = book("schedules: {past: {job: a, on: all, rules: \(rules)}}")
        #expect(book.outlook(after: now).isEmpty)
        #expect(book["past"]?.isOver(after: now) == true)
    }

    @Test("tells of schedules that exclude each other on all their days, so that neither ever runs")
    func exclusive() {
        let told = told(
            "schedules:\n  a: {job: a, on: all, exclusive: [b], rules: [{day: every day}]}\n"
                + "  b: {job: a, on: all, exclusive: [a], rules: [{day: every day, at: \"3:00\"}]}\n"
                + "  c: {job: a, on: all, exclusive: [d], rules: [{day: every day}]}\n"
                + "  d: {job: a, on: all, rules: [{day: mon}]}")
        #expect(
            told == [
                "schedules/a/exclusive: never runs: each of its starts is on a business day of b, which it excludes",
                "schedules/b/exclusive: never runs: each of its starts is on a business day of a, which it excludes",
            ])
    }

    @Test("tells which year a calendar lacks, in the months before it begins; not where all comes every year")
    func lack() {
        let text = """
            calendars:
              kr: {days: [{closed: [01-01, 2026-09-25, 2026-09-26]}]}
              jp: {days: [{closed: [01-01, 2027-09-26]}]}
              de: {week: [mon], days: [{closed: [01-01, mon last of 5]}]}
              bank: {base: kr}
              unused: {days: [{closed: 2020-01-01}]}
            schedules:
              a: {job: a, on: all, calendar: bank, rules: [{day: every open}]}
              b: {job: a, on: all, calendar: jp, rules: [{day: every open}]}
              c: {job: a, on: all, calendar: de, rules: [{day: every open}]}
            """
        #expect(
            told(text) == [
                "calendars/kr: its last dated entry is 2026-09-26; 2027 has only what comes every year"
            ])
        let early = Zone.utc.instant(Day(2026, 9, 1) ?? Day(number: 0), 0)
        #expect(book(text).outlook(after: early).isEmpty)
    }

    @Test("events of a file that come again every year are no dates of one year")
    func recurring() {
        func file(_ events: [(first: Int, last: Int, name: String)]) -> DayPattern {
            let days = events.flatMap { event in
                (event.first...event.last).compactMap { year in Day(year, 9, 26).map { ($0, event.name) } }
            }
            return .days(Dictionary(days) { first, _ in first })
        }
        func last(_ pattern: DayPattern) -> Day? {
            let calendar = CalendarDefinition("c", entries: [.init(isOpen: false, pattern)])
            return CalendarLibrary([calendar])["c"]?.lastDated
        }
        #expect(last(file([(2000, 2199, "Liberation Day"), (2024, 2026, "Chuseok")])) == nil)
        #expect(last(file([(2027, 2199, "Liberation Day"), (2024, 2026, "Chuseok")])) == Day(2026, 9, 26))
    }

    @Test("tells of a calendar whose open days have ended")
    func ended() {
        let told = told(
            "calendars: {old: {week: [], days: [{open: 2024-01-01..2025-12-31}]}}\n"
                + "schedules: {a: {job: a, on: all, calendar: old, rules: [{day: mon, closed: run}]}}")
        #expect(
            told == [
                "calendars/old: has no open day any more; the last is 2025-12-31",
                "calendars/old: its last dated entry is 2025-12-31; 2026 has only what comes every year",
            ])
    }
}

@Suite("What is wrong with one definition")
struct DefinitionFaultTests {
    @Test(
        "stands still alone, with what is built on it; all others work",
        arguments: [
            ("zone: Mars, rules: [{day: mon}]", "there is no time zone 'Mars'"),
            ("calendar: torn, rules: [{day: mon}]", "the calendar 'torn' cannot be used"),
            ("calendar: above, rules: [{day: mon}]", "the calendar 'above' cannot be used"),
            ("calendar: round, rules: [{day: mon}]", "the calendar 'round' cannot be used"),
            ("calendar: nowhere, rules: [{day: mon}]", "there is no calendar 'nowhere'"),
            ("exclusive: [gone], rules: [{day: mon}]", "excludes the schedule 'gone', which does not exist"),
            ("rules: [{day: 31 February}]", "must be a day such as 15"),
            ("rules: [{day: mon}], rlues: 1", "is not a key of a schedule; did you mean 'rules'?"),
        ])
    func alone(text: String, why: String) throws {
        let file = """
            firstline: 1
            calendars:
              torn: {days: [{closed: {file: nowhere.txt}}]}
              above: {base: {any: [torn, whole]}}
              round: {base: circle}
              circle: {base: round}
              whole: {week: [mon]}
            schedules:
              bad: {job: a, on: all, \(text)}
              good: {job: a, on: all, calendar: whole, rules: [{day: every open}]}
            """
        let (files, problems) = ScheduleReader.read(Array(file.utf8), file: "/nonexistent/s.yaml", usualZone: "UTC")
        #expect(problems.all.isEmpty)
        let book = ScheduleBook(
            files.schedules, calendars: CalendarLibrary(files.calendars, faults: files.faults), faults: files.faults
        ) { $0 == "UTC" ? .utc : nil }
        #expect(book.all.map(\.name) == ["good"])
        let fault = try #require(book.fault(of: "bad"))
        #expect(fault.problems.words.contains(why), "\(fault)")
        #expect(book.calendars.names == ["whole"])
    }

    @Test("a circle of calendars is told once as a circle, and a chain of them has a bound")
    func circle() {
        func calendar(_ name: CalendarName, _ base: CalendarName?) -> CalendarDefinition {
            CalendarDefinition(name, base: base.map { .calendar($0) })
        }
        let round = CalendarLibrary([calendar("a", "b"), calendar("b", "c"), calendar("c", "b"), calendar("d", nil)])
        let messages = round.faults.flatMap { fault in fault.problems.all.map { "\(fault.name): \($0.message)" } }
        #expect(
            messages.sorted() == [
                "a: the calendar 'b' cannot be used", "b: the calendars start from each other in a circle: b → c → b",
                "c: the calendar 'b' cannot be used",
            ])
        let chain = (0..<10_000).map { number in
            calendar(CalendarName("c\(number)"), number == 9_999 ? nil : CalendarName("c\(number + 1)"))
        }
        let long = CalendarLibrary(chain)
        #expect(long.faults.contains { $0.problems.words.contains("more than 100 calendars start from each other") })
    }

    @Test("two schedules of one name both stand still")
    func twice() {
        let definition = ScheduleDefinition("a", job: "a", zone: "UTC", rules: [])
        var other = definition
        other.name = "b"
        let book = ScheduleBook([definition, definition, other], calendars: CalendarLibrary()) { _ in .utc }
        #expect(book.all.map(\.name) == ["b"])
        #expect(book.fault(of: "a")?.problems.words == "there are two schedules 'a'")
    }
}
