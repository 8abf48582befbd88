// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import Synchronization
import TaskKit
import Testing

@testable import Engine

@Suite("The tasks of a run")
struct OwnedTasksTests {
    private let store = MemoryStore()
    private let sleepers = Sleepers()

    @Test("a hold that was answered leaves no timer behind while the run goes on")
    func answered() async throws {
        let gate = Gate()
        let engine = try makeEngine(gate)
        let id = try await engine.accept(plan("Ask", "Gate"), by: "kim")
        async let end = engine.drive(id)
        try await until { await store.run(id)?.state == .held }
        #expect(sleepers.count == 1)
        _ = try await engine.answer(id, step: nil, yes: true, by: "lee", reason: "")
        try await until { await gate.begun == 1 }
        try await until { sleepers.purposes == [.seconds(360)] }
        await gate.open()
        #expect(try await end == .succeeded)
        try await until { sleepers.count == 0 }
    }

    @Test("a hold that nobody answers rings once its time is over, whatever the wall clock says")
    func expired() async throws {
        let engine = try makeEngine(Gate(isOpen: true))
        sleepers.isShort = true
        let id = try await engine.accept(plan("Ask"), by: "kim")
        #expect(try await engine.drive(id) == .failed)
        #expect(await store.steps(of: id).first?.reason?.code == ReasonCode.holdExpired.rawValue)
        #expect(sleepers.count == 0)
    }

    @Test("a run that is cancelled while it holds leaves nothing behind")
    func cancelled() async throws {
        let engine = try makeEngine(Gate())
        let id = try await engine.accept(plan("Ask"), by: "kim")
        async let end = engine.drive(id)
        try await until { await store.run(id)?.state == .held }
        try await engine.cancel(id, by: "lee")
        #expect(try await end == .cancelled)
        try await until { sleepers.count == 0 }
    }

    @Test("a pause between tries is as long as it is, when the wall clock is set back meanwhile")
    func clockSetBack() async throws {
        let time = Time()
        let engine = try makeEngine(Gate(isOpen: true), now: { time.now })
        sleepers.isShort = true
        sleepers.onSleep = { time.set(Instant(microseconds: 0)) }
        let id = try await engine.accept(plan("Failing", retries: 3), by: "kim")
        #expect(try await engine.drive(id) == .failed)
        #expect(await store.steps(of: id).map(\.attempt).max() == 4)
    }

    private func makeEngine(_ gate: Gate, now: (@Sendable () -> Instant)? = nil) throws -> Engine {
        Engine(
            EngineParts(
                store: store, registry: try TaskTypeRegistry([GateTask(gate: gate), AskTask(), FailingTask()]),
                openSession: { _ throws(SessionFailure) in throw SessionFailure(.connectionLost, "there is no host") },
                secret: { _, _ throws(SessionFailure) in "" },
                plan: { _ throws(Problems) in throw Problems("no job is called here") },
                clock: EngineClock(
                    now: now ?? EngineClock.system.now, sleep: { [sleepers] in await sleepers.sleep($0) })
            ))
    }

    private func plan(_ types: TaskTypeName..., retries: Int = 0) -> Plan {
        let steps = types.enumerated().map { index, type in
            let before = PlannedStep.Link(from: index - 1, condition: .ok, requirement: .all)
            var step = PlannedStep(
                path: StepPath("s\(index)"), title: "a", type: type, role: .task, laneSet: 1, parent: nil,
                links: index == 0 ? [] : [before], join: .all, effect: .change, settings: Setting(.map([])), scope: 0)
            (step.retryTimes, step.retryDelay, step.timeLimit) = (
                retries, .seconds(60), .seconds(type == "Gate" ? 360 : 0)
            )
            return step
        }
        return Plan(
            job: "test.a", title: "a", lanes: [Target(host: "h")], hosts: [], targetCount: 1,
            scopes: [], laneSets: [[Plan.controllerLane], [0]], steps: steps, parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: true)
    }
}

/// Who sleeps, and how long each wanted to.
private final class Sleepers: Sendable {
    private struct State {
        var sleeping: [Int: Duration] = [:]
        var next = 0
        var isShort = false
        var onSleep: @Sendable () -> Void = {}
    }
    private let state = Mutex(State())

    var count: Int { state.withLock { $0.sleeping.count } }
    var purposes: [Duration] { state.withLock { $0.sleeping.values.sorted() } }
    /// Whether nobody sleeps longer than a moment.
    var isShort: Bool {
        get { state.withLock { $0.isShort } }
        set { state.withLock { $0.isShort = newValue } }
    }
    var onSleep: @Sendable () -> Void {
        get { state.withLock { $0.onSleep } }
        set { state.withLock { $0.onSleep = newValue } }
    }

    func sleep(_ duration: Duration) async {
        let number = state.withLock { state in
            state.next += 1
            state.sleeping[state.next] = duration
            return state.next
        }
        onSleep()
        await EngineClock.system.sleep(isShort ? .milliseconds(1) : duration)
        state.withLock { $0.sleeping[number] = nil }
    }
}

/// A task that waits for a person for an hour.
private struct AskTask: TaskType {
    let name: TaskTypeName = "Ask"
    let summary = Localized([.english: "Asks."])
    let parameters: [ParameterSpec] = []
    let example = ""

    func decode(_ values: ParameterValues) throws(ParameterError) {}

    func run(_ parameters: Void, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        .waitForPerson(Hold(prompt: "Go on?", longestWait: .seconds(3600)))
    }
}

extension MemoryStore {
    fileprivate func steps(of id: RunID) async -> [StepRecord] {
        ((try? steps(of: id, after: 0))?.records ?? []).sorted { $0.attempt < $1.attempt }
    }
}
