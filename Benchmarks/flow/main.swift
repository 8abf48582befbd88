// SPDX-License-Identifier: Apache-2.0

// No-op steps through the whole engine on a real store: how many a second, from few to many.

import Engine
import Foundation
import Model
import Planning
import SQLiteStorage
import StandardTasks
import Storage
import TaskKit

/// A job of tasks that do nothing, one after another on each of its lanes.
func plan(lanes: Int, tasks: Int) -> Plan {
    let steps = (0..<tasks).map { index in
        PlannedStep(
            path: StepPath("t\(index)"), title: "nothing", type: "Start", role: .task, laneSet: 1, parent: nil,
            links: index == 0 ? [] : [PlannedStep.Link(from: index - 1, condition: .ok, requirement: .all)], join: .all,
            effect: .check, settings: Setting(.map([])), scope: 0)
    }
    let targets = (0..<lanes).map { Target(host: HostName("h\($0)")) }
    let hosts = targets.map { Model.Host(name: $0.host, connection: Connection(address: $0.host.rawValue)) }
    return Plan(
        job: "bench.flow", title: "flow", lanes: targets, hosts: hosts, targetCount: lanes,
        scopes: [Scope(job: "bench.flow", prefix: "", parent: nil)],
        laneSets: [[Plan.controllerLane], Array(0..<lanes)],
        steps: steps, parallel: lanes, stopAfter: nil, allowsConcurrentRuns: true)
}

let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
    "firstline-flowbench-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: directory) }
let store = try await SQLiteStore.open(directory: directory.path, mode: .readWrite)
let parts = EngineParts(
    store: store, registry: try TaskTypeRegistry(standardTaskTypes),
    openSession: { _ throws(SessionFailure) in throw SessionFailure(.refused, "no step here needs a host") },
    secret: { _, _ throws(SessionFailure) in "" },
    plan: { _ throws(Problems) in throw Problems("no job is called here") })
let engine = Engine(parts)

/// Seconds that a run of so many steps takes.
func seconds(_ steps: Int) async throws -> Double {
    let lanes = min(100, max(1, steps / 10))
    let id = try await engine.accept(plan(lanes: lanes, tasks: steps / lanes), by: "bench")
    let start = ContinuousClock.now
    let state = try await engine.drive(id)
    guard state == .succeeded else { fatalError("the run ended \(state)") }
    return Double((ContinuousClock.now - start).microseconds) / 1_000_000
}

/// The floor: what one commit takes that would survive a power cut.
func commitSeconds() async throws -> Double {
    let id = try await engine.accept(plan(lanes: 1, tasks: 1), by: "bench")
    let start = ContinuousClock.now
    for _ in 0..<100 {
        try await store.note(RunAction(run: id, kind: .started, by: "bench", at: EngineClock.system.now()))
    }
    return Double((ContinuousClock.now - start).microseconds) / 100_000_000
}

// An engine lives long: what it does for the first time only is not counted.
_ = try await seconds(100)
let commit = try await commitSeconds()
for steps in [100, 1_000, 10_000, 100_000] {
    // Short runs hang on a few commits, which take now more, now less: the middle one of several counts.
    var times: [Double] = []
    for _ in 0..<(steps <= 1_000 ? 9 : 1) { times.append(try await seconds(steps)) }
    let wall = times.sorted()[times.count / 2]
    print(
        #"{"steps": \#(steps), "wall_s": \#(wall), "steps_per_s": \#(Int(Double(steps) / wall)), "commit_ms": \#(commit * 1000)}"#
    )
}
await store.close()
