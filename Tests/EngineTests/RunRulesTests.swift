// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Engine

/// Builds small plans: each step a word, each link a word.
struct Flow {
    private(set) var steps: [PlannedStep] = []
    private var sets: [[Int]] = [[Plan.controllerLane]]
    private var names: [String: Int] = [:]
    let lanes: Int
    var parallel = 100
    var stopAfter: Int?

    init(lanes: Int) {
        self.lanes = lanes
        sets.append(Array(0..<lanes))
    }

    /// Adds a step; `after` such as `["stop", "probe:error"]`; without it, after the step before it.
    mutating func add(
        _ name: String, after: [String]? = nil, on: Place = .each, join: Join = .all, require: Requirement = .all,
        retry: Int = 0, reflects: Bool = true, parent: String? = nil, role: PlannedStep.Role = .task,
        expectsError: Bool = false
    ) {
        let previous =
            steps.lastIndex { $0.parent == parent.flatMap { names[$0] } }.map { [steps[$0].path.rawValue] } ?? []
        let links = (after ?? previous).map { text in
            let parts = text.split(separator: ":").map(String.init)
            let condition = parts.count > 1 ? LinkCondition(rawValue: parts[1]) ?? .ok : .ok
            return PlannedStep.Link(from: names[parts[0]] ?? 0, condition: condition, requirement: require)
        }
        names[name] = steps.count
        steps.append(
            PlannedStep(
                path: StepPath(name), title: Localized(name), type: "RunProgram", role: role, laneSet: set(on),
                parent: parent.flatMap { names[$0] }, links: links, join: join, effect: .check,
                settings: Setting(.map([])), scope: 0, retryTimes: retry, retryDelay: .seconds(1),
                reflectsError: reflects, expectsError: expectsError))
    }

    enum Place { case each, controller, some([Int]) }

    private mutating func set(_ place: Place) -> Int {
        switch place {
        case .controller: return 0
        case .each: return 1
        case .some(let lanes):
            if let known = sets.firstIndex(of: lanes) { return known }
            sets.append(lanes)
            return sets.count - 1
        }
    }

    var plan: Plan {
        var plan = Plan(
            job: "test", title: "test", lanes: (0..<lanes).map { Target(host: HostName("h\($0)")) }, hosts: [],
            targetCount: lanes, scopes: [Scope(job: "test", prefix: "", parent: nil)], laneSets: sets, steps: steps,
            parallel: parallel, stopAfter: stopAfter, allowsConcurrentRuns: true)
        plan.stopAfter = stopAfter
        return plan
    }

    func key(_ name: String, _ lane: Int = Plan.controllerLane) -> StepKey {
        StepKey(step: names[name] ?? -1, lane: lane)
    }
}

/// Plays a run to its end; `ends` says how a step on a lane ends, OK if it says nothing.
struct Play {
    var rules: RunRules
    let flow: Flow
    var started: [String] = []
    var end: RunState?
    var mostAtOnce = 0

    init(_ flow: Flow, ends: (String, Int, Int) -> StepEnd.Result? = { _, _, _ in nil }) {
        self.flow = flow
        rules = RunRules(plan: flow.plan)
        var commands = rules.handle(.began)
        var running: [(StepKey, Int)] = []
        while true {
            var due: [StepKey] = []
            for command in commands {
                switch command {
                case .start(let key, let attempt):
                    started.append(label(key))
                    running.append((key, attempt))
                case .wake(let key, _, _): due.append(key)
                case .finish(let state): end = state
                default: break
                }
            }
            mostAtOnce = max(mostAtOnce, Set(running.map(\.0.lane)).count)
            if let key = due.first {
                commands = rules.handle(.due(key))
            } else if !running.isEmpty {
                let (key, attempt) = running.removeFirst()
                let name = flow.steps[key.step].path.rawValue
                commands = rules.handle(.ended(key, StepEnd(ends(name, key.lane, attempt) ?? .succeeded)))
            } else {
                break
            }
        }
    }

    private func label(_ key: StepKey) -> String {
        flow.steps[key.step].path.rawValue + (key.lane < 0 ? "" : "@\(key.lane)")
    }

    func state(_ name: String, _ lane: Int = Plan.controllerLane) -> StepState? {
        rules.state(of: flow.key(name, lane))
    }
}

private let broken = StepEnd.Result.failed(Reason(.exitCode, "exit 1"))
private let notKnown = StepEnd.Result.unknown(Reason(.connectionLost, "lost"))

@Suite("The rules of a run")
struct RunRulesTests {
    @Test("lanes go on by themselves; one that fails stops alone")
    func lanes() {
        var flow = Flow(lanes: 3)
        flow.add("stop")
        flow.add("start")
        let play = Play(flow) { name, lane, _ in name == "stop" && lane == 1 ? broken : nil }
        #expect(play.end == .failed)
        #expect((0..<3).map { play.state("start", $0) } == [.succeeded, .skipped, .succeeded])
    }

    @Test(
        "the run has the gravest level of the steps that succeeded, also of those inside called jobs and those that run once"
    )
    func level() {
        var flow = Flow(lanes: 2)
        flow.add("call", role: .group)
        flow.add("look", parent: "call")
        flow.add("once", on: .controller)
        func level(_ levels: [String: Level]) -> Level {
            var rules = RunRules(plan: flow.plan)
            var commands = rules.handle(.began)
            while let command = commands.popLast() {
                guard case .start(let key, _) = command else { continue }
                let found = levels[flow.steps[key.step].path.rawValue] ?? .ok
                commands += rules.handle(.ended(key, StepEnd(.succeeded, Report(level: found))))
            }
            return rules.level
        }
        #expect(level([:]) == .ok)
        #expect(level(["look": .unknown]) == .unknown)
        #expect(level(["once": .unknown, "look": .warning]) == .unknown)
    }

    @Test("ERROR and ALL links take the way a failure opens")
    func errorLinks() {
        var flow = Flow(lanes: 1)
        flow.add("try", reflects: false)
        flow.add("mend", after: ["try:error"])
        flow.add("report", after: ["try:all"])
        flow.add("go", after: ["try"])
        let play = Play(flow) { name, _, _ in name == "try" ? broken : nil }
        #expect(play.end == .succeeded)
        #expect(["mend", "report", "go"].map { play.state($0, 0) } == [.succeeded, .succeeded, .skipped])
    }

    @Test("a handler that is not needed is skipped and breaks nothing")
    func unneededHandler() {
        var flow = Flow(lanes: 1)
        flow.add("try")
        flow.add("mend", after: ["try:error"])
        flow.add("next", after: ["try", "mend"])
        let play = Play(flow)
        #expect(play.state("mend", 0) == .skipped)
        #expect(play.state("next", 0) == .succeeded)
        #expect(play.end == .succeeded)
    }

    @Test("a link to other lanes waits for all, and a broken lane does not come back after it")
    func barrier() {
        var flow = Flow(lanes: 3)
        flow.add("drain")
        flow.add("gate", on: .controller, require: .any)
        flow.add("restart")
        let play = Play(flow) { name, lane, _ in name == "drain" && lane == 2 ? broken : nil }
        #expect(play.state("gate") == .succeeded)
        #expect((0..<3).map { play.state("restart", $0) } == [.succeeded, .succeeded, .skipped])
        #expect(play.started.firstIndex(of: "gate") == 3)
    }

    @Test("a broken lane does not come back after two gates either")
    func twoGates() {
        var flow = Flow(lanes: 2)
        flow.add("drain")
        flow.add("gate", on: .controller, require: .any)
        flow.add("approve", on: .controller)
        flow.add("restart")
        let play = Play(flow) { name, lane, _ in name == "drain" && lane == 0 ? broken : nil }
        #expect((0..<2).map { play.state("restart", $0) } == [.skipped, .succeeded])
    }

    @Test("through ALL links a broken lane does come back")
    func comesBack() {
        var flow = Flow(lanes: 2)
        flow.add("drain")
        flow.add("gate", after: ["drain:all"], on: .controller)
        flow.add("undrain", after: ["gate:all"])
        let play = Play(flow) { name, lane, _ in name == "drain" && lane == 0 ? broken : nil }
        #expect((0..<2).map { play.state("undrain", $0) } == [.succeeded, .succeeded])
    }

    @Test(
        "all, any and a share decide whether a gate's link is OK",
        arguments: [
            (Requirement.all, 1, StepState.skipped), (.any, 1, .succeeded), (.percent(60), 1, .succeeded),
            (.percent(60), 2, .skipped),
            (.any, 3, .skipped),
        ])
    func requirements(requirement: Requirement, failing: Int, expected: StepState) {
        var flow = Flow(lanes: 3)
        flow.add("check")
        flow.add("gate", on: .controller, require: requirement)
        let play = Play(flow) { name, lane, _ in name == "check" && lane < failing ? broken : nil }
        #expect(play.state("gate") == expected)
    }

    @Test("nothing follows a step whose result is unknown, not even by ALL")
    func unknownStops() {
        var flow = Flow(lanes: 1)
        flow.add("change", reflects: false)
        flow.add("next", after: ["change"])
        flow.add("mend", after: ["change:error"])
        flow.add("report", after: ["change:all"])
        let play = Play(flow) { name, _, _ in name == "change" ? notKnown : nil }
        #expect(["next", "mend", "report"].map { play.state($0, 0) } == [.skipped, .skipped, .skipped])
        #expect(play.end == .unknown)
    }

    @Test("an unknown lane does not open an ERROR gate that another result could have kept shut")
    func unknownAtGate() {
        var flow = Flow(lanes: 2)
        flow.add("change")
        flow.add("mend", after: ["change:error"], on: .controller)
        let play = Play(flow) { name, lane, _ in name == "change" && lane == 0 ? notKnown : nil }
        #expect(play.state("mend") == .skipped)
    }

    @Test("a branch not taken does not count, and a join after both branches goes on")
    func branches() {
        var flow = Flow(lanes: 1)
        flow.add("when", reflects: false)
        flow.add("yes", after: ["when"])
        flow.add("no", after: ["when:error"])
        flow.add("both", after: ["yes", "no"])
        let play = Play(flow) { name, _, _ in name == "when" ? .branched(false) : nil }
        #expect(["yes", "no", "both"].map { play.state($0, 0) } == [.skipped, .succeeded, .succeeded])
        #expect(play.end == .succeeded)
    }

    @Test("join any starts at the first match and only once")
    func joinAny() {
        var flow = Flow(lanes: 1)
        flow.add("a", after: [])
        flow.add("b", after: [])
        flow.add("c", after: ["a", "b"], join: .any)
        let play = Play(flow) { name, _, _ in name == "b" ? broken : nil }
        #expect(play.started.filter { $0.hasPrefix("c") } == ["c@0"])
    }

    @Test("tries again as often as said, and no more")
    func retries() {
        var flow = Flow(lanes: 1)
        flow.add("poll", retry: 3)
        let good = Play(flow) { _, _, attempt in attempt < 3 ? broken : nil }
        #expect(good.end == .succeeded)
        #expect(good.started.count == 3)
        let bad = Play(flow) { _, _, _ in broken }
        #expect(bad.end == .failed)
        #expect(bad.started.count == 4)
    }

    @Test("a called job begins, lets its steps follow lane by lane, and ends as they did")
    func calledJob() {
        var flow = Flow(lanes: 2)
        flow.add("stop", role: .group)
        flow.add("stop/act", parent: "stop")
        flow.add("stop/prove", parent: "stop")
        flow.add("start", after: ["stop"])
        let play = Play(flow) { name, lane, _ in name == "stop/prove" && lane == 0 ? broken : nil }
        #expect((0..<2).map { play.state("stop", $0) } == [.failed, .succeeded])
        #expect((0..<2).map { play.state("start", $0) } == [.skipped, .succeeded])
    }

    @Test("a called job with a step of its own on the controller waits there for its lanes")
    func calledJobWithGate() {
        var flow = Flow(lanes: 2)
        flow.add("call", role: .group)
        flow.add("call/drain", parent: "call")
        flow.add("call/hold", on: .controller, parent: "call")
        flow.add("call/act", parent: "call")
        flow.add("after", after: ["call"])
        let play = Play(flow)
        #expect(play.end == .succeeded)
        #expect(play.started.prefix(3) == ["call/drain@0", "call/drain@1", "call/hold"])
        #expect(play.started.dropFirst(3).sorted() == ["after@0", "after@1", "call/act@0", "call/act@1"])
    }

    @Test("a call that is to end with ERROR is OK when it does")
    func expectsError() {
        var flow = Flow(lanes: 1)
        flow.add("call", role: .group, expectsError: true)
        flow.add("call/act", parent: "call")
        #expect(Play(flow) { _, _, _ in broken }.end == .succeeded)
        #expect(Play(flow).end == .failed)
    }

    @Test("a call that is skipped skips all that is inside it")
    func skippedCall() {
        var flow = Flow(lanes: 1)
        flow.add("check")
        flow.add("call", role: .group)
        flow.add("call/a", parent: "call")
        flow.add("call/b", parent: "call")
        let play = Play(flow) { name, _, _ in name == "check" ? broken : nil }
        #expect(["call", "call/a", "call/b"].map { play.state($0, 0) } == [.skipped, .skipped, .skipped])
    }

    @Test("no more lanes work at once than allowed")
    func pace() {
        var flow = Flow(lanes: 10)
        flow.parallel = 3
        flow.add("a")
        flow.add("b")
        let play = Play(flow)
        #expect(play.end == .succeeded)
        #expect(play.mostAtOnce <= 3)
        #expect(play.started.count == 20)
    }

    @Test("a lane that waits for a place is told of, so that the way to its host can be opened meanwhile")
    func prepare() {
        var flow = Flow(lanes: 4)
        flow.parallel = 2
        flow.add("a")
        var rules = RunRules(plan: flow.plan)
        let commands = rules.handle(.began)
        let waiting = commands.compactMap { if case .prepare(let key) = $0 { key.lane } else { nil } }
        #expect(waiting == [2, 3])
    }

    @Test("after so many failed lanes no further lane begins; those that began go on")
    func stopAfter() {
        var flow = Flow(lanes: 10)
        flow.parallel = 2
        flow.stopAfter = 2
        flow.add("a")
        flow.add("b")
        let play = Play(flow) { name, lane, _ in name == "a" && lane < 2 ? broken : nil }
        #expect(play.started.filter { $0.hasPrefix("a") }.count == 3)
        #expect(play.end == .failed)
        #expect(play.state("b", 2) == .succeeded)
        #expect(play.state("a", 9) == .skipped)
    }

    @Test("a failure that is not reflected does not make the run fail")
    func reflection() {
        var flow = Flow(lanes: 1)
        flow.add("a", reflects: false)
        #expect(Play(flow) { _, _, _ in broken }.end == .succeeded)
    }

    @Test("a cancelled run starts nothing further and ends cancelled when all that ran has ended")
    func cancel() {
        var flow = Flow(lanes: 2)
        flow.add("a")
        flow.add("b")
        var rules = RunRules(plan: flow.plan)
        _ = rules.handle(.began)
        let commands = rules.handle(.cancelled(by: "kim"))
        #expect(commands.contains(.stop(flow.key("a", 0))) && commands.contains(.stop(flow.key("a", 1))))
        let reason = Reason(.cancelledByPerson, "")
        _ = rules.handle(.ended(flow.key("a", 0), StepEnd(.cancelled(reason))))
        let last = rules.handle(.ended(flow.key("a", 1), StepEnd(.cancelled(reason))))
        #expect(last.contains(.finish(.cancelled)))
    }

    @Test("a held step waits for its answer; yes goes on, no fails, silence does what was said")
    func hold() {
        var flow = Flow(lanes: 1)
        flow.add("approve", on: .controller)
        flow.add("act")
        func ask(_ expiry: Hold.Expiry, _ answer: (StepKey) -> RunEvent) -> (RunRules, [RunCommand]) {
            var rules = RunRules(plan: flow.plan)
            _ = rules.handle(.began)
            _ = rules.handle(.held(flow.key("approve"), Hold(prompt: "?", longestWait: .seconds(1), onExpiry: expiry)))
            let commands = rules.handle(answer(flow.key("approve")))
            return (rules, commands)
        }
        #expect(ask(.error) { .released($0, by: "kim") }.1.contains(.start(flow.key("act", 0), attempt: 1)))
        #expect(ask(.error) { .rejected($0, by: "kim", reason: "no") }.1.contains(.finish(.failed)))
        #expect(ask(.error) { .expired($0) }.1.contains(.finish(.failed)))
        #expect(ask(.skip) { .expired($0) }.1.contains(.start(flow.key("act", 0), attempt: 1)))
        #expect(ask(.kill) { .expired($0) }.1.contains(.finish(.cancelled)))
    }

    @Test("any flow of any shape ends, and every step ends in a final state", arguments: 0..<200)
    func everyFlowEnds(seed: Int) {
        var random = Seeded(seed: UInt64(seed))
        var flow = Flow(lanes: Int.random(in: 1...4, using: &random))
        flow.parallel = Int.random(in: 1...4, using: &random)
        flow.stopAfter = Bool.random(using: &random) ? 1 : nil
        let names = (0..<Int.random(in: 1...12, using: &random)).map { "s\($0)" }
        for (index, name) in names.enumerated() {
            let conditions = ["ok", "error", "all"]
            let after = names[..<index].filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
                .map { "\($0):\(conditions.randomElement(using: &random) ?? "ok")" }
            flow.add(
                name, after: after, on: Bool.random(using: &random) ? .each : .controller,
                join: Bool.random(using: &random) ? .all : .any, require: Bool.random(using: &random) ? .all : .any,
                retry: Int.random(in: 0...2, using: &random), reflects: Bool.random(using: &random))
        }
        let play = Play(flow) { _, _, _ in
            switch Int.random(in: 0..<6, using: &random) {
            case 0: broken
            case 1: notKnown
            case 2: .branched(Bool.random(using: &random))
            default: nil
            }
        }
        #expect(play.end != nil, "seed \(seed): the run does not end")
        for name in names {
            let lanes = flow.plan.laneSets[flow.steps[flow.key(name).step].laneSet]
            for lane in lanes { #expect(play.state(name, lane)?.isFinal == true, "seed \(seed): \(name) on \(lane)") }
        }
    }
}

/// Random numbers that come again with the same seed.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
