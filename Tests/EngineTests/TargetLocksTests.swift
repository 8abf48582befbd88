// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Engine

@Suite("Locks on what runs change")
struct TargetLocksTests {
    private let host = Target(host: "h")
    private let instance = Target(host: "h", instance: "i")
    private let other = Target(host: "h", instance: "j")

    @Test(
        "the later run waits for the earlier one on the same host or instance, and says on which; never the other way")
    func order() {
        let locks = locks(claim("r1", 1, [instance]))
        #expect(locks.conflict(of: claim("r2", 2, [host]))?.description == "run r1 (test.a) on h")
        #expect(locks.conflict(of: claim("r2", 2, [instance]))?.description == "run r1 (test.a) on h/i")
        #expect(locks.conflict(of: claim("r2", 2, [other])) == nil)
        #expect(locks.conflict(of: claim("r0", 0, [host])) == nil)
        #expect(self.locks(claim("r1", 1, [host])).conflict(of: claim("r2", 2, [other, instance]))?.targets.count == 2)
    }

    @Test("checks wait for nobody, and a started run shares its caller's targets")
    func exceptions() {
        let locks = locks(claim("r1", 1, [host]))
        #expect(locks.conflict(of: claim("r2", 2, [host], .check)) == nil)
        #expect(locks.conflict(of: claim("r2", 2, [host], caller: "r1")) == nil)
    }

    @Test("while one of two runs has no number either may be the earlier one")
    func unplaced() {
        #expect(locks(claim("r1", nil, [host])).conflict(of: claim("r2", 2, [host]))?.run == "r1")
        #expect(locks(claim("r1", 1, [host])).conflict(of: claim("r2", nil, [host]))?.run == "r1")
    }

    @Test("of many runs before it, a run waits for the last one; when that has ended, for the one before")
    func queue() {
        var locks = locks(
            claim("r3", 3, [host]), claim("r1", 1, [host]), claim("r9", 9, [host]), claim("r2", 2, [other]))
        let asking = claim("r4", 4, [instance, Target(host: "k")])
        #expect(locks.conflict(of: asking)?.run == "r3")
        locks.giveBack("r3")
        #expect(locks.conflict(of: asking)?.run == "r1")
        #expect(locks.conflict(of: asking, where: { $0 != "r1" }) == nil)
        locks.giveBack("r1")
        #expect(locks.conflict(of: asking) == nil)
    }

    @Test("a run that takes again what it had taken is in the queue once, at its new place")
    func again() {
        var locks = locks(claim("r1", 1, [host]), claim("r2", 2, [host]))
        locks.take(claim("r1", 3, [host]))
        #expect(locks.conflict(of: claim("r2", 2, [host])) == nil)
        #expect(locks.conflict(of: claim("r4", 4, [host]))?.run == "r1")
        locks.giveBack("r1")
        #expect(locks.conflict(of: claim("r4", 4, [host]))?.run == "r2")
    }

    private func locks(_ claims: TargetLocks.Claim...) -> TargetLocks {
        var locks = TargetLocks()
        for claim in claims { locks.take(claim) }
        return locks
    }

    private func claim(
        _ id: RunID, _ arrival: Int?, _ targets: [Target], _ effect: Effect = .change, caller: RunID? = nil
    ) -> TargetLocks.Claim {
        let step = PlannedStep(
            path: "a", title: "a", type: "RunProgram", role: .task, laneSet: 1, parent: nil, links: [], join: .all,
            effect: effect, settings: Setting(.map([])), scope: 0)
        let plan = Plan(
            job: "test.a", title: "a", lanes: targets, hosts: [], targetCount: targets.count, scopes: [],
            laneSets: [[Plan.controllerLane], Array(targets.indices)], steps: [step], parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: true)
        let run = Run(
            id: id, job: "test.a", planDigest: "", state: .running, operatorName: "kim",
            createdAt: Instant(microseconds: 0), caller: caller)
        return TargetLocks.Claim(run, plan, arrival: arrival)
    }
}
