// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Engine

@Suite("Locks on what runs change")
struct TargetLocksTests {
    private func plan(_ target: Target, _ effect: Effect = .change) -> Plan {
        let step = PlannedStep(
            path: "a", title: "a", type: "RunProgram", role: .task, laneSet: 1, parent: nil, links: [], join: .all,
            effect: effect, settings: Setting(.map([])), scope: 0)
        return Plan(
            job: "test.a", title: "a", lanes: [target], hosts: [], targetCount: 1, scopes: [],
            laneSets: [[Plan.controllerLane], [0]], steps: [step], parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: true)
    }

    private func run(_ id: String, at time: Int64, state: RunState = .running, caller: String? = nil) -> Run {
        Run(
            id: RunID(id), job: "test.a", planDigest: "", state: state, operatorName: "tester",
            createdAt: Instant(microseconds: time), caller: caller.map { RunID($0) })
    }

    @Test(
        "the later run waits for the earlier one on the same host or instance, and says on which; never the other way")
    func order() {
        let (host, instance, other) = (
            Target(host: "h"), Target(host: "h", instance: "i"), Target(host: "h", instance: "j")
        )
        let locks = TargetLocks([.init(run("r1", at: 1), plan(instance))])
        #expect(locks.conflicts(of: run("r2", at: 2), plan(host)).map(\.description) == ["run r1 (test.a) on h"])
        #expect(locks.conflicts(of: run("r2", at: 2), plan(instance)).count == 1)
        #expect(locks.conflicts(of: run("r2", at: 2), plan(other)).isEmpty)
        #expect(locks.conflicts(of: run("r0", at: 0), plan(host)).isEmpty)
    }

    @Test("checks wait for nobody, a started run shares its caller's targets, and one that had ended comes last")
    func exceptions() {
        let target = Target(host: "h")
        let locks = TargetLocks([.init(run("r1", at: 1), plan(target))])
        #expect(locks.conflicts(of: run("r2", at: 2), plan(target, .check)).isEmpty)
        #expect(locks.conflicts(of: run("r2", at: 2, caller: "r1"), plan(target)).isEmpty)
        #expect(locks.conflicts(of: run("r0", at: 0, state: .failed), plan(target)).count == 1)
    }
}
