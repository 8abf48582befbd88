// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Scheduling
import Testing

@testable import Definitions

/// A schedule and what it comes to, as it is written in `Cases/`.
struct ScheduleCase: Sendable, CustomStringConvertible {
    let file: String
    let description: String
    let timetable: Timetable?
    let period: ClosedRange<Day>
    let expected: [String]
    let problems: [String]
    let expectedProblems: [String]

    static let all: [ScheduleCase] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().flatMap { name in
            cases(of: folder.appendingPathComponent(name).path, name)
        }
    }()

    private static func cases(of path: String, _ name: String) -> [ScheduleCase] {
        let bytes = Array((try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data())
        return read(bytes, file: path)
    }

    /// Reads calendars and cases.
    static func read(_ bytes: [UInt8], file: String) -> [ScheduleCase] {
        guard let document = YAMLReader().read(bytes, file: file).document else { return [] }
        var reader = CalendarReader(folder: Paths.folder(of: file))
        let calendars = document["calendars"].map { reader.calendars(Field($0)) } ?? []
        guard case .list(let items)? = document["cases"]?.content else { return [] }
        let library = CalendarLibrary(calendars)
        return items.map { ScheduleCase($0, library, file) }
    }

    private init(_ item: Setting, _ library: CalendarLibrary?, _ file: String) {
        self.file = file
        description = item["name"]?.text ?? "?"
        var reader = RuleReader()
        let rules = item["rules"].map { reader.rules(Field($0, path: "rules")) } ?? []
        problems = reader.problems.errors.map(\.message)
        expectedProblems = item["errors"]?.texts ?? []
        expected = item["expect"]?.texts ?? []
        let dates = rules.compactMap { rule -> Day? in
            if case .days(let timing) = rule.timing, case .date(let day) = timing.day { day } else { nil }
        }
        let from = item["from"]?.text.flatMap { Day($0) } ?? dates.min().map { $0 - 3 }
        let to = item["to"]?.text.flatMap { Day($0) } ?? dates.max().map { $0 + 3 }
        period = (from ?? Day(number: 0))...(to ?? Day(number: 0))
        let zone = testZone(item["zone"]?.text ?? "Asia/Seoul")
        let calendar = item["calendar"]?.text.map { library?[CalendarName($0)] } ?? .everyDay
        guard let zone, let calendar else {
            timetable = nil
            return
        }
        let system = item["system"]?.text.flatMap(DaySystem.init(rawValue:)) ?? .hours24
        timetable = Timetable(rules, calendar: calendar, zone: zone, system: system)
    }
}

extension ScheduleCase {
    /// What the product says, as the cases write it.
    func found() throws -> [String] {
        let timetable = try #require(timetable, "\(file): its calendar or its zone is not there")
        let zone = timetable.zone
        let from = zone.instant(period.lowerBound, 0)
        let through = Instant(microseconds: zone.instant(period.upperBound + 1, 0).microseconds - 1)
        let withRule = expected.contains { $0.contains("rule") }
        return timetable.occurrences(from: from, through: through).map {
            $0.text(in: zone) + (withRule ? " rule \($0.rule)" : "")
        }
    }
}

extension Setting {
    fileprivate var texts: [String] {
        guard case .list(let items) = content else { return [] }
        return items.compactMap(\.text)
    }
}

/// A zone of this machine's time zone database.
func testZone(_ name: String) -> Zone? {
    let path = "/usr/share/zoneinfo/" + name
    return (try? Data(contentsOf: URL(fileURLWithPath: path))).flatMap { Zone(name: name, tzif: Array($0)) }
}

extension Occurrence {
    /// `business day = local date and time`, as the cases write it.
    func text(in zone: Zone) -> String {
        let (date, seconds) = zone.local(instant)
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let second = seconds % 60 == 0 ? "" : ":" + two(seconds % 60)
        return "\(day) = \(date) \(two(seconds / 3600)):\(two(seconds / 60 % 60))\(second)"
    }
}

@Suite("A schedule comes to the days and instants that are written down")
struct CaseTests {
    @Test("as in", arguments: ScheduleCase.all)
    func matches(_ it: ScheduleCase) throws {
        #expect(it.problems == it.expectedProblems, "\(it.file)")
        guard it.expectedProblems.isEmpty else { return }
        #expect(try it.found() == it.expected, "\(it.file)")
    }

    @Test("there are at least 150, each with a name of its own")
    func enough() {
        #expect(ScheduleCase.all.count >= 150)
        #expect(Set(ScheduleCase.all.map(\.description)).count == ScheduleCase.all.count)
    }

    @Test("the next start after an instant is the first of those that follow", arguments: ScheduleCase.all)
    func next(_ it: ScheduleCase) throws {
        guard it.expectedProblems.isEmpty, let timetable = it.timetable else { return }
        let from = timetable.zone.instant(it.period.lowerBound, 0)
        let through = Instant(microseconds: timetable.zone.instant(it.period.upperBound + 1, 0).microseconds - 1)
        var after = Instant(microseconds: from.microseconds - 1)
        for occurrence in timetable.occurrences(from: from, through: through) {
            #expect(timetable.next(after: after) == occurrence)
            after = occurrence.instant
        }
    }
}
