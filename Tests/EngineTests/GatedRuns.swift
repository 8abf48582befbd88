// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import TaskKit
import Testing

@testable import Engine

/// Runs that all change one target, and whose only step waits at a gate.
struct GatedRuns: Sendable {
    let gate = Gate()
    let store = MemoryStore()

    /// An engine whose runs read the time from a clock.
    func engine(_ now: @escaping @Sendable () -> Instant = EngineClock.system.now) throws -> Engine {
        Engine(
            EngineParts(
                store: store, registry: try TaskTypeRegistry([GateTask(gate: gate)]),
                openSession: { _ throws(SessionFailure) in throw SessionFailure(.connectionLost, "there is no host") },
                secret: { _, _ throws(SessionFailure) in "" },
                plan: { _ throws(Problems) in throw Problems("no job is called here") },
                clock: EngineClock(now: now, sleep: EngineClock.system.sleep)))
    }

    /// The plan of each of the runs.
    var plan: Plan {
        let step = PlannedStep(
            path: "a", title: "a", type: "Gate", role: .task, laneSet: 1, parent: nil, links: [], join: .all,
            effect: .change, settings: Setting(.map([])), scope: 0)
        return Plan(
            job: "test.a", title: "a", lanes: [Target(host: "h")], hosts: [], targetCount: 1,
            scopes: [], laneSets: [[Plan.controllerLane], [0]], steps: [step], parallel: 1, stopAfter: nil,
            allowsConcurrentRuns: true)
    }

    /// For whom a run says last that it waits; nil = it says nothing.
    func waits(_ id: RunID) async throws -> String? {
        try await store.actions(on: id).last { $0.kind == .waits }?.reason?.description
    }
}
