// SPDX-License-Identifier: Apache-2.0

import Definitions
import Model
import Testing

@testable import Scheduling

@Suite("Rules that begin years ahead and come very often")
struct DenseRuleTests {
    @Test(
        "have their first start found without making the others",
        arguments: [
            ("{onCalendar: '2031/1-*-* *:*'}", "2031-01-01T00:00:00.000Z"),
            ("{onCalendar: '2031/1-*-* *:0/5'}", "2031-01-01T00:00:00.000Z"),
            (
                "{day: every day, from: 2031-03-02, at: '0:00', again: {every: 1m, until: '47:00'}}",
                "2031-03-02T00:00:00.000Z"
            ),
            ("{day: 02-29, at: '12:00'}", "2027-02-28T12:00:00.000Z"),
        ])
    func next(rule: String, instant: String) throws {
        let text = "firstline: 1\nschedules: {a: {job: j, on: all, zone: UTC, rules: [\(rule)]}}\n"
        let (files, problems) = ScheduleReader.read(Array(text.utf8), file: "s.yaml", usualZone: "UTC")
        #expect(problems.description == "")
        let book = ScheduleBook(files.schedules, calendars: CalendarLibrary(files.calendars)) { _ in .utc }
        let now = Instant(microseconds: 1_795_737_600_000_000)
        #expect(book["a"]?.timetable.next(after: now)?.instant.description == instant)
    }
}
