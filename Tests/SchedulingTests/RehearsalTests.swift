// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling
import Testing

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

    private func clashes(_ starts: [PlannedStart]) -> [String] {
        Rehearsal(starts, footprints: footprints, duration: .seconds(600)).clashes.map {
            "\($0.later.schedule) waits for \($0.earlier.schedule): \($0.cause)"
        }
    }

    @Test("tells which starts change the same hosts while the one before still goes on")
    func hosts() {
        #expect(clashes([start("web", 0), start("half", 9)]) == ["half waits for web: hosts([w2])"])
        #expect(clashes([start("web", 0), start("half", 10)]).isEmpty)
        #expect(clashes([start("web", 0), start("check", 1)]).isEmpty)
    }

    @Test("tells which are of one job that allows one run at a time")
    func jobs() {
        #expect(clashes([start("check", 0), start("check", 5)]) == ["check waits for check: job(c)"])
        #expect(clashes([start("often", 0), start("often", 5)]).isEmpty)
    }

    @Test("counts a start that is excluded, and lets it clash with nobody")
    func excluded() {
        let starts = [start("web", 0, excluded: true), start("half", 5), start("unknown", 6)]
        #expect(clashes(starts).isEmpty)
        #expect(Rehearsal(starts, footprints: footprints, duration: .seconds(600)).starts.count == 3)
    }
}
