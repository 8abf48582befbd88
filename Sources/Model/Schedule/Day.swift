// SPDX-License-Identifier: Apache-2.0

/// A date of the Gregorian calendar, without time or zone.
public struct Day: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let number: Int

    /// Makes the date so many days after 1970-01-01.
    public init(number: Int) { self.number = number }

    /// Makes a date; nil when there is no such date.
    public init?(_ year: Int, _ month: Int, _ day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Month(year, month).length).contains(day) else {
            return nil
        }
        self = Month(year, month).first + (day - 1)
    }

    /// Reads `2026-11-26`; nil when that is no date.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year, month, day)
    }

    /// The month it is in.
    public var month: Month { parts.month }
    /// The day of the month, from 1.
    public var day: Int { parts.day }
    /// The weekday.
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        Weekday(number: (number + 3) - floorDivide(number + 3, 7) * 7)
    }

    /// Month and day of the month: eras of 400 years, years that begin in March.
    public var parts: (month: Month, day: Int) {
        let shifted = number + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Month(year, month), dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// Orders dates by time.
    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    /// The date so many days later.
    public static func + (day: Day, days: Int) -> Day { Day(number: day.number + days) }
    /// The date so many days earlier.
    public static func - (day: Day, days: Int) -> Day { Day(number: day.number - days) }
    /// The days from one date to a later one.
    public static func - (later: Day, earlier: Day) -> Int { later.number - earlier.number }

    /// ISO 8601, such as `2026-11-26`.
    public var description: String {
        let (month, day) = parts
        return "\(month)-" + pad(day, 2)
    }
}

extension Day {
    /// Reads a date from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let day = Day(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no date")
        }
        self = day
    }

    /// Writes a date as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Day: Strideable {
    /// The days to another date.
    public func distance(to other: Day) -> Int { other - self }
    /// The date so many days later.
    public func advanced(by days: Int) -> Day { self + days }
}

/// A month of a year.
public struct Month: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Months since the January of year 0.
    public let number: Int

    /// Makes a month from its number.
    public init(number: Int) { self.number = number }

    /// Makes a month of a year; months beyond 1...12 are in another year.
    public init(_ year: Int, _ month: Int) { number = year * 12 + month - 1 }

    /// The year.
    public var year: Int { floorDivide(number, 12) }
    /// The month of the year, from 1.
    public var month: Int { number - year * 12 + 1 }
    /// How many days it has.
    public var length: Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
    /// Its first day.
    public var first: Day {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Day(number: era * 146_097 + dayOfEra - 719_468)
    }
    /// Its last day.
    public var last: Day { first + (length - 1) }

    /// Orders months by time.
    public static func < (left: Month, right: Month) -> Bool { left.number < right.number }
    /// The month so many months later.
    public static func + (month: Month, months: Int) -> Month { Month(number: month.number + months) }

    /// ISO 8601, such as `2026-11`.
    public var description: String { pad(year, 4) + "-" + pad(month, 2) }
}

/// A day of the week, from Monday.
public enum Weekday: String, CaseIterable, Sendable {
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
    case sunday = "sun"

    /// Makes a weekday from its number, 0 = Monday.
    init(number: Int) { self = Weekday.allCases[number] }

    /// Its number, 0 = Monday.
    public var number: Int {
        switch self {
        case .monday: 0
        case .tuesday: 1
        case .wednesday: 2
        case .thursday: 3
        case .friday: 4
        case .saturday: 5
        case .sunday: 6
        }
    }
}
