// SPDX-License-Identifier: Apache-2.0

// What one target costs, however many there are: to plan a change of them, at once and in up to 10,000 batches, to accept two
// runs of it, and to rework one in which every target failed.
//
// Prints a line of JSON for each size:
// {"case": "1000", "targets": 1000, "plan_us": 9.1, "batch_us": 41.0, "accept_us": 30.2, "rework_us": 12.3}

import Definitions
import Engine
import Foundation
import Model
import Planning
import SQLiteStorage
import StandardTasks
import Storage
import TaskKit

let playbook = """
    firstline: 1
    title: Restart
    concurrent: true
    tasks:
      stop: {type: RunProgram, effect: change, with: {program: /bin/true, arguments: ["${host.name}"]}}
      start: {type: RunProgram, effect: change, after: stop, with: {program: /bin/true}}
      look: {type: RunProgram, effect: check, after: start, with: {program: /bin/true}}
    """

func hosts(_ count: Int) -> Inventory {
    Inventory(
        hosts: (0..<count).map { number in
            Model.Host(
                name: HostName("h\(number)"),
                connection: Connection(address: "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)"))
        })
}

func job() throws -> Job {
    let (job, problems) = PlaybookReader.read(Array(playbook.utf8), file: "bench.yaml", id: "bench.scale")
    try problems.throwIfErrors()
    guard let job else { throw Problems("the playbook cannot be read") }
    return job
}

func engine(_ store: any RunStore) throws -> Engine {
    Engine(
        EngineParts(
            store: store, registry: try TaskTypeRegistry(standardTaskTypes),
            openSession: { _ throws(SessionFailure) in throw SessionFailure(.refused, "nothing here is begun") },
            secret: { _, _ throws(SessionFailure) in "" },
            plan: { _ throws(Problems) in throw Problems("no job is called here") }))
}

/// The microseconds that some work takes for each of so many targets.
func cost<Answer>(_ targets: Int, _ work: () async throws -> Answer) async rethrows -> (Answer, Double) {
    let start = ContinuousClock.now
    let answer = try await work()
    return (answer, Double((ContinuousClock.now - start).microseconds) / Double(targets))
}

/// Every target failed in its first step, and what follows was skipped.
func fail(_ run: RunID, _ plan: Plan, in store: any RunStore) async throws {
    let records = plan.steps.indices.flatMap { step in
        plan.lanes.indices.map { lane in
            StepRecord(key: StepKey(step: step, lane: lane), state: step == 0 ? .failed : .skipped)
        }
    }
    try await store.record(records, of: run, now: RunUpdate(state: .failed, endedAt: EngineClock.system.now()))
}

func measure(_ targets: Int, _ store: any RunStore) async throws {
    let inventory = hosts(targets)
    let planner = Planner(
        library: JobLibrary([try job()]), inventory: inventory, registry: try TaskTypeRegistry(standardTaskTypes))
    let (plan, planning) = try await cost(targets) { () async throws -> Plan in
        let selection = try Selection(on: "all", in: inventory)
        return try planner.plan(PlanRequest(job: "bench.scale", selection: selection)).plan
    }
    let (_, batching) = try await cost(targets) { () async throws -> Plan in
        var request = PlanRequest(job: "bench.scale", selection: try Selection(on: "all", in: inventory))
        request.pace.batch = .count(max(1, targets / 10_000))
        return try planner.plan(request).plan
    }
    let first = try await engine(store).accept(plan, by: "bench")
    try await fail(first, plan, in: store)
    // Each engine is one that has just come to life, and finds out what is open.
    let own = try engine(store)
    let (runs, accepting) = try await cost(targets * 2) {
        [try await own.accept(plan, by: "bench"), try await own.accept(plan, by: "bench")]
    }
    let (_, reworking) = try await cost(targets) {
        try await own.correct(first, .rework(Recovery.Selection(), onlyFailed: false), by: "bench")
    }
    for run in runs + [first] {
        try await store.record([], of: run, now: RunUpdate(state: .cancelled, endedAt: EngineClock.system.now()))
    }
    print(
        #"{"case": "\#(targets)", "targets": \#(targets), "plan_us": \#(planning), "batch_us": \#(batching), "#
            + #""accept_us": \#(accepting), "rework_us": \#(reworking)}"#)
}

let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
    "firstline-scalebench-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: directory) }
let store = try await SQLiteStore.open(directory: directory.path, mode: .readWrite)
// What is done for the first time only is not counted.
let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
for targets in sizes.isEmpty ? [1_000, 10_000, 100_000] : sizes { try await measure(targets, store) }
await store.close()
