// SPDX-License-Identifier: Apache-2.0

import Model

/// A file of dates that a calendar names: a list of dates, or an iCalendar.
///
/// What is told about a file that is neither never repeats what it holds: it may be any file of this machine.
struct DatesFile {
    /// The file as problems name it.
    let file: String
    /// The days that count.
    var filter = EventFilter()
    /// Its encoding; nil = as its bytes show.
    var encoding: TextEncoding?
    /// Which of two numbers before a year is the month; nil = as its dates show.
    var order: DateOrder?
    /// So many days the rules of an iCalendar may look at: a rule that never matches looks at every day there is.
    var mostLooks = 50_000_000

    /// So many problems of one file are told one by one.
    static let mostTold = 10
    /// How many names of one day are kept.
    static let mostNames = 10

    /// Reads the days of a file, each with what the file calls it.
    func read(_ bytes: [UInt8], _ problems: inout Problems) -> [Day: String] {
        guard let text = text(of: bytes, &problems) else { return [:] }
        let lines = DatesFile.lines(of: text)
        guard let first = lines.first(where: { !$0.allSatisfy(DatesFile.isBlank) }) else {
            problems.add("the file is empty; it should be a list of dates or an iCalendar", at: top)
            return [:]
        }
        var found = FoundDays(file: file)
        if first.map({ $0 & 0xDF }).starts(with: "BEGIN:VCALENDAR".utf8.map { $0 & 0xDF }) {
            InternetCalendar(filter: filter, mostLooks: mostLooks).read(lines, &found)
        } else if filter.asksMoreThanNames {
            found.tell(
                "the file is a list of dates, which has names only: 'only' and 'except' may ask for 'summary'", line: 1)
        } else {
            DateList(filter: filter, order: order).read(lines, &found)
        }
        if found.names.isEmpty, !found.problems.hasErrors {
            problems.warn(
                found.leftOut == 0
                    ? "the file holds no date"
                    : "no day of the file counts: 'only' and 'except' leave out all \(found.leftOut)", at: top)
        }
        problems.add(found.allProblems)
        return found.names
    }

    private var top: Place { Place(file: file, line: 1, column: 1) }

    /// The file's text in UTF-8.
    private func text(of bytes: [UInt8], _ problems: inout Problems) -> [UInt8]? {
        if bytes.starts(with: "PK\u{3}\u{4}".utf8) {
            problems.add("the file is a spreadsheet or an archive; save the sheet as CSV", at: top)
            return nil
        }
        guard let text = TextEncoding.decode(bytes, encoding) else {
            let tried = encoding?.rawValue ?? "UTF-8, UTF-16 with its mark, Shift_JIS or EUC-KR"
            let missing =
                encoding?.isKnownHere == false ? ", or this machine lacks that encoding: save it as UTF-8" : ""
            problems.add("the file is no text in \(tried)\(missing)", at: top)
            return nil
        }
        guard !text.contains(where: { $0 < 0x20 && !(0x09...0x0D).contains($0) || $0 == 0x7F }) else {
            problems.add("the file is no text: it holds control characters", at: top)
            return nil
        }
        return text
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The lines of a text, whichever machine ended them.
    private static func lines(of text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        for (index, byte) in text.enumerated() where byte == 0x0A || byte == 0x0D {
            if byte == 0x0A, index > 0, text[index - 1] == 0x0D {
                start = index + 1
                continue
            }
            lines.append(text[start..<index])
            start = index + 1
        }
        return lines + [text[start...]]
    }
}

/// The days found in a file so far, and what is wrong with it.
struct FoundDays {
    let file: String
    private(set) var names: [Day: String] = [:]
    /// The names of the days that have more than one, at most ten of each.
    private var several: [Day: Set<String>] = [:]
    /// How many days or events a filter left out.
    var leftOut = 0
    private(set) var problems = Problems()
    /// How often more of a kind was found than is told, and in which line first.
    private var untold: [String: (count: Int, line: Int)] = [:]
    private var told: [String: Int] = [:]

    init(file: String) { self.file = file }

    /// Adds a day; one that is there already has both names.
    mutating func add(_ day: Day, _ name: String) {
        guard let known = names[day], known != name, !known.isEmpty else {
            names[day] = name
            return
        }
        guard !name.isEmpty, several[day, default: [known]].count < DatesFile.mostNames,
            several[day, default: [known]].insert(name).inserted
        else { return }
        names[day]?.append(", \(name)")
    }

    /// Tells a problem, unless ten of its kind were told: those are counted, as `and 30 more` of the kind.
    mutating func tell(_ message: String, line: Int, kind: String = "") {
        told[kind, default: 0] += 1
        guard kind.isEmpty || told[kind, default: 0] <= DatesFile.mostTold else {
            untold[kind] = ((untold[kind]?.count ?? 0) + 1, untold[kind]?.line ?? line)
            return
        }
        problems.add(message, at: Place(file: file, line: line, column: 1))
    }

    /// The problems with the count of those that were not told.
    var allProblems: Problems {
        var all = problems
        for (kind, more) in untold.sorted(by: { $0.value.line < $1.value.line }) {
            all.add("and \(more.count) more \(kind)", at: Place(file: file, line: more.line, column: 1))
        }
        return all
    }
}
