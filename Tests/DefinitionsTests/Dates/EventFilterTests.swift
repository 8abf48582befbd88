// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("Which events of a public calendar count")
struct EventFilterTests {
    /// In the form of Google's calendars of holidays.
    private static let google = iCalendar(
        [
            "DTSTART;VALUE=DATE:20260301", "DTEND;VALUE=DATE:20260302", "UID:20260301_a@holidays", "CLASS:PUBLIC",
            "DESCRIPTION:공휴일", "STATUS:CONFIRMED", "SUMMARY:삼일절", "TRANSP:TRANSPARENT",
        ],
        [
            "DTSTART;VALUE=DATE:20260508", "DTEND;VALUE=DATE:20260509", "UID:20260508_b@holidays", "CLASS:PUBLIC",
            "DESCRIPTION:기념일\\n기념일을 숨기려면 설정으로 이동하세요", "STATUS:CONFIRMED", "SUMMARY:어버이날", "TRANSP:TRANSPARENT",
        ])

    /// In the form of Apple's calendars of holidays and of offices: categories, a language, and an alarm.
    private static let apple = iCalendar(
        [
            "UID:1", "DTSTART;VALUE=DATE:20260219", "SUMMARY;LANGUAGE=en:Presidents' Day",
            "CATEGORIES:Holidays,Federal",
            "TRANSP:OPAQUE",
        ],
        [
            "UID:2", "DTSTART;VALUE=DATE:20260214", "SUMMARY;LANGUAGE=en:Valentine's Day", "CATEGORIES:Holidays",
            "CATEGORIES:Observance", "TRANSP:TRANSPARENT", "BEGIN:VALARM", "CATEGORIES:Federal", "END:VALARM",
        ],
        ["UID:3", "DTSTART:20260301T090000Z", "DTEND:20260301T100000Z", "SUMMARY:Meeting"])

    @Test(
        "is said by patterns of what they say",
        arguments: [
            ("only: {description: 공휴일}", ["2026-03-01 삼일절"]),
            ("except: {description: 기념일*}", ["2026-03-01 삼일절"]),
            ("except: {summary: [\"*절\", 없음]}", ["2026-05-08 어버이날"]),
            ("only: {summary: \"???\"}", ["2026-03-01 삼일절"]),
            ("only: {summary: \"*날\", description: 공휴일}", []),
        ])
    func google(filter: String, named: [String]) throws {
        #expect(try read(Self.google, filter).named == named)
    }

    @Test(
        "is said by categories, of which one is enough, by case that does not matter, and by what blocks time",
        arguments: [
            ("only: {categories: federal}", ["2026-02-19 Presidents' Day"]),
            ("only: {categories: [observance, x]}", ["2026-02-14 Valentine's Day"]),
            ("except: {categories: observance, summary: meeting}", ["2026-02-19 Presidents' Day"]),
            ("only: {transp: opaque}, except: {summary: meeting}", ["2026-02-19 Presidents' Day"]),
        ])
    func apple(filter: String, named: [String]) throws {
        let read = try read(Self.apple, filter)
        #expect(read.problems == "")
        #expect(read.named == named)
    }

    @Test("is said for a list of dates by the names of its days")
    func list() throws {
        let text = "Date,Name\n2026-03-01,삼일절\n2026-05-08,어버이날\n"
        #expect(try read(text, "except: {summary: 어버이날}").named == ["2026-03-01 삼일절"])
        #expect(
            try read(text, "only: {categories: x}").problems
                == "d:1:1: error: the file is a list of dates, which has names only: 'only' and 'except' may ask for 'summary'"
        )
    }

    @Test("is told where none is left")
    func none() throws {
        #expect(
            try read(Self.google, "only: {summary: nothing}").problems
                == "d:1:1: warning: no day of the file counts: 'only' and 'except' leave out all 2")
    }

    @Test("a moved occurrence that does not count leaves its day all the same")
    func moved() throws {
        let text = iCalendar(
            ["UID:1", "DTSTART:20260105", "RRULE:FREQ=YEARLY;COUNT=2", "SUMMARY:Holiday"],
            ["UID:1", "RECURRENCE-ID:20270105", "DTSTART:20270105T120000", "SUMMARY:Party"])
        #expect(try read(text, "only: {summary: holiday}").days == ["2026-01-05"])
    }

    @Test("is misspelt")
    func mistakes() throws {
        func problems(_ text: String) -> String {
            var problems = Problems()
            let (document, _) = YAMLReader().read(Array(text.utf8), file: "f.yaml")
            if let document {
                _ = DatesFileReader(folder: "/nowhere").days(Field(document, path: "days/0/closed"), &problems)
            }
            return problems.description
        }
        #expect(
            problems("{file: a.ics, onyl: {summary: x}}").hasPrefix(
                "f.yaml:1:15: error: days/0/closed/onyl: is not a key of days of a file; did you mean 'only'?"))
        #expect(
            problems("{file: a.ics, only: {sumary: x}}").hasPrefix(
                "f.yaml:1:22: error: days/0/closed/only/sumary: is not a key of what events say; did you mean 'summary'?"
            ))
        #expect(
            problems("{file: a.ics, encoding: latin1}").hasPrefix(
                "f.yaml:1:25: error: days/0/closed/encoding: must be one of utf-8, utf-16, shift_jis, euc-jp, euc-kr, not 'latin1'"
            ))
        #expect(
            problems("{file: a.ics, only: {summary: []}}").hasPrefix(
                "f.yaml:1:31: error: days/0/closed/only/summary: must have at least one pattern"))
    }

    private func read(_ text: String, _ filter: String) throws -> ReadDates {
        let written = try #require(YAMLReader().read(Array("{file: d, \(filter)}".utf8), file: "f").document)
        var problems = Problems()
        let file = try #require(DatesFileReader(folder: "").file(Field(written), &problems))
        #expect(problems.description == "")
        return ReadDates(text, file)
    }
}
