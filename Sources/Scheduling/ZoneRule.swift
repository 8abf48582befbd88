// SPDX-License-Identifier: Apache-2.0

import Model

/// The rule by which a zone's clocks go on after its last listed change, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Hashable, Sendable {
    private let standard: Int
    private let summer: Summer?

    private struct Summer: Hashable, Sendable {
        let offset: Int
        let begin: Change
        let end: Change
    }

    /// The day and local time of a change.
    private struct Change: Hashable, Sendable {
        enum Date: Hashable, Sendable {
            /// Day 1...365; 29 February is never counted.
            case withoutLeap(Int)
            /// Day 0...365.
            case ofYear(Int)
            /// Weekday (0 = Sunday) of week 1...5 (5 = last) of a month.
            case weekday(month: Int, week: Int, day: Int)
        }

        let date: Date
        let seconds: Int

        func day(in year: Int) -> Day {
            let first = Month(year, 1).first
            switch date {
            case .withoutLeap(let day):
                return first + (day - 1 + (Month(year, 2).length == 29 && day >= 60 ? 1 : 0))
            case .ofYear(let day): return first + day
            case .weekday(let month, let week, let day):
                let month = Month(year, month)
                let wanted = (day + 6) % 7
                let start = month.first + (wanted - month.first.weekday.number + 7) % 7
                let found = start + (week - 1) * 7
                return found > month.last ? found - 7 : found
            }
        }
    }

    /// Reads a rule; nil when it is none.
    init?(_ text: String) {
        var reader = Reader(text)
        guard reader.name(), let standard = reader.time() else { return nil }
        self.standard = -standard
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        var offset = -standard + 3600
        if !reader.next(is: ",") {
            guard let given = reader.time() else { return nil }
            offset = -given
        }
        guard reader.take(","), let begin = reader.change(), reader.take(","), let end = reader.change(), reader.isAtEnd
        else { return nil }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    /// The offset at an instant.
    func offset(at seconds: Int64) -> Int {
        guard let summer else { return standard }
        let year = Day(number: Int(floorDivide(seconds + Int64(standard), 86_400))).month.year
        func instant(_ change: Change, _ before: Int) -> Int64 {
            Int64(change.day(in: year).number) * 86_400 + Int64(change.seconds - before)
        }
        let begin = instant(summer.begin, standard)
        let end = instant(summer.end, summer.offset)
        let isSummer = begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end
        return isSummer ? summer.offset : standard
    }

    private struct Reader {
        private var rest: Substring

        init(_ text: String) { rest = text[...] }

        var isAtEnd: Bool { rest.isEmpty }

        func next(is character: Character) -> Bool { rest.first == character }

        mutating func take(_ character: Character) -> Bool {
            guard next(is: character) else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func name() -> Bool {
            if take("<") {
                rest = rest.drop { $0 != ">" }
                return take(">")
            }
            let length = rest.prefix { $0.isLetter }.count
            rest = rest.dropFirst(length)
            return length >= 3
        }

        mutating func number() -> Int? {
            let digits = rest.prefix { $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return Int(digits)
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time() -> Int? {
            let isNegative = next(is: "-")
            if isNegative || next(is: "+") { rest = rest.dropFirst() }
            // RFC 8536 lets the time of a change reach a week to either side.
            guard let hours = number(), hours <= 167 else { return nil }
            var seconds = hours * 3600
            for factor in [60, 1] where take(":") {
                guard let part = number(), part < 60 else { return nil }
                seconds += part * factor
            }
            return isNegative ? -seconds : seconds
        }

        mutating func change() -> Change? {
            let date: Change.Date
            if take("M") {
                guard let month = number(), take("."), let week = number(), take("."), let day = number(),
                    (1...12).contains(month), (1...5).contains(week), (0...6).contains(day)
                else { return nil }
                date = .weekday(month: month, week: week, day: day)
            } else if take("J") {
                guard let day = number(), (1...365).contains(day) else { return nil }
                date = .withoutLeap(day)
            } else {
                guard let day = number(), (0...365).contains(day) else { return nil }
                date = .ofYear(day)
            }
            guard take("/") else { return Change(date: date, seconds: 7200) }
            return time().map { Change(date: date, seconds: $0) }
        }
    }
}
