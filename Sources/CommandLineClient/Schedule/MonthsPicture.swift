// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling

/// Months as a wall calendar shows them, with closed days and marked ones.
struct MonthsPicture {
    let calendar: OperatingCalendar
    /// Days that stand out, such as those on which something runs.
    var marked: Set<Day> = []
    let language: Language
    /// How many places a line may take.
    var columns = Surroundings.terminalSize.columns

    private static let width = 28

    /// Up to three months beside each other, until all are shown.
    func lines(_ months: [Month]) -> [String] {
        var lines: [String] = []
        let inRow = max(1, min(3, (columns + 2) / (Self.width + 2)))
        for start in stride(from: 0, to: months.count, by: inRow) {
            let row = months[start..<min(start + inRow, months.count)].map(block)
            for line in 0..<(row.map(\.count).max() ?? 0) {
                let cells = row.map { line < $0.count ? $0[line] : "" }
                lines.append(cells.map { $0.padded(to: Self.width) }.joined(separator: "  ").trimmedRight)
            }
            lines.append("")
        }
        return lines + [legend]
    }

    private var legend: String {
        let closed = Phrases.text("-12 closed", language)
        return marked.isEmpty ? closed : closed + "   " + Phrases.text("*12 runs", language)
    }

    private func block(_ month: Month) -> [String] {
        let weekdays = Weekday.allCases.map { Phrases.text($0.rawValue, language).padded(to: 4, onTheLeft: true) }
            .joined()
        var lines = [month.description, weekdays]
        var line = String(repeating: "    ", count: month.first.weekday.number)
        for day in month.first...month.last {
            line += cell(day)
            if day.weekday == .sunday {
                lines.append(line)
                line = ""
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    private func cell(_ day: Day) -> String {
        let mark = marked.contains(day) ? "*" : calendar.isOpen(day) ? "" : "-"
        return (mark + String(day.day)).padded(to: 4, onTheLeft: true)
    }
}

extension String {
    /// The text with blanks to a width on the screen.
    fileprivate func padded(to width: Int, onTheLeft: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - Table.width(self)))
        return onTheLeft ? blanks + self : self + blanks
    }

    fileprivate var trimmedRight: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
