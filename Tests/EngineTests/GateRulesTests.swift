// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Engine

/// Two or three batches of two lanes with a gate between them, in which a step looks at each lane and a person is asked once.
private struct Rolling {
    private(set) var plan: Plan
    private var rules: RunRules
    private(set) var started: [String] = []
    private(set) var reasons: [String: Reason] = [:]
    private(set) var end: RunState?

    /// - Parameters:
    ///   - stopAfter: How many targets may fail.
    ///   - gate: Whether a gate is between the batches; otherwise a pause.
    ///   - isNested: Whether the gate's job calls another one, which asks the person.
    init(stopAfter: Int = 1, gate: Bool = true, isNested: Bool = false) {
        var steps: [PlannedStep] = []
        func add(
            _ path: String, _ role: PlannedStep.Role, _ set: Int, parent: Int? = nil, links: [PlannedStep.Link] = []
        ) {
            steps.append(
                PlannedStep(
                    path: StepPath(path), title: Localized(path), type: "Start", role: role, laneSet: set,
                    parent: parent, links: links, join: .all, effect: .check, settings: Setting(.map([])), scope: 0,
                    retryDelay: .seconds(1)))
        }
        for batch in 0..<3 {
            let previous = steps.lastIndex { $0.parent == nil }
            let link = previous.map {
                PlannedStep.Link(from: $0, condition: gate ? .ok : .all, requirement: gate ? .any : .all)
            }
            add("batch-\(batch + 1)", .group, batch + 1, links: link.map { [$0] } ?? [])
            let group = steps.count - 1
            add("batch-\(batch + 1)/a", .task, batch + 1, parent: group)
            guard batch < 2 else { break }
            guard gate else {
                add("pause-\(batch + 1)", .pause, 0, links: [.init(from: group, condition: .all, requirement: .all)])
                steps[steps.count - 1].isGate = true
                continue
            }
            add("gate-\(batch + 1)", .group, batch + 1, links: [.init(from: group, condition: .ok, requirement: .all)])
            steps[steps.count - 1].isGate = true
            let inner = steps.count - 1
            add("gate-\(batch + 1)/look", .task, batch + 1, parent: inner)
            let look = PlannedStep.Link(from: steps.count - 1, condition: .ok, requirement: .all)
            if isNested {
                add("gate-\(batch + 1)/call", .group, batch + 1, parent: inner, links: [look])
                add("gate-\(batch + 1)/call/ask", .task, 0, parent: steps.count - 1)
            } else {
                add("gate-\(batch + 1)/ask", .task, 0, parent: inner, links: [look])
            }
        }
        plan = Plan(
            job: "test", title: "test", lanes: (0..<6).map { Target(host: HostName("h\($0)")) }, hosts: [],
            targetCount: 6,
            scopes: [Scope(job: "test", prefix: "", parent: nil)], laneSets: [[-1], [0, 1], [2, 3], [4, 5]],
            steps: steps,
            parallel: 10, stopAfter: stopAfter, allowsConcurrentRuns: true)
        rules = RunRules(plan: plan)
    }

    private func name(_ key: StepKey) -> String {
        plan.steps[key.step].path.rawValue + (key.lane < 0 ? "" : "@\(key.lane)")
    }

    /// Plays to the end; `ends` says how a step ends, OK if it says nothing.
    mutating func play(_ ends: [String: StepEnd.Result] = [:]) {
        var waiting = rules.handle(.began)
        while !waiting.isEmpty {
            let command = waiting.removeFirst()
            switch command {
            case .start(let key, _):
                started.append(name(key))
                waiting += rules.handle(.ended(key, StepEnd(ends[name(key)] ?? .succeeded)))
            case .wake(let key, _, _):
                started.append(name(key))
                waiting += rules.handle(.due(key))
            case .changed(let key, _, _, let reason, _): reasons[name(key)] = reason
            case .finish(let state): end = state
            default: break
            }
        }
    }

    func state(_ step: String, _ lane: Int = -1) -> StepState? {
        plan.steps.firstIndex { $0.path.rawValue == step }.flatMap { rules.state(of: StepKey(step: $0, lane: lane)) }
    }
}

private let broken = StepEnd.Result.failed(Reason(.exitCode, "exit 1"))
private let no = StepEnd.Result.failed(Reason(.rejected, "kim said no: not today"))

@Suite("A gate between batches")
struct GateRulesTests {
    @Test("lets the next batch begin when it ends OK")
    func open() {
        var run = Rolling()
        run.play()
        #expect(run.end == .succeeded)
        #expect(run.started.filter { $0.hasSuffix("ask") } == ["gate-1/ask", "gate-2/ask"])
        #expect(run.started.last == "batch-3/a@5")
    }

    @Test("asks nobody after a batch that has come to the limit of failed targets")
    func afterFailure() {
        for failing in ["batch-1/a@0", "batch-1/a@1"] {
            var run = Rolling()
            run.play([failing: broken])
            #expect(run.end == .failed)
            #expect(!run.started.contains { $0.hasSuffix("ask") || $0.hasPrefix("batch-2") }, "\(run.started)")
            #expect(run.reasons["batch-2/a@2"]?.code == "stop-after-reached")
            #expect(run.reasons["batch-3/a@5"]?.code == "stop-after-reached")
        }
    }

    @Test("works on the targets that came through, where some may fail")
    func tolerant() {
        var run = Rolling(stopAfter: 3)
        run.play(["batch-1/a@0": broken])
        #expect(run.started.filter { $0.hasPrefix("gate-1") } == ["gate-1/look@1", "gate-1/ask"])
        #expect(run.state("batch-2/a", 2) == .succeeded && run.state("batch-3/a", 5) == .succeeded)
        #expect(run.end == .failed)
    }

    @Test("to which no target came lets nothing begin")
    func unreached() {
        var run = Rolling(stopAfter: 5)
        run.play(["batch-1/a@0": broken, "batch-1/a@1": broken])
        #expect(!run.started.contains { $0.hasPrefix("gate") || $0.hasPrefix("batch-2") }, "\(run.started)")
        #expect(
            run.reasons["batch-2/a@2"]
                == Reason(.gateClosed, "not begun: no target of the batch before it came through"))
    }

    @Test("a person's no stops the batches to come with who said it and why, and fails no target that was done")
    func rejected() {
        var run = Rolling()
        run.play(["gate-1/ask": no])
        #expect(run.end == .failed)
        for lane in [0, 1] {
            #expect(run.state("batch-1", lane) == .succeeded)
            #expect(run.state("gate-1", lane) == .skipped)
        }
        for (step, lane) in [("batch-2/a", 2), ("batch-2", 3), ("batch-3/a", 4), ("gate-2/look", 2)] {
            #expect(run.state(step, lane) == .skipped)
            #expect(
                run.reasons["\(step)@\(lane)"] == Reason(.gateClosed, "not begun: kim said no: not today"),
                "\(step)@\(lane)")
        }
        #expect(!run.started.contains("gate-2/ask"))
    }

    @Test("whose job calls another that asks the person ends like one that asks by itself")
    func nested() {
        var run = Rolling(isNested: true)
        run.play(["gate-1/call/ask": no])
        #expect(run.end == .failed)
        for lane in [0, 1] {
            #expect(run.state("batch-1", lane) == .succeeded)
            #expect(run.state("gate-1/call", lane) == .skipped && run.state("gate-1", lane) == .skipped)
        }
        #expect(run.state("batch-2/a", 2) == .skipped)
        #expect(run.reasons["batch-2/a@2"] == Reason(.gateClosed, "not begun: kim said no: not today"))
        var good = Rolling(isNested: true)
        good.play()
        #expect(good.end == .succeeded && good.started.last == "batch-3/a@5")
    }

    @Test("whose check fails on a target fails that target; one that runs once fails none")
    func checks() {
        var laned = Rolling()
        laned.play(["gate-1/look@1": broken])
        #expect(laned.state("gate-1", 1) == .failed && laned.state("batch-1", 1) == .succeeded)
        #expect(laned.state("batch-2/a", 2) == .skipped && laned.end == .failed)
        var single = Rolling()
        single.play(["gate-1/ask": broken])
        #expect(single.state("gate-1", 0) == .skipped && single.end == .failed)
        #expect(
            single.reasons["batch-2/a@2"]
                == Reason(.gateClosed, "not begun: what was to be OK between two batches is not: exit 1"))
    }

    @Test("a pause is not waited for where nothing can follow it")
    func pause() {
        var run = Rolling(gate: false)
        run.play(["batch-1/a@0": broken])
        #expect(!run.started.contains { $0.hasPrefix("pause") }, "\(run.started)")
        #expect(run.reasons["batch-2/a@2"]?.code == "stop-after-reached")
        var good = Rolling(gate: false)
        good.play()
        #expect(good.started.contains("pause-2") && good.end == .succeeded)
    }
}
