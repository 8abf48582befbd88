// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("A list of dates")
struct DateListTests {
    @Test(
        "has one date a line",
        arguments: ["2026/12/25", "2026-12-25", "12/25/2026", "25/12/2026", "20261225", "12252026", "25122026"])
    func lines(date: String) {
        let read = ReadDates("# closed\n\n\(date)\r\n")
        #expect(read.problems == "")
        #expect(read.days == ["2026-12-25"])
    }

    @Test(
        "is read as Excel and people write it",
        arguments: [
            "2026/1/5", "2026-1-5", "2026.1.5", "2026. 1. 5.", "2026년 1월 5일", "2026年1月5日", "２０２６／１／５",
            "2026-01-05 00:00", "2026-01-05T00:00:00", "\"2026/1/5\"", "2026/1/5,", "\u{FEFF}2026-01-05", "5/13/2026",
        ])
    func writings(date: String) {
        let read = ReadDates(date + "\n")
        #expect(read.problems == "")
        #expect(read.days == [date == "5/13/2026" ? "2026-05-13" : "2026-01-05"])
    }

    @Test("has names in its second column, and a heading")
    func names() {
        let text =
            "Date,Name\n2026/1/1,\"New Year's Day, or \"\"Shinjeong\"\"\"\n\n,,\n2026/3/1;March First\n2026/5/5\tChildren\n"
        let read = ReadDates(text)
        #expect(read.problems == "")
        #expect(
            read.named == [
                "2026-01-01 New Year's Day, or \"Shinjeong\"", "2026-03-01 March First", "2026-05-05 Children",
            ])
    }

    @Test("names a day by all its lines")
    func twoNames() {
        #expect(
            ReadDates("2025-05-05,어린이날\n2025-05-05,부처님오신날\n2025-05-05,어린이날\n").named == [
                "2025-05-05 어린이날, 부처님오신날"
            ])
    }

    @Test("in another order of month and day is read where one line shows which")
    func order() {
        #expect(ReadDates("05/01/2026\n12/25/2026\n").days == ["2026-05-01", "2026-12-25"])
        #expect(ReadDates("05/01/2026\n25/12/2026\n").days == ["2026-01-05", "2026-12-25"])
        #expect(ReadDates("05/05/2026\n").days == ["2026-05-05"])
    }

    @Test("whose months and days could be either is refused", arguments: ["05/01/2026", "05012026", "5.1.2026"])
    func ambiguous(date: String) {
        let read = ReadDates("03/03/2026\n\(date)\n")
        #expect(read.days == [])
        #expect(
            read.problems == "d:2:1: error: month and day of this date may be meant either way round; write dates as "
                + "2026-01-31, or say 'order: month-first' or 'order: day-first' beside 'file'")
        #expect(ReadDates(date, DatesFile(file: "d", order: .monthFirst)).days == ["2026-05-01"])
        #expect(ReadDates(date, DatesFile(file: "d", order: .dayFirst)).days == ["2026-01-05"])
    }

    @Test("tells the line that is no date, and not what it holds")
    func noDate() {
        let read = ReadDates("2026-01-05\n2026-02-30\nroot:x:0:0\n")
        #expect(read.days == ["2026-01-05"])
        #expect(
            read.problems == """
                d:2:1: error: this line has the form of a date, and there is no such day
                d:3:1: error: this line is no date; a list has one date a line, such as 2026-01-05, perhaps with a comma and \
                its name behind it
                """)
    }

    @Test("that is none is not repeated: ten lines of problems and a count")
    func noList() {
        let secret = (1...40).map { "secret-\($0):$6$salt$hash" }.joined(separator: "\n")
        let read = ReadDates(secret)
        #expect(read.days == [])
        #expect(!read.problems.contains("secret") && !read.problems.contains("salt"))
        let lines = read.problems.split(separator: "\n")
        #expect(lines.count == 11)
        #expect(lines.last == "d:11:1: error: and 30 more lines that are no dates")
    }

    @Test("is in the encodings in which Japan and Korea publish holidays")
    func encodings() {
        // 元日, 建国記念の日; 신정, 설날: in Shift_JIS (CP932), EUC-KR (CP949) and UTF-16 with its mark.
        let heading: [UInt8] = [0x8D, 0x91, 0x96, 0xAF, 0x82, 0xCC, 0x8F, 0x6A, 0x93, 0xFA]
        let newYear: [UInt8] = [0x8C, 0xB3, 0x93, 0xFA]
        let japanese = heading + [0x2C] + heading + Array("\r\n2026/1/1,".utf8) + newYear + Array("\r\n".utf8)
        #expect(ReadDates(japanese).named == ["2026-01-01 元日"])
        let korean = Array("2026-01-01,".utf8) + [0xBD, 0xC5, 0xC1, 0xA4, 0x0A]
        #expect(ReadDates(korean).named == ["2026-01-01 신정"])
        let text = "2026/1/1,신정\r\n2026/2/11,建国記念の日\r\n"
        let expected = ["2026-01-01 신정", "2026-02-11 建国記念の日"]
        var (little, big): ([UInt8], [UInt8]) = ([0xFF, 0xFE], [0xFE, 0xFF])
        for unit in text.utf16 {
            little += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            big += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        }
        #expect(ReadDates(little).named == expected)
        #expect(ReadDates(big).named == expected)
    }

    @Test("is in the encoding that is said, where the bytes fit several")
    func givenEncoding() {
        // 똠 is outside of EUC-KR's own table; read as Shift_JIS the bytes are something else.
        let bytes = Array("2026-01-01,".utf8) + [0x8C, 0x63]
        #expect(ReadDates(bytes, DatesFile(file: "d", encoding: .eucKR)).named == ["2026-01-01 똠"])
        let read = ReadDates(bytes, DatesFile(file: "d", encoding: .eucJP))
        #expect(read.days == [])
        #expect(read.problems == "d:1:1: error: the file is no text in euc-jp")
    }

    @Test(
        "that is no text says so, and not what it holds",
        arguments: [
            ([0x80, 0xFF, 0x0A], "the file is no text in UTF-8, UTF-16 with its mark, Shift_JIS or EUC-KR"),
            ([0x32, 0x00, 0x0A], "the file is no text: it holds control characters"),
            (Array("PK\u{3}\u{4}rest".utf8), "the file is a spreadsheet or an archive; save the sheet as CSV"),
        ])
    func noText(bytes: [UInt8], why: String) {
        let read = ReadDates(bytes)
        #expect(read.days == [])
        #expect(read.problems == "d:1:1: error: \(why)")
    }

    @Test("that holds nothing is a mistake, and one without a date is told")
    func empty() {
        let nothing = "d:1:1: error: the file is empty; it should be a list of dates or an iCalendar"
        #expect(ReadDates("").problems == nothing)
        #expect(ReadDates(" \r\n\n").problems == nothing)
        let noDate = "d:1:1: warning: the file holds no date"
        #expect(ReadDates("# none yet\n").problems == noDate)
        #expect(ReadDates("Date,Name\n").problems == noDate)
    }
}
