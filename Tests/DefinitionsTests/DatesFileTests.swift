// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("A file of dates")
struct DatesFileTests {
    @Test(
        "has one date a line, all in one form",
        arguments: ["2026/12/25", "2026-12-25", "12/25/2026", "20261225", "12252026"])
    func lines(date: String) {
        #expect(read("# closed\n\n\(date)\r\n") == ["2026-12-25"])
    }

    @Test("may begin with the mark that some programs put before everything")
    func mark() {
        #expect(read("\u{FEFF}2026-01-05\n") == ["2026-01-05"])
        #expect(read("\u{FEFF}" + calendar("DTSTART;VALUE=DATE:20260105")) == ["2026-01-05"])
    }

    @Test("names the line that is no date")
    func noDate() {
        let (days, problems) = DatesFile.read(Array("2026-01-05\n2026-02-30\n".utf8), file: "d.txt")
        #expect(days.count == 1)
        #expect(
            problems.description.hasPrefix(
                "d.txt:2:1: error: '2026-02-30' is no date; a file has one a line, all in one form"))
    }

    @Test(
        "that is an iCalendar gives the days of its events",
        arguments: [
            (["DTSTART;VALUE=DATE:20260105"], ["2026-01-05"]),
            (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260107"], ["2026-01-05", "2026-01-06"]),
            (["DTSTART:20260105T000000", "DTEND:20260106T000000"], ["2026-01-05"]),
            (["DTSTART;VALUE=DATE:20260105", "DURATION:P2D"], ["2026-01-05", "2026-01-06"]),
            (["DTSTART;VALUE=DATE:20260105", "STATUS:CANCELLED"], []),
            (
                ["DTSTART;VALUE=DATE:20260105", "RDATE;VALUE=DATE:20260301,20260302"],
                ["2026-01-05", "2026-03-01", "2026-03-02"]
            ),
            (
                ["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=YEARLY;COUNT=3", "EXDATE;VALUE=DATE:20270105"],
                ["2026-01-05", "2028-01-05"]
            ),
            (
                ["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=YEARLY;UNTIL=20271231T235959Z"],
                ["2026-01-05", "2027-01-05"]
            ),
            (["DTSTART;VALUE=DA", " TE:20260105"], ["2026-01-05"]),
        ])
    func events(lines: [String], days: [String]) { #expect(read(calendar(lines)) == days) }

    @Test("that is an iCalendar repeats yearly events far ahead")
    func yearly() {
        let days = read(calendar("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY"))
        #expect(days.prefix(2) == ["2024-02-29", "2028-02-29"])
        #expect(days.last == "2196-02-29")
    }

    @Test(
        "that is an iCalendar is not read where an event is none of whole days, or repeats otherwise",
        arguments: [
            (
                ["DTSTART:20260110T100000Z"],
                "DTSTART must be the date of a whole day such as 20260101, not '20260110T100000Z'"
            ),
            (["SUMMARY:nothing"], "it needs DTSTART with a date"),
            (
                ["DTSTART;VALUE=DATE:20260230"],
                "DTSTART must be the date of a whole day such as 20260101, not '20260230'"
            ),
            (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260104"], "DTEND is before DTSTART"),
            (
                ["DTSTART;VALUE=DATE:20260105", "DURATION:PT2H"],
                "DURATION must be whole days such as P2D or P1W, not 'PT2H'"
            ),
            (
                ["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=MONTHLY"],
                "of repetitions only FREQ=YEARLY on the same day is read, not 'FREQ=MONTHLY'"
            ),
        ])
    func unreadable(lines: [String], why: String) {
        let (days, problems) = DatesFile.read(Array(calendar(lines).utf8), file: "c.ics")
        #expect(days.isEmpty)
        #expect(problems.description == "c.ics:2:1: error: the event is not read: \(why)")
    }

    private func read(_ text: String) -> [String] {
        let (days, problems) = DatesFile.read(Array(text.utf8), file: "d")
        #expect(problems.description == "")
        return days.sorted().map(\.description)
    }

    private func calendar(_ lines: String...) -> String { calendar(lines) }

    private func calendar(_ lines: [String]) -> String {
        (["BEGIN:VCALENDAR", "BEGIN:VEVENT"] + lines + ["END:VEVENT", "END:VCALENDAR"]).joined(separator: "\r\n")
            + "\r\n"
    }
}
