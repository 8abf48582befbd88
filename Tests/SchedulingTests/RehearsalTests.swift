// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling
import Testing

@testable import Definitions

@Suite("A rehearsal of schedules")
struct RehearsalTests {
    private func start(_ schedule: ScheduleName, _ minute: Int64, excluded: Bool = false) -> PlannedStart {
        let day = Day(number: 20_000)
        let occurrence = Occurrence(
            day: day, instant: Zone.utc.instant(day, Int(minute) * 60), rule: 1, origin: .init(day))
        return PlannedStart(schedule: schedule, occurrence: occurrence, excludedBy: excluded ? "other" : nil)
    }

    private let footprints: [ScheduleName: Rehearsal.Footprint] = [
        "web": .init(job: "a", changedHosts: ["w1", "w2"], allowsConcurrentRuns: false),
        "half": .init(job: "b", changedHosts: ["w2", "d1"], allowsConcurrentRuns: false),
        "check": .init(job: "c", changedHosts: [], allowsConcurrentRuns: false),
        "often": .init(job: "d", changedHosts: [], allowsConcurrentRuns: true),
    ]

    private func rehearsal(_ starts: [PlannedStart]) throws -> Rehearsal {
        var rehearsal = Rehearsal(footprints: footprints, duration: .seconds(600))
        // A piece each: what is told does not depend on how they are cut.
        for start in starts { try rehearsal.add([start]) }
        return rehearsal
    }

    private func clashes(_ starts: [PlannedStart]) throws -> [String] {
        try rehearsal(starts).clashes.map {
            "\($0.later.schedule) waits for \($0.earlier.schedule) \($0.count) times: \($0.cause)"
        }
    }

    @Test("tells which starts change the same hosts while the one before still goes on")
    func hosts() throws {
        #expect(try clashes([start("web", 0), start("half", 9)]) == ["half waits for web 1 times: hosts([w2])"])
        #expect(try clashes([start("web", 0), start("half", 10)]).isEmpty)
        #expect(try clashes([start("web", 0), start("check", 1)]).isEmpty)
    }

    @Test("tells which are of one job that allows one run at a time")
    func jobs() throws {
        #expect(try clashes([start("check", 0), start("check", 5)]) == ["check waits for check 1 times: job(c)"])
        #expect(try clashes([start("often", 0), start("often", 5)]).isEmpty)
    }

    @Test("counts the clashes of two schedules together, with the first and the last of them")
    func together() throws {
        let found = try rehearsal((0..<100).map { start("check", $0 * 5) })
        #expect(found.clashes.map(\.count) == [99])
        #expect(found.clashes.first?.earlier == start("check", 0) && found.clashes.first?.later == start("check", 5))
        #expect(found.clashes.first?.last == start("check", 495))
        #expect(found.summaries["check"]?.clashes == 99)
    }

    @Test("counts a start that is excluded, and lets it clash with nobody")
    func excluded() throws {
        let found = try rehearsal([start("web", 0, excluded: true), start("half", 5), start("unknown", 6)])
        #expect(found.clashes.isEmpty)
        #expect(found.summaries.values.reduce(0) { $0 + $1.starts } == 3)
        #expect(found.summaries["web"]?.excluded == 1)
    }

    @Test(
        "counts for each window and freeze the starts that it has something against, as if it were asked at each of them"
    )
    func windows() throws {
        let text = """
            firstline: 1
            windows:
              night: {rules: [{day: every day, at: "1:00"}, {day: every day, at: "2:00"}], lasts: 90m, policy: ask}
              once: {from: "2024-10-04 3:00", until: "2024-10-04 5:00", policy: ask}
            freezes:
              noon: {rules: [{day: every day, at: "12:00"}, {day: every day, at: "12:30"}], lasts: 1h}
              gone: {from: 2020-01-01, until: 2020-01-02}
              broken: {from: soon, until: 2020-01-02, policy: ask}
            """
        let (files, _) = ScheduleReader.read(Array(text.utf8), file: "s.yaml", usualZone: "UTC")
        let book = ScheduleBook(
            [], windows: files.windows, calendars: CalendarLibrary(), faults: files.faults
        ) { _ in .utc }
        #expect(book.windows.count == 5)
        let all = Set(book.windows.map(\.definition.name))
        let footprint = Rehearsal.Footprint(job: "a", changedHosts: ["w"], allowsConcurrentRuns: true, windows: all)
        var rehearsal = Rehearsal(footprints: ["web": footprint], windows: book.windows, duration: .seconds(60))
        let starts = (0..<700).map { start("web", $0 * 7) }
        for start in starts { try rehearsal.add([start]) }
        let told = rehearsal.hindrances.map { "\($0.objection.window) \($0.count) \($0.first.occurrence.instant)" }
        let asked = book.windows.compactMap { window -> String? in
            let against = starts.filter { window.objection(at: $0.occurrence.instant) != nil }
            return against.first.map { "\(window.definition.name) \(against.count) \($0.occurrence.instant)" }
        }
        #expect(told.sorted() == asked.sorted())
        #expect(asked.count == 4, "\(asked)")
    }

    @Test("how many starts a period has at most is known without making them")
    func bound() throws {
        let text = """
            firstline: 1
            schedules:
              minutes: {job: a, on: all, rules: [{day: mon}, {cron: "* * * * *"}]}
              again: {job: a, on: all, rules: [{day: every day, at: "0:00", again: {every: 1m, until: "23:59"}}]}
              monthly: {job: a, on: all, rules: [{day: 15, at: "9:00"}]}
            """
        let (files, _) = ScheduleReader.read(Array(text.utf8), file: "s.yaml", usualZone: "UTC")
        let book = ScheduleBook(files.schedules, calendars: CalendarLibrary()) { _ in .utc }
        let day = try #require(Day(2026, 1, 1))
        let count = book.mostStarts(on: day...(day + 364))
        #expect(count.total == 2 * 365 * 1440 + 52 + 12)
        #expect(count.densest?.schedule == "again" && count.densest?.starts == 365 * 1440)
    }
}
