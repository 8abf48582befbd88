// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling
import Testing

@Suite("Starts whose time has come")
struct DueStartsTests {
    /// A start so many minutes ago.
    private func slot(_ minutesAgo: Int, _ state: Slot.State = .planned) -> Slot {
        let instant = Instant(seconds: Int64(1_000_000 - minutesAgo * 60))
        return Slot(
            id: SlotID("\(minutesAgo)"), schedule: "s", job: "a.b", day: Day(number: 11), startsAt: instant,
            origin: Sentence(verbatim: ""),
            state: state)
    }

    private func judge(
        _ due: [Slot], missed: ScheduleDefinition.Missed = .usual, overlap: ScheduleDefinition.Overlap = .skip,
        isBusy: Bool = false
    ) -> [String] {
        DueStarts(missed: missed, overlap: overlap).judge(due, at: Instant(seconds: 1_000_000), isBusy: isBusy).map {
            switch $0.verdict {
            case .start: "\($0.slot.id) start"
            case .wait: "\($0.slot.id) wait"
            case .replace: "\($0.slot.id) replace"
            case .skip(let why): "\($0.slot.id) skip: \(why)"
            }
        }
    }

    @Test("start when they are on time, also a minute late")
    func onTime() { #expect(judge([slot(1)]) == ["1 start"]) }

    @Test("that were missed are not run where nothing that was missed is")
    func missedSkip() {
        #expect(
            judge([slot(30), slot(2), slot(0)], missed: .skip) == [
                "30 skip: missed by 30m00s: missed starts are not run",
                "2 skip: missed by 2m00s: missed starts are not run",
                "0 start",
            ])
    }

    @Test("that were missed are run once, the latest, if it is not too old")
    func missedOnce() {
        #expect(
            judge([slot(90), slot(50), slot(20)]) == [
                "90 skip: missed by 90m00s: more than 1h", "50 skip: missed by 50m00s: a later start takes its place",
                "20 start",
            ])
        #expect(judge([slot(90)]) == ["90 skip: missed by 90m00s: more than 1h"])
    }

    @Test("that were missed give way to one that is on time")
    func missedThenOnTime() {
        #expect(judge([slot(20), slot(0)]) == ["20 skip: missed by 20m00s: a later start takes its place", "0 start"])
    }

    @Test("that were missed are all run, one after another, up to a limit")
    func missedAll() {
        #expect(
            judge([slot(90), slot(60), slot(30)], missed: .runAll(limit: 2)) == [
                "90 skip: missed by 90m00s: of those that were missed the last 2 are run", "60 start", "30 wait",
            ])
        #expect(judge([slot(60, .waiting), slot(30, .waiting)], missed: .runAll(limit: 2)) == ["60 start", "30 wait"])
    }

    @Test(
        "beside a run that has not ended, are skipped, wait, run too, or replace it",
        arguments: [
            (ScheduleDefinition.Overlap.skip, "0 skip: the run before it had not ended"), (.queueOne, "0 wait"),
            (.allow, "0 start"), (.stopOld, "0 replace"),
        ])
    func overlap(policy: ScheduleDefinition.Overlap, verdict: String) {
        #expect(judge([slot(0)], overlap: policy, isBusy: true) == [verdict])
    }

    @Test("wait one at a time")
    func queueOne() {
        #expect(
            judge([slot(40, .waiting), slot(0)], overlap: .queueOne, isBusy: true) == [
                "40 wait", "0 skip: another start waits already",
            ])
        #expect(judge([slot(40, .waiting), slot(0)], overlap: .queueOne) == ["40 start", "0 wait"])
    }

    @Test("that replace the run before them: of all that came meanwhile the newest")
    func stopOld() {
        let place = "a later start takes its place"
        #expect(
            judge([slot(40, .waiting), slot(0)], overlap: .stopOld, isBusy: true) == ["40 skip: \(place)", "0 replace"])
        #expect(judge([slot(40, .waiting)], overlap: .stopOld, isBusy: true) == ["40 wait"])
        #expect(
            judge([slot(90, .waiting), slot(40, .waiting), slot(0)], overlap: .stopOld) == [
                "90 skip: \(place)", "40 skip: \(place)", "0 start",
            ])
    }

    @Test("that wait start as soon as nothing runs, however late it is")
    func waiting() { #expect(judge([slot(600, .waiting)], overlap: .queueOne) == ["600 start"]) }
}
