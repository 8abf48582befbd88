// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

/// Nothing that a schedule, a calendar or a file of dates holds may crash a reader: each seed makes one text.
@Suite("Random input of schedules and calendars")
struct RandomScheduleTests {
    private static let seeds: UInt64 = 3000

    @Test("random changes to an iCalendar never crash its reader, nor make it tell what it cannot place")
    func calendars() {
        let pieces = [
            "\r\n", "\n", " ", ":", ";", "=", ",", "\"", "RRULE:", "RRULE:=", "FREQ=YEARLY", "FREQ=DAILY;COUNT=",
            "BYDAY=",
            "-1MO", "BYMONTH=", "BYSETPOS=-1", "INTERVAL=9223372036854775807", "UNTIL=", "99991231", "00010101",
            "T000000", "EXDATE:", "RDATE:", "DTSTART:", "DTEND;VALUE=DATE:", "DURATION:P999W", "RECURRENCE-ID:",
            "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "END:VCALENDAR", "UID:1", "\\", "가", "\u{301}",
            "-", "0", "9", "P", "\u{FEFF}", "SUMMARY:", "CATEGORIES:a\\,b,c", "STATUS:CANCELLED",
        ]
        let whole = iCalendar(
            [
                "UID:1", "DTSTART;TZID=\"a:b\":20260105T000000", "DURATION:P2D", "RRULE:FREQ=MONTHLY;BYDAY=3MO;COUNT=9",
                "SUMMARY:a",
            ],
            ["UID:1", "RECURRENCE-ID:20260216", "DTSTART:20260217", "EXDATE:20260316", "BEGIN:VALARM", "END:VALARM"])
        for seed in 0..<Self.seeds {
            var random = SeededGenerator(seed: seed)
            read(changed(whole, with: pieces, &random), seed)
        }
    }

    @Test("random changes to a list of dates never crash its reader, nor make it tell what it cannot place")
    func lists() {
        let pieces = [
            "\r", "\n", "\"", ",", ";", "\t", "/", "-", ".", " ", "2026", "1", "13", "31", "99999999999999999999", "年",
            "月",
            "일", "T00:00", "#", "\u{FF11}", "\u{0}", "\u{FEFF}", "²", "५", "a",
        ]
        let whole = "Date,Name\r\n2026/1/5,\"a, b\"\r\n05/06/2026;x\r\n20260105\r\n2026年1月5日\r\n"
        for seed in 0..<Self.seeds {
            var random = SeededGenerator(seed: seed)
            var bytes = changed(whole, with: pieces, &random)
            if seed % 3 == 0, !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            read(bytes, seed)
        }
    }

    @Test("random patterns, days, times and cycles never crash their readers")
    func texts() {
        let pieces = [
            "*", "/", "-", ",", "..", "~", ":", " ", "0", "5", "59", "60", "9223372036854775807",
            "99999999999999999999",
            "mon", "Fri", "jan", "last", "open", "closed", "of", "every", "day", "days", "weeks", "@daily", "2026",
            "02-29",
            "+", "%", "h", "d", "ms", "CRON_TZ=", "L", "W", "#", "?", "²", "가", "\u{301}", "", ".", "e9", "registered",
        ]
        for seed in 0..<Self.seeds * 2 {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 0...8, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined(separator: seed % 2 == 0 ? " " : "")
            _ = try? ClockPattern(cron: text)
            _ = try? ClockPattern(onCalendar: text)
            _ = DayPattern(written: text)
            _ = DayRule(written: text)
            _ = clockMinutes(text)
            _ = Duration(written: text)
            _ = Day(text)
        }
    }

    @Test("random changes to files of schedules never crash their reader")
    func files() {
        let pieces = [
            "\n", "  ", ": ", "- ", "{", "}", "[", "]", ",", "\"", "day", "cron", "at", "again", "until", "every",
            "within",
            "shift", "closed", "open", "0", "9223372036854775807", "-9223372036854775808", "99:59", "25:61", "+1:30",
            "mon 5",
            "02-30", "12-30..01-02", "2026-01-05..2026-01-01", "2026-13-01", "missed", "watch", "150%", "exclusive",
        ]
        for seed in 0..<Self.seeds {
            var random = SeededGenerator(seed: seed)
            let bytes = changed(Self.schedules, with: pieces, &random)
            let (_, problems) = ScheduleReader.read(bytes, file: "/nowhere/s.yaml", usualZone: "UTC")
            #expect(problems.all.allSatisfy { $0.place.map { $0.line > 0 && $0.column > 0 } ?? true }, "seed \(seed)")
        }
    }

    private static let schedules = """
        firstline: 1
        calendars:
          a: {week: [mon, tue], days: [{closed: [01-01, 2026-02-16..2026-02-18, mon 2 of 1]}, {open: last}], baseDay: mon 2}
          b: {base: {all: [a, {not: a}]}, baseTime: "8:00", days: [{closed: {file: x.ics, only: {summary: "*"}}}]}
        defaults: {zone: Asia/Seoul, calendar: a, system: 48h}
        schedules:
          s:
            job: a.b
            on: all
            rules:
              - {day: 25, closed: before, within: 3, shift: -2 open, shiftWithin: 5, at: "25:30", again: {every: 5m, until: "26:00"}}
              - {day: open last -1, every: 2 months, from: 2026-01-01, until: 2027-01-01}
              - {filter: {base: 31, shift: -1}}
              - {cron: "*/10 1-5,7 * jan-mar mon"}
              - {onCalendar: "Mon..Fri *-*~07/1 03:00"}
            missed: {policy: run-once, window: 1h}
            watch: {start: 10m, end: {limit: "29:00", level: error}, takes: 150%}
        freezes:
          f: {from: "2026-12-24 18:00", until: 2027-01-04}
        """

    /// A text with some pieces put in, taken out and doubled.
    private func changed(_ text: String, with pieces: [String], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let position = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, position + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes.removeSubrange(position..<end)
            case 1: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...bytes.count, using: &random))
            default: bytes.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: position)
            }
        }
        return bytes
    }

    private func read(_ bytes: [UInt8], _ seed: UInt64) {
        var problems = Problems()
        let days = DatesFile(file: "d").read(bytes, &problems)
        #expect(!days.isEmpty || !problems.all.isEmpty, "seed \(seed)")
        #expect(problems.all.allSatisfy { $0.place.map { $0.line > 0 && $0.column > 0 } ?? false }, "seed \(seed)")
    }
}
