// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("An iCalendar")
struct InternetCalendarTests {
    @Test(
        "gives the days of its events",
        arguments: [
            (["DTSTART;VALUE=DATE:20260105"], ["2026-01-05"]),
            (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260107"], ["2026-01-05", "2026-01-06"]),
            (["DTSTART:20260105T000000", "DTEND:20260106T000000"], ["2026-01-05"]),
            (["DTSTART;VALUE=DATE:20260105", "DURATION:P2D"], ["2026-01-05", "2026-01-06"]),
            (
                ["DTSTART;VALUE=DATE:20260105", "DURATION:P1W"],
                (5...11).map { "2026-01-" + ($0 < 10 ? "0" : "") + "\($0)" }
            ),
            (["DTSTART;VALUE=DATE:20260105", "STATUS:CANCELLED"], []),
            (
                ["DTSTART;VALUE=DATE:20260105", "RDATE;VALUE=DATE:20260301,20260302"],
                ["2026-01-05", "2026-03-01", "2026-03-02"]
            ),
            (["DTSTART;VALUE=DA", " TE:20260105"], ["2026-01-05"]),
            (["DTSTART;TZID=\"(UTC+09:00) Seoul\":20260105T000000"], ["2026-01-05"]),
            (["DTSTART;X-A=\"a;b:c\",d;VALUE=DATE:20260105"], ["2026-01-05"]),
        ])
    func events(lines: [String], days: [String]) {
        let read = ReadDates(iCalendar(lines))
        #expect(read.problems == (days.isEmpty ? "d:1:1: warning: the file holds no date" : ""))
        #expect(read.days == days)
    }

    @Test("with a moved occurrence has the new day and not the old one")
    func moved() {
        let master = ["UID:1", "DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=YEARLY;COUNT=3", "SUMMARY:Fair"]
        let moved = ["UID:1", "RECURRENCE-ID;VALUE=DATE:20270105", "DTSTART;VALUE=DATE:20270106", "SUMMARY:Late fair"]
        let expected = ["2026-01-05 Fair", "2027-01-06 Late fair", "2028-01-05 Fair"]
        #expect(ReadDates(iCalendar(master, moved)).named == expected)
        #expect(ReadDates(iCalendar(moved, master)).named == expected)
    }

    @Test("with a cancelled occurrence leaves it out")
    func cancelled() {
        let master = ["UID:1", "DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=YEARLY;COUNT=3"]
        let gone = ["UID:1", "RECURRENCE-ID:20270105T000000", "DTSTART:20270105T000000", "STATUS:CANCELLED"]
        #expect(ReadDates(iCalendar(master, gone)).days == ["2026-01-05", "2028-01-05"])
    }

    @Test("keeps what belongs to an alarm or another part of an event apart from the event")
    func nested() {
        let event = [
            "DTSTART;VALUE=DATE:20260105", "BEGIN:VALARM", "TRIGGER:-PT15M", "DURATION:PT15M", "DTSTART:19990101",
            "STATUS:CANCELLED", "END:VALARM", "SUMMARY:Foundation day",
        ]
        let read = ReadDates(iCalendar(event))
        #expect(read.problems == "")
        #expect(read.named == ["2026-01-05 Foundation day"])
    }

    @Test("has zones, tasks and journals that are no events")
    func others() {
        let text = """
            BEGIN:VCALENDAR
            BEGIN:VTIMEZONE
            BEGIN:STANDARD
            DTSTART:19700101T000000
            RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
            END:STANDARD
            END:VTIMEZONE
            BEGIN:VTODO
            DTSTART;VALUE=DATE:20260201
            END:VTODO
            BEGIN:VEVENT
            DTSTART;VALUE=DATE:20260105
            END:VEVENT
            END:VCALENDAR
            """
        #expect(ReadDates(text).days == ["2026-01-05"])
    }

    @Test("that is cut off is a mistake")
    func cutOff() {
        let whole = iCalendar(["DTSTART;VALUE=DATE:20260105"], ["DTSTART;VALUE=DATE:20260301"])
        let lines = whole.split(separator: "\r\n").map(String.init)
        let inEvent = ReadDates(lines[..<6].joined(separator: "\n"))
        #expect(inEvent.days == ["2026-01-05"])
        #expect(
            inEvent.problems
                == "d:6:1: error: the file ends before END:VEVENT; it is cut off")
        let atEnd = ReadDates(lines[..<8].joined(separator: "\n"))
        #expect(atEnd.problems == "d:1:1: error: the file ends before END:VCALENDAR; it is cut off")
        let crossed = ReadDates("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n")
        #expect(
            crossed.problems == """
                d:3:1: error: END:VCALENDAR closes nothing that is open; the file is damaged
                d:2:1: error: the file ends before END:VEVENT; it is cut off
                """)
    }

    @Test("gives its days the names of its events")
    func names() {
        let fold = ["DTSTART;VALUE=DATE:20260105", "SUMMARY;LANGUAGE=en:A long\\, long", "  name\\n of a day"]
        #expect(ReadDates(iCalendar(fold)).named == ["2026-01-05 A long, long name of a day"])
        // The line is folded inside of a letter, as the standard allows.
        let line = Array("SUMMARY:신정".utf8)
        let bytes =
            Array("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101\r\n".utf8) + line[..<9]
            + Array("\r\n ".utf8) + line[9...] + Array("\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".utf8)
        #expect(ReadDates(bytes).named == ["2026-01-01 신정"])
    }

    @Test(
        "is not read where an event that counts is none of whole days",
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
                ["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20280105"],
                "it lasts longer than 366 days"
            ),
            (
                ["UID:1", "DTSTART;VALUE=DATE:20260105", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260105"],
                "RECURRENCE-ID with RANGE=THISANDFUTURE is not read; let each moved day be an event of its own"
            ),
        ])
    func unreadable(lines: [String], why: String) {
        let read = ReadDates(iCalendar(lines))
        #expect(read.days.isEmpty)
        #expect(read.problems == "d:3:1: error: the event is not read: \(why)")
    }

    @Test("with very many events that cannot be read tells ten and a count")
    func many() {
        let text = iCalendar(
            ["SUMMARY:0"], ["SUMMARY:1"], ["SUMMARY:2"], ["SUMMARY:3"], ["SUMMARY:4"], ["SUMMARY:5"],
            ["SUMMARY:6"], ["SUMMARY:7"], ["SUMMARY:8"], ["SUMMARY:9"], ["SUMMARY:10"], ["SUMMARY:11"])
        let lines = ReadDates(text).problems.split(separator: "\n")
        #expect(lines.count == 11)
        #expect(lines.last == "d:33:1: error: and 2 more events that are not read")
    }

    @Test("a day of thousands of events is read at once, with ten of their names")
    func crowdedDay() {
        let events = (0..<20_000).map { ["DTSTART;VALUE=DATE:20260105", "SUMMARY:e\($0)"] }
        let lines = events.flatMap { ["BEGIN:VEVENT"] + $0 + ["END:VEVENT"] }
        let text = (["BEGIN:VCALENDAR"] + lines + ["END:VCALENDAR"]).joined(separator: "\n")
        #expect(ReadDates(text).named == ["2026-01-05 e0, e1, e2, e3, e4, e5, e6, e7, e8, e9"])
    }

    @Test("rules that never match are read until all of them have looked at as many days as a file may")
    func barrenRules() {
        let never = ["DTSTART:19700101", "RRULE:FREQ=DAILY;INTERVAL=10;BYMONTH=2;BYMONTHDAY=31"]
        let text = iCalendar(never, never, never, never, ["DTSTART:20260105"])
        let read = ReadDates(text, DatesFile(file: "d", mostLooks: 20_000))
        let why = "the event is not read: the rules of this file look at more than 20000 days; write fewer rules"
        #expect(read.problems == "d:11:1: error: \(why)\nd:15:1: error: \(why)")
        #expect(read.days == ["1970-01-01", "2026-01-05"])
        #expect(ReadDates(text).problems == "")
    }
}
