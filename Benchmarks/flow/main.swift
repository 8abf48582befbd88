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
    secret: { _ throws(SessionFailure) in "" }, plan: { _ throws(Problems) in throw Problems("no job is called here") })
let engine = Engine(parts)

for steps in [100, 1_000, 10_000, 100_000] {
    let lanes = min(100, steps / 10)
    let id = try await engine.accept(plan(lanes: lanes, tasks: steps / lanes), by: "bench")
    let start = ContinuousClock.now
    let state = try await engine.drive(id)
    let seconds = Double((ContinuousClock.now - start).microseconds) / 1_000_000
    guard state == .succeeded else { fatalError("the run ended \(state)") }
    print(#"{"steps": \#(steps), "wall_s": \#(seconds), "steps_per_s": \#(Int(Double(steps) / seconds))}"#)
}
await store.close()
