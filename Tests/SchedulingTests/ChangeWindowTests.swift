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
        let book = try ScheduleBook([], windows: [definition], calendars: CalendarLibrary()) { _ in .utc }
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

    @Test("one that never opens, or has a name that is taken, is an error where it is read")
    func impossible() {
        var rule = ScheduleRule(number: 1, .days(DayTiming(.every(.any))))
        rule.until = Day(number: -400)
        let never = WindowDefinition("w", .window, zone: "UTC", .rules([rule], lasts: .seconds(60)))
        let lost = WindowDefinition("x", .window, zone: "UTC", nightly(.seconds(60)))
        #expect {
            _ = try ScheduleBook([], windows: [never, lost, lost], calendars: CalendarLibrary()) { _ in .utc }
        } throws: { error in
            let text = "\(error)"
            return text.contains("rule 1 never starts anything")
                && text.contains("there are two windows or freezes 'x'")
        }
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
        let book = try ScheduleBook([friday, monday], calendars: CalendarLibrary()) { _ in .utc }
        // 2024-10-04 is a Friday.
        let day = Day(number: 20_000)
        #expect(book.leftOut(on: day).isEmpty)
        #expect(book.leftOut(on: day + 1) == ["weekly"])
    }
}
