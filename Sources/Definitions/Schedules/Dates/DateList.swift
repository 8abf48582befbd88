// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads a list of dates: one a line, perhaps with a name in the next column, perhaps below a heading.
struct DateList {
    let filter: EventFilter
    /// Which of two numbers before a year is the month; nil = as the dates show.
    let order: DateOrder?

    private static let noDates = "lines that are no dates"

    private struct Line {
        let number: Int
        let date: WrittenDate?
        let name: String
        let hasDigit: Bool
    }

    func read(_ lines: [ArraySlice<UInt8>], _ found: inout FoundDays) {
        var written = lines.enumerated().compactMap { number, bytes in Self.line(number + 1, bytes) }
        if let first = written.first, first.date == nil, !first.hasDigit { written.removeFirst() }
        guard let order = order ?? DateOrder(of: written.compactMap(\.date)) else {
            let line = written.first { $0.date?.isAmbiguous == true }?.number ?? 1
            return found.tell(
                "month and day of this date may be meant either way round; write dates as 2026-01-31, or say "
                    + "'order: month-first' or 'order: day-first' beside 'file'", line: line)
        }
        for line in written {
            if let day = line.date?.day(order) {
                if filter.counts(name: line.name) { found.add(day, line.name) } else { found.leftOut += 1 }
            } else {
                tell(line, &found)
            }
        }
    }

    private func tell(_ line: Line, _ found: inout FoundDays) {
        found.tell(
            line.date == nil
                ? "this line is no date; a list has one date a line, such as 2026-01-05, perhaps with a comma and its name "
                    + "behind it"
                : "this line has the form of a date, and there is no such day", line: line.number, kind: Self.noDates)
    }

    /// A line that says something; nil for an empty one, and one that begins with `#`.
    private static func line(_ number: Int, _ bytes: ArraySlice<UInt8>) -> Line? {
        let columns = columns(String(decoding: bytes, as: UTF8.self))
        guard let first = columns.first, columns.contains(where: { !$0.isEmpty }), !first.hasPrefix("#") else {
            return nil
        }
        return Line(
            number: number, date: WrittenDate(first), name: columns.count > 1 ? columns[1] : "",
            hasDigit: first.unicodeScalars.contains { $0.properties.numericType != nil })
    }

    private static let separators: Set<Unicode.Scalar> = [",", ";", "\t"]

    /// The columns of a line of CSV, whichever of comma, semicolon and tab is between them.
    private static func columns(_ line: String) -> [String] {
        var (columns, column): ([String], String.UnicodeScalarView) = ([], .init())
        var (isQuoted, wasQuote) = (false, false)
        for scalar in line.unicodeScalars {
            defer { wasQuote = scalar == "\"" }
            if scalar == "\"" {
                // Two quotes inside of quotes are one.
                if !isQuoted, wasQuote { column.append(scalar) }
                isQuoted.toggle()
            } else if !isQuoted, DateList.separators.contains(scalar) {
                columns.append(String(column))
                column = .init()
            } else {
                column.append(scalar)
            }
        }
        columns.append(String(column))
        return columns.map(\.trimmed)
    }
}
