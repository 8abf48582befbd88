// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("An event that comes again")
struct RecurrenceTests {
    @Test(
        "comes when its rule says",
        arguments: [
            (
                "Martin Luther King Day", "20260119", "FREQ=YEARLY;BYMONTH=1;BYDAY=3MO",
                ["2026-01-19", "2027-01-18", "2028-01-17"]
            ),
            (
                "Memorial Day", "20260525", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
                ["2026-05-25", "2027-05-31", "2028-05-29"]
            ),
            (
                "Thanksgiving", "20261126", "FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4",
                ["2026-11-26", "2027-11-25", "2028-11-23"]
            ),
            (
                "成人の日", "20260112", "FREQ=YEARLY;BYDAY=2MO;BYMONTH=1;WKST=SU",
                ["2026-01-12", "2027-01-11", "2028-01-10"]
            ),
            (
                "last weekday", "20260130", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                ["2026-01-30", "2026-02-27", "2026-03-31"]
            ),
            ("last day", "20260131", "FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-01-31", "2026-02-28", "2026-03-31"]),
            ("31st", "20260131", "FREQ=MONTHLY", ["2026-01-31", "2026-03-31", "2026-05-31"]),
            (
                "Friday the 13th", "20260213", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
                ["2026-02-13", "2026-03-13", "2026-11-13"]
            ),
            (
                "every other week", "20260105", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=MO",
                ["2026-01-05", "2026-01-11", "2026-01-19"]
            ),
            (
                "the same, weeks from Sunday", "20260105", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
                ["2026-01-05", "2026-01-18", "2026-01-19"]
            ),
            ("every tenth day", "20260105", "FREQ=DAILY;INTERVAL=10", ["2026-01-05", "2026-01-15", "2026-01-25"]),
            ("day 100", "20260410", "FREQ=YEARLY;BYYEARDAY=100", ["2026-04-10", "2027-04-10", "2028-04-09"]),
            ("20th Monday", "20260518", "FREQ=YEARLY;BYDAY=20MO", ["2026-05-18", "2027-05-17", "2028-05-15"]),
            ("leap day", "20240229", "FREQ=YEARLY", ["2024-02-29", "2028-02-29", "2032-02-29"]),
            ("every second year", "20260301", "FREQ=YEARLY;INTERVAL=2", ["2026-03-01", "2028-03-01", "2030-03-01"]),
            (
                "small letters", "20260301", "freq=yearly;bymonthday=1;bymonth=3",
                ["2026-03-01", "2027-03-01", "2028-03-01"]
            ),
        ])
    func rules(name: String, start: String, rule: String, first: [String]) {
        let read = ReadDates(iCalendar(["DTSTART;VALUE=DATE:\(start)", "RRULE:\(rule)"]))
        #expect(read.problems == "")
        #expect(Array(read.days.prefix(3)) == first, "\(name)")
    }

    @Test("ends by COUNT and UNTIL, and leaves out what is excepted")
    func ends() {
        func days(_ lines: String...) -> [String] { ReadDates(iCalendar(["DTSTART;VALUE=DATE:20260105"] + lines)).days }
        #expect(days("RRULE:FREQ=YEARLY;COUNT=2") == ["2026-01-05", "2027-01-05"])
        #expect(days("RRULE:FREQ=YEARLY;UNTIL=20271231T235959Z") == ["2026-01-05", "2027-01-05"])
        #expect(days("RRULE:FREQ=YEARLY;UNTIL=20270105") == ["2026-01-05", "2027-01-05"])
        #expect(
            days("RRULE:FREQ=YEARLY;COUNT=3", "EXDATE;VALUE=DATE:20270105", "RDATE:20260301T000000")
                == ["2026-01-05", "2026-03-01", "2028-01-05"])
        #expect(days("RRULE:FREQ=YEARLY;UNTIL=20250101") == ["2026-01-05"])
    }

    @Test("without an end is written out through 2199")
    func endless() {
        #expect(ReadDates(iCalendar(["DTSTART:20240229", "RRULE:FREQ=YEARLY"])).days.last == "2196-02-29")
        #expect(ReadDates(iCalendar(["DTSTART:20260105", "RRULE:FREQ=YEARLY"])).days.last == "2199-01-05")
    }

    @Test(
        "is not read where its rule is none",
        arguments: [
            ("=", "RRULE has the part '=', which is not read"),
            ("", "RRULE needs FREQ with DAILY, WEEKLY, MONTHLY or YEARLY"),
            ("COUNT=1", "RRULE needs FREQ with DAILY, WEEKLY, MONTHLY or YEARLY"),
            ("FREQ=HOURLY", "RRULE has the part 'FREQ=HOURLY', which is not read"),
            ("FREQ=YEARLY;BYDAY=0MO", "RRULE has the part 'BYDAY=0MO', which is not read"),
            ("FREQ=YEARLY;BYDAY=MOO", "RRULE has the part 'BYDAY=MOO', which is not read"),
            (
                "FREQ=MONTHLY;BYMONTHDAY=-9223372036854775808",
                "RRULE has the part 'BYMONTHDAY=-9223372036854775808', which is not read"
            ),
            ("FREQ=YEARLY;BYMONTH=13", "RRULE has the part 'BYMONTH=13', which is not read"),
            ("FREQ=YEARLY;INTERVAL=0", "RRULE has the part 'INTERVAL=0', which is not read"),
            ("FREQ=YEARLY;COUNT=-1", "RRULE has the part 'COUNT=-1', which is not read"),
            ("FREQ=YEARLY;BYWEEKNO=20", "RRULE has the part 'BYWEEKNO=20', which is not read"),
            ("FREQ=YEARLY;UNTIL=soon", "RRULE has the part 'UNTIL=SOON', which is not read"),
            ("FREQ=WEEKLY;BYDAY=2MO", "RRULE has a numbered weekday, which FREQ=WEEKLY has not"),
            ("FREQ=YEARLY;FREQ=DAILY", "RRULE has FREQ twice"),
            ("FREQ=YEARLY;BYSETPOS=1", "RRULE has BYSETPOS without another part that begins with BY"),
            ("RSCALE=CHINESE;FREQ=YEARLY", "RRULE has the part 'RSCALE=CHINESE', which is not read"),
        ])
    func unreadable(rule: String, why: String) {
        let read = ReadDates(iCalendar(["DTSTART;VALUE=DATE:20260105", "RRULE:\(rule)"]))
        #expect(read.days.isEmpty)
        #expect(read.problems == "d:3:1: error: the event is not read: \(why)")
    }

    @Test("has one rule")
    func oneRule() {
        let read = ReadDates(iCalendar(["DTSTART:20260105", "RRULE:FREQ=YEARLY", "RRULE:FREQ=MONTHLY"]))
        #expect(read.problems == "d:3:1: error: the event is not read: it has RRULE twice")
        let old = ReadDates(iCalendar(["DTSTART:20260105", "RRULE:FREQ=YEARLY", "EXRULE:FREQ=MONTHLY"]))
        #expect(old.problems == "d:3:1: error: the event is not read: EXRULE is not read; write EXDATE")
    }

    @Test("does not keep a reader busy: what all events of a file come to is bounded")
    func bound() {
        let daily = ["DTSTART:19700101", "DURATION:P366D", "RRULE:FREQ=DAILY"]
        let read = ReadDates(iCalendar(daily, daily))
        #expect(read.problems.contains("the event is not read: the events of this file come to more than 1000000 days"))
    }
}
