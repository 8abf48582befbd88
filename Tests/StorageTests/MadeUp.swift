// SPDX-License-Identifier: Apache-2.0

import Model
import Storage

/// Keeps made-up runs, each with 20 finished steps.
func fill(_ store: any RunStore, runs: Int, from first: Int = 0) async throws {
    for number in first..<(first + runs) {
        let id = RunID("run-\(number)")
        try await store.create(madeUpRun(id, at: number), plan: madeUpPlan)
        let records = (0..<20).map { StepRecord(key: StepKey(step: 0, lane: $0), state: .succeeded) }
        try await store.record(records, of: id, now: nil)
    }
}

func madeUpRun(_ id: RunID, at second: Int = 0) -> Run {
    Run(
        id: id, job: "os.check.quick", planDigest: "d1", state: .running, operatorName: "kim",
        createdAt: Instant(microseconds: Int64(second) * 1_000_000), origin: Sentence(verbatim: "hosts.yaml"))
}

let madeUpPlan = Plan(
    job: "os.check.quick", title: "Quick check", lanes: [], hosts: [], targetCount: 0, scopes: [], laneSets: [[-1]],
    steps: [], parallel: 1, stopAfter: nil, allowsConcurrentRuns: true)
