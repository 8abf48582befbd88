// SPDX-License-Identifier: Apache-2.0

import Engine
import Model
import Planning
import StandardTasks
import Storage
import TaskKit

/// One run, from its plan to its end, in a world of its own; then what must be true of it.
struct Story: Sendable {
    let seed: UInt64

    struct Outcome: Sendable {
        var wrong: [String] = []
        var transitions = 0
        var crashes = 0
        var unknown = 0
        var steps = 0
    }

    /// Lives through the story; the wrongs are sentences.
    func live() -> Outcome {
        let scheduler = Scheduler(seed: seed)
        let weather = Story.weather(&scheduler.dice)
        let plan = Story.plan(&scheduler.dice)
        let crashes = scheduler.dice.one(of: [0, 0, 1, 2, 5])
        let world = World(scheduler, weather, hosts: plan.hosts.map(\.name))
        let teller = Teller(world: world, plan: plan, crashes: crashes)
        guard let outcome = scheduler.run({ await teller.tell() }) else {
            return Outcome(wrong: ["the run waits for something that never comes"])
        }
        return outcome
    }

    private static func weather(_ dice: inout Dice) -> World.Weather {
        var weather = World.Weather()
        if dice.happens(0.6) { (weather.losses, weather.late) = (0.1, 0.5) }
        if dice.happens(0.3) { weather.diskFailures = 0.05 }
        if dice.happens(0.5) { weather.breaks = 0.1 }
        if dice.happens(0.2) { weather.reboots = 0.02 }
        if dice.happens(0.2) { weather.murders = 0.02 }
        return weather
    }

    /// Some lanes, some steps, each following one or two before it by any kind of link.
    private static func plan(_ dice: inout Dice) -> Plan {
        let lanes = dice.from(1, to: 5)
        let targets = (0..<lanes).map { Target(host: HostName("h\($0)")) }
        let steps = (0..<dice.from(1, to: 6)).map { index in
            var links: [PlannedStep.Link] = []
            if index > 0 {
                let first = dice.below(index)
                for from in Set([first, dice.happens(0.3) ? dice.below(index) : first]).sorted() {
                    links.append(
                        .init(from: from, condition: dice.one(of: [.ok, .ok, .all, .error]), requirement: .all))
                }
            }
            let words = ["\(dice.from(0, to: 4000))", "\(dice.happens(0.25) ? 7 : 0)", "\(dice.from(0, to: 40))"]
            return PlannedStep(
                path: StepPath("t\(index)"), title: "work", type: "RunProgram", role: .task, laneSet: 1, parent: nil,
                links: links, join: dice.one(of: [.all, .any]), effect: dice.happens(0.75) ? .change : .check,
                settings: Setting(
                    .map([
                        .init("program", Setting(.scalar("/sim/work", quoted: true))),
                        .init("arguments", Setting(.list(words.map { Setting(.scalar($0, quoted: true)) }))),
                    ])),
                scope: 0, timeLimit: dice.happens(0.2) ? .seconds(2) : .zero,
                retryTimes: dice.happens(0.3) ? dice.from(1, to: 2) : 0, retryDelay: .milliseconds(100))
        }
        return Plan(
            job: "simulated", title: "simulated", lanes: targets,
            hosts: targets.map { Host(name: $0.host, connection: Connection(address: $0.host.rawValue)) },
            targetCount: lanes, scopes: [Scope(job: "simulated", prefix: "", parent: nil)],
            laneSets: [[Plan.controllerLane], Array(0..<lanes)], steps: steps, parallel: dice.from(1, to: lanes),
            stopAfter: dice.happens(0.1) ? 1 : nil, allowsConcurrentRuns: true)
    }
}

/// Moves a story's run through the deaths of its controllers to its end, and judges it.
private struct Teller: Sendable {
    let world: World
    let plan: Plan
    let crashes: Int
    private let memory = MemoryStore()
    private let tally = CrashingStore.Tally()

    init(world: World, plan: Plan, crashes: Int) {
        self.world = world
        self.plan = plan
        self.crashes = crashes
    }

    func tell() async -> Story.Outcome {
        var outcome = Story.Outcome(crashes: crashes)
        do {
            let id = try await engine().accept(plan, by: "simulation")
            for _ in 0..<crashes { await dieSomewhere(in: id) }
            _ = try await engine().drive(id)
            // Whatever was still on its way arrives.
            await world.scheduler.sleep(.seconds(300))
            try await judge(id, &outcome)
            try await setRight(id, &outcome)
        } catch {
            outcome.wrong.append("an error that nobody expected: \(error)")
        }
        outcome.transitions = tally.transitions
        return outcome
    }

    private func engine() throws -> Engine {
        let scheduler = world.scheduler
        let clock = EngineClock(now: { Instant(microseconds: scheduler.now) }, sleep: { await scheduler.sleep($0) })
        let crashing = CrashingStore(store: memory, world: world, controller: world.controller, tally: tally)
        let store = PatientStore(crashing, limit: .seconds(60), sleep: { await scheduler.sleep($0) })
        return Engine(
            EngineParts(
                store: store, registry: try TaskTypeRegistry(standardTaskTypes),
                openSession: { [world] host throws(SessionFailure) in try await world.open(host) },
                secret: { _, _ throws(SessionFailure) in "" },
                plan: { _ throws(Problems) in throw Problems("no job is called here") }, clock: clock))
    }

    /// A controller moves the run, and dies after a while.
    private func dieSomewhere(in id: RunID) async {
        guard let engine = try? engine() else { return }
        let life = world.scheduler.dice.from(1, to: 8000)
        let work = Task { _ = try? await engine.drive(id) }
        await world.scheduler.sleep(.milliseconds(life))
        world.crash()
        work.cancel()
        await world.pause(0...3000)
    }

    private func judge(_ id: RunID, _ outcome: inout Story.Outcome) async throws {
        guard let run = await memory.run(id), run.state.isFinal else {
            outcome.wrong.append("the run did not end")
            return
        }
        for record in try await memory.steps(of: id, after: 0).records {
            outcome.steps += 1
            if record.state == .unknown { outcome.unknown += 1 }
            guard record.state.isFinal else {
                outcome.wrong.append("\(record.key) has not ended: \(record.state)")
                continue
            }
            if plan.steps[record.key.step].effect == .change {
                outcome.wrong += try await wrongs(of: record, id)
            }
        }
    }

    /// What is untrue about a change's record.
    private func wrongs(of record: StepRecord, _ id: RunID) async throws -> [String] {
        let attempt = AttemptKey(run: id, key: record.key, attempt: record.attempt)
        guard let host = world.hosts[plan.lanes[record.key.lane].host] else { return [] }
        let begun = host.begun[attempt.description] ?? 0
        let end = host.ends[attempt.description]
        var wrong: [String] = []
        func expect(_ holds: Bool, _ what: String) {
            if !holds { wrong.append("\(attempt): \(record.state) (\(record.reason?.message ?? "")), but \(what)") }
        }
        expect(begun <= 1, "it was begun \(begun) times")
        switch record.state {
        case .succeeded:
            expect(begun == 1 && end?.state == .ended(code: 0), "the host says \(end?.state as Any), begun \(begun)")
            let written = try await text(of: attempt)
            let lines = plan.steps[record.key.step].linesWritten
            expect(written == (0..<lines).map { "line \($0)\n" }.joined(), "its log is '\(written.prefix(60))…'")
        case .failed where record.report.exitCode != nil:
            expect(begun == 1 && end?.state == .ended(code: 7), "the host says \(end?.state as Any), begun \(begun)")
        case .failed where record.reason?.code == ReasonCode.timeLimit.rawValue:
            expect(begun == 1 && end?.wasKilled == true, "it was not ended: \(end?.state as Any)")
        case .failed: expect(begun == 0, "it was begun")
        case .unknown: expect(host.hadTrouble, "nothing happened to its host")
        case .cancelled, .skipped: expect(begun == 0, "it was begun")
        case .waiting, .ready, .held, .running: break
        }
        return wrong
    }

    private func text(of attempt: AttemptKey) async throws -> String {
        var reader = OutputReader(of: attempt, in: memory)
        var bytes: [UInt8] = []
        while true {
            let pieces = try await reader.next()
            if pieces.isEmpty { break }
            for case .bytes(let piece, _) in pieces { bytes += piece }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Asks again for what is unknown, then does again what did not end well; each of that must be true as well.
    private func setRight(_ id: RunID, _ outcome: inout Story.Outcome) async throws {
        for host in world.hosts.values { host.isUp = true }
        let engine = try engine()
        do {
            try await engine.correct(id, .probe(.init()), by: "simulation")
            _ = try await engine.drive(id)
            try await judge(id, &outcome)
        } catch is RecoveryRefusal {}
        do {
            try await engine.correct(id, .rework(.init(), onlyFailed: false), by: "simulation")
            _ = try await engine.drive(id)
            await world.scheduler.sleep(.seconds(300))
            try await judge(id, &outcome)
        } catch is RecoveryRefusal {}
    }
}

extension PlannedStep {
    /// How many lines the step's program writes: its last argument.
    fileprivate var linesWritten: Int {
        guard case .list(let words)? = settings["arguments"]?.content else { return 0 }
        return words.last?.text.flatMap { Int($0) } ?? 0
    }
}
