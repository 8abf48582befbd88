// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling
import Testing

@Suite("Maintenance windows and freezes")
struct ChangeWindowTests {
    private let day = Day(number: 20_000)

    private func objection(
        _ kind: WindowDefinition.Kind, _ periods: WindowDefinition.Periods, at minutes: Int
    ) throws -> Objection? {
        let definition = WindowDefinition("w", kind, zone: "UTC", periods)
        let book = ScheduleBook([], windows: [definition], calendars: CalendarLibrary()) { _ in .utc }
        return try #require(book.windows.first).objection(at: Zone.utc.instant(day, minutes * 60))
    }

    private func nightly(_ lasts: Duration) -> WindowDefinition.Periods {
        var timing = DayTiming(.every(.any))
        timing.times = StartTimes(.absolute(22 * 60))
        return .rules([ScheduleRule(number: 1, .days(timing))], lasts: lasts)
    }

    @Test(
        "a maintenance window lets changes begin inside of it only, from its first moment to before its last",
        arguments: [
            (21 * 60 + 59, false), (22 * 60, true), (24 * 60, true), (25 * 60 + 59, true), (26 * 60, false), (60, true),
        ])
    func window(minutes: Int, isOpen: Bool) throws {
        #expect(try (objection(.window, nightly(.seconds(4 * 3600)), at: minutes) == nil) == isOpen)
    }

    @Test("a freeze is the other way round, and says until when")
    func freeze() throws {
        let found = try objection(.freeze, nightly(.seconds(4 * 3600)), at: 25 * 60)
        #expect(found?.until == Zone.utc.instant(day, 26 * 3600))
        #expect(try objection(.freeze, nightly(.seconds(4 * 3600)), at: 12 * 60) == nil)
    }

    @Test("periods that overlap are one: a freeze ends with the last of them")
    func overlapping() throws {
        let found = try objection(.freeze, nightly(.seconds(30 * 3600)), at: 23 * 60)
        #expect(found?.until == Zone.utc.instant(day, (22 + 30) * 3600))
        #expect(try objection(.window, nightly(.seconds(24 * 3600)), at: 12 * 60) == nil)
    }

    @Test("a window that is closed says when it opens next, one that is over says so")
    func next() throws {
        let closed = try objection(.window, nightly(.seconds(3600)), at: 12 * 60)
        #expect(closed?.description == "the maintenance window 'w' is closed; it opens next at 2024-10-04 22:00 (UTC)")
        let once = WindowDefinition.Periods.once(
            from: .init(day, minutes: 60), until: .init(day + 1, minutes: 0))
        #expect(try objection(.window, once, at: 60) == nil)
        let over = try objection(.window, once, at: 24 * 60)
        #expect(over?.description == "the maintenance window 'w' is closed for good")
        let frozen = try objection(.freeze, once, at: 23 * 60)
        #expect(frozen?.description == "the freeze 'w' lasts until 2024-10-05 00:00 (UTC)")
    }

    @Test("one that cannot be used lets no change begin, says why, and leaves the others alone")
    func unusable() throws {
        let lost = WindowDefinition("lost", .freeze, zone: "Mars", nightly(.seconds(60)))
        let twice = WindowDefinition("twice", .window, zone: "UTC", nightly(.seconds(4 * 3600)))
        let good = WindowDefinition("good", .window, zone: "UTC", nightly(.seconds(4 * 3600)))
        let book = ScheduleBook([], windows: [lost, twice, twice, good], calendars: CalendarLibrary()) {
            $0 == "UTC" ? .utc : nil
        }
        let at = Zone.utc.instant(day, 23 * 3600)
        let told = book.windows.map { $0.objection(at: at)?.description ?? "nothing against it" }
        let unusable = "cannot be used as it is written, and no change begins until it can"
        let double = "the maintenance window 'twice' \(unusable): there are two windows or freezes 'twice'"
        let zone = "freezes/lost/zone: there is no time zone 'Mars'; it is an IANA name such as Asia/Seoul"
        #expect(told == ["nothing against it", "the freeze 'lost' \(unusable): \(zone)", double, double])
        #expect(book.faults.map(\.name) == ["lost", "twice"])
    }

    @Test("one that never opens is closed for good, and looking ahead says so")
    func never() throws {
        var rule = ScheduleRule(number: 1, .days(DayTiming(.every(.closed))))
        rule.place = Place(file: "w.yaml", line: 3, column: 5)
        let never = WindowDefinition("w", .window, zone: "UTC", .rules([rule], lasts: .seconds(60)))
        let book = ScheduleBook([], windows: [never], calendars: CalendarLibrary()) { _ in .utc }
        let at = Zone.utc.instant(day, 0)
        #expect(book.windows.first?.objection(at: at)?.description == "the maintenance window 'w' is closed for good")
        #expect(
            book.outlook(after: at).map { "\($0.path): \($0.text)" } == [
                "windows/w/rule 1: never starts anything: no day is left by calendar, substitute and validity"
            ])
    }
}

@Suite("Jobs that are called on days of their own")
struct CalledJobTests {
    @Test("are left out on business days on which their rules start nothing")
    func leftOut() throws {
        var friday = ScheduleDefinition("weekly", job: "weekly", zone: "UTC", rules: [])
        friday.rules = [ScheduleRule(number: 1, .days(DayTiming(.weekday(.friday, nth: nil, month: nil))))]
        friday.isForCallers = true
        friday.isEnabled = false
        var monday = friday
        (monday.name, monday.job, monday.isForCallers) = ("other", "other", false)
        let book = ScheduleBook([friday, monday], calendars: CalendarLibrary()) { _ in .utc }
        // 2024-10-04 is a Friday.
        let day = Day(number: 20_000)
        #expect(book.leftOut(on: day).isEmpty)
        #expect(book.leftOut(on: day + 1) == ["weekly"])
    }
}
