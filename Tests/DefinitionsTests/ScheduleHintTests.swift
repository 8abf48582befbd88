// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("What is told about a file of schedules")
struct ScheduleHintTests {
    @Test("a misspelt key names the one that begins alike")
    func zone() {
        #expect(
            problems(#"schedules: {a: {job: b.c, on: all, zon: UTC, rules: [{day: 1}]}}"#) == [
                "f.yaml:2:36: error: schedules/a/zon: is not a key of a schedule; did you mean 'zone'?"
            ])
    }

    @Test("weekdays may have their long names, wherever they are written")
    func weekdays() {
        #expect(
            problems(
                """
                calendars: {c: {week: [Monday, tue, FRI], baseDay: Monday 2, days: [{closed: friday last of 12}]}}
                schedules: {a: {job: b.c, on: all, rules: [{day: Friday}, {day: sunday 2}]}}
                """) == [])
        #expect(
            problems("calendars: {c: {week: [frydai]}}") == [
                "f.yaml:2:24: error: calendars/c/week/0: must be one of mon, tue, wed, thu, fri, sat, sun, not 'frydai'"
            ])
    }

    @Test("a rule is named by the number that it has everywhere")
    func number() {
        #expect(
            problems("schedules: {a: {job: b.c, on: all, rules: [{day: 1}, {day: 1, at: noon}]}}") == [
                "f.yaml:2:67: error: schedules/a/rule 2/at: must be a time from 0:00 to 99:59, or after the base time such as "
                    + "'+1:30', in quotes, not 'noon'"
            ])
    }

    @Test(
        "what does nothing is told",
        arguments: [
            (
                "{day: 1, within: 3}",
                "warning: schedules/a/rule 1/within: does nothing without 'closed: before' or 'closed: after'"
            ),
            (
                "{day: 1, closed: run, within: 3}",
                "warning: schedules/a/rule 1/within: does nothing without 'closed: before' or 'closed: after'"
            ),
            ("{day: 1, shiftWithin: 3}", "warning: schedules/a/rule 1/shiftWithin: does nothing without 'shift'"),
            (
                "{day: 1, shift: +12 days}",
                "warning: schedules/a/rule 1/shift: 12 days lie beyond 'shiftWithin', 10: the rule never starts anything"
            ),
        ])
    func idle(rule: String, told: String) {
        let found = problems("schedules: {a: {job: b.c, on: all, rules: [\(rule)]}}")
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix(told) == true, "\(found)")
    }

    @Test("a calendar that no rule asks is told, where the schedule itself names it")
    func idleCalendar() {
        let calendar = "calendars: {c: {week: [mon]}}\n"
        #expect(
            problems(calendar + #"schedules: {a: {job: b.c, on: all, calendar: c, rules: [{cron: "*/10 * * * *"}]}}"#)
                == [
                    "f.yaml:3:46: warning: schedules/a/calendar: no rule asks the calendar which days are open; with 'closed: skip' a "
                        + "rule starts on open days only"
                ])
        #expect(
            problems(
                calendar
                    + #"schedules: {a: {job: b.c, on: all, calendar: c, rules: [{cron: "*/10 * * * *", closed: skip}]}}"#
            )
                == [])
        #expect(
            problems(
                calendar
                    + #"defaults: {calendar: c}\#nschedules: {a: {job: b.c, on: all, rules: [{cron: "*/10 * * * *"}]}}"#
            )
                == [])
    }

    @Test(
        "a day of a calendar that is none says what is wrong with it",
        arguments: [
            ("02-30", "'02-30': month 2 never has a day 30"),
            ("12-30..02-31", "'02-31': month 2 never has a day 31"),
            (
                "2026-02-18..2026-02-16",
                "the range '2026-02-18..2026-02-16' goes backward; write '2026-02-16..2026-02-18'"
            ),
            ("2026/1/5", "'2026/1/5' must be written 2026-01-05"),
            ("8-15", "'8-15' must be written 08-15"),
            ("05/01/2026", "'05/01/2026' may mean either way round which is the month; write it as 2026-01-31"),
            ("2026-02-29", "there is no day '2026-02-29'"),
        ])
    func days(day: String, why: String) {
        #expect(
            problems("calendars: {c: {days: [{closed: \(day)}]}}") == [
                "f.yaml:2:33: error: calendars/c/days/0/closed: \(why)"
            ])
    }

    @Test("a title lacks no language that other titles of the file have, and has no other one")
    func languages() {
        let wanted = "which other texts of this file have; people who read"
        #expect(
            problems(
                """
                calendars: {c: {title: {en: C, ko: 가}, week: [mon]}}
                freezes: {f: {title: {en: F}, on: all, from: 2026-01-01, until: 2026-01-02}}
                windows: {w: {title: {en: W, ko: 나, ja: あ}, on: all, rules: [{day: mon}], lasts: 1h}}
                schedules: {a: {title: {en: A, ja: あ}, job: b.c, on: all, values: {v: {en: x}}, rules: [{day: 1}]}}
                """) == [
                    "f.yaml:2:17: warning: calendars/c/title: has no ja, \(wanted) ja see the English text",
                    "f.yaml:3:15: warning: freezes/f/title: has no ko and ja, \(wanted) ko and ja see the English text",
                    "f.yaml:5:17: warning: schedules/a/title: has no ko, \(wanted) ko see the English text",
                ])
        #expect(problems("calendars: {c: {title: One for all, week: [mon]}, d: {title: {en: D}, week: [mon]}}") == [])
        for (kind, rest) in [
            ("calendars", "week: [mon]"), ("freezes", "from: 2026-01-01, until: 2026-01-02"),
            ("schedules", "job: b.c, on: all, rules: [{day: 1}]"),
        ] {
            #expect(
                problems("\(kind): {c: {title: {en: C, kr: 가}, \(rest)}}").map { $0.split(separator: ": error: ").last }
                    == [
                        "\(kind)/c/title/kr: is not a key of a text by language; did you mean 'ko'?"
                    ])
        }
    }

    private func problems(_ text: String) -> [String] {
        let (files, problems) = ScheduleReader.read(
            Array("firstline: 1\n\(text)\n".utf8), file: "f.yaml", usualZone: "UTC")
        return (problems.all + files.faults.problems.all + files.remarks.all).map(\.description)
    }
}
