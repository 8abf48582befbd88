// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads dates from a file: one a line, or an iCalendar.
enum DatesFile {
    /// The forms of a date, of which one holds for a whole file; they are Job Arranger's.
    private static let forms = ["YYYY/MM/DD", "YYYY-MM-DD", "MM/DD/YYYY", "YYYYMMDD", "MMDDYYYY"]

    static func read(_ bytes: [UInt8], file: String) -> (Set<Day>, Problems) {
        // Some programs begin a file with a mark that nobody sees.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = String(decoding: bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
        let isCalendar = lines.first { !$0.isEmpty }?.uppercased().hasPrefix("BEGIN:VCALENDAR") ?? false
        return isCalendar ? InternetCalendar.read(lines, file: file) : readLines(lines, file: file)
    }

    /// One date a line; empty lines and lines that begin with `#` are passed over.
    private static func readLines(_ lines: [String], file: String) -> (Set<Day>, Problems) {
        let written = lines.enumerated().compactMap { number, line -> (line: Int, text: String)? in
            let text = line.trimmed
            return text.isEmpty || text.hasPrefix("#") ? nil : (number + 1, text)
        }
        var problems = Problems()
        // The form that reads most lines is the one that was meant.
        let readings = forms.map { form in written.map { day($0.text, form) } }
        guard let best = readings.max(by: { $0.count(where: { $0 != nil }) < $1.count(where: { $0 != nil }) }) else {
            return ([], problems)
        }
        for (entry, day) in zip(written, best) where day == nil {
            problems.add(
                "'\(entry.text)' is no date; a file has one a line, all in one form: \(forms.joined(separator: ", "))",
                at: Place(file: file, line: entry.line, column: 1))
        }
        return (Set(best.compactMap(\.self)), problems)
    }

    private static func day(_ text: String, _ form: String) -> Day? {
        guard text.utf8.count == form.utf8.count else { return nil }
        var parts: [Character: Int] = [:]
        for (letter, meant) in zip(text, form) {
            if meant.isLetter {
                guard let digit = letter.isASCII ? letter.wholeNumberValue : nil else { return nil }
                parts[meant, default: 0] = parts[meant, default: 0] * 10 + digit
            } else if letter != meant {
                return nil
            }
        }
        return Day(parts["Y"] ?? 0, parts["M"] ?? 0, parts["D"] ?? 0)
    }
}
