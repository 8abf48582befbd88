// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

@testable import Engine

@Suite("The odd one out, and what is different since")
struct OutlierTests {
    /// A run of one step on hosts h0, h1, …, each of which wrote something.
    private func run(
        _ id: String, hosts: Int, in store: MemoryStore, seconds: Int = 1, exit: (Int) -> Int = { _ in 0 },
        wrote: (Int) -> String
    ) async throws -> RunView {
        let targets = (0..<hosts).map { Target(host: HostName("h\($0)")) }
        let plan = Plan(
            job: "test.look", title: "look", lanes: targets,
            hosts: (0..<hosts).map { Host(name: HostName("h\($0)"), connection: Connection(address: "192.0.2.\($0)")) },
            targetCount: hosts, scopes: [Scope(job: "test.look", prefix: "", parent: nil)],
            laneSets: [[Plan.controllerLane], Array(0..<hosts)],
            steps: [
                PlannedStep(
                    path: "look", title: "look", type: "RunProgram", role: .task, laneSet: 1, parent: nil, links: [],
                    join: .all, effect: .check, settings: Setting(.map([])), scope: 0)
            ], parallel: hosts, stopAfter: nil, allowsConcurrentRuns: true)
        let run = Run(
            id: RunID(id), job: "test.look", planDigest: "", state: .succeeded, operatorName: "tester",
            createdAt: Instant(microseconds: 0))
        try await store.create(run, plan: plan)
        var records: [StepRecord] = []
        for lane in 0..<hosts {
            let code = exit(lane)
            var record = StepRecord(key: StepKey(step: 0, lane: lane), state: code == 0 ? .succeeded : .failed)
            record.report.exitCode = code
            record.startedAt = Instant(microseconds: 0)
            record.endedAt = Instant(microseconds: Int64(seconds) * 1_000_000)
            records.append(record)
            let writer = OutputWriter(for: AttemptKey(run: run.id, key: record.key, attempt: 1), in: store)
            try await writer.write(Array(wrote(lane).utf8), stream: 1, now: Instant(microseconds: 0))
            try await writer.flush()
        }
        return RunView(run: run, plan: plan, records: records)
    }

    /// The same words, with all that is different each time.
    private func noise(_ host: Int, later: Int = 0) -> String {
        let lane = host + later
        let time = "2026-11-\(10 + lane % 20)T0\(lane % 10):1\(lane % 6):\(10 + lane % 50).\(lane)Z"
        return """
            \(time) h\(host) nginx[\(1000 + lane * 7)]: started, master \(400 + lane)
            192.0.2.\(host) listens on 192.0.2.\(host):8080, took \(lane) ms
            Nov \(1 + lane % 28) 10:0\(lane % 10):11 worker process \(lane * 3) ready after \(lane).5s
            mac 52:54:00:12:34:\(10 + lane % 80), id 0e8a2f\(10 + lane % 80)-1111-4111-8111-11111111\(1000 + lane)

            """
    }

    @Test("the one of forty that said something else is named, and nothing else")
    func oddOne() async throws {
        let store = MemoryStore()
        let view = try await run("r1", hosts: 40, in: store) {
            noise($0) + ($0 == 17 ? "worker_connections are not enough\n" : "")
        }
        let outliers = try await RunOutliers(view, in: store)
        #expect(outliers.odd == ["h17"])
        #expect(outliers.steps.map { $0.groups.map(\.differs) } == [["worker_connections are not enough", ""]])
    }

    @Test("a thousand hosts that differ only in times, numbers of processes, addresses and durations did the same")
    func noFalseHits() async throws {
        let store = MemoryStore()
        let view = try await run("r1", hosts: 1000, in: store) { noise($0) }
        let outliers = try await RunOutliers(view, in: store)
        #expect(outliers.odd.isEmpty && outliers.steps.isEmpty, "\(outliers.steps.first?.groups.prefix(3) as Any)")
    }

    @Test("an exit code is told before words; where no form has the majority, none is odd")
    func codes() async throws {
        let store = MemoryStore()
        let one = try await run("r1", hosts: 5, in: store, exit: { $0 == 2 ? 3 : 0 }) { "same \($0 == 2)\n" }
        let outliers = try await RunOutliers(one, in: store)
        #expect(outliers.odd == ["h2"] && outliers.steps[0].groups[0].differs == "failed")
        let all = try await run("r2", hosts: 4, in: store) { "mine is \(["a", "b", "c", "d"][$0])\n" }
        #expect(try await RunOutliers(all, in: store).odd.isEmpty)
    }

    @Test("what is new, gone and slower since another run is told by target and step")
    func diff() async throws {
        let store = MemoryStore()
        let good = try await run("r1", hosts: 2, in: store) { noise($0) + "mounted /data\n" }
        let bad = try await run("r2", hosts: 2, in: store, seconds: 9, exit: { $0 }) {
            noise($0, later: 5) + ($0 == 1 ? "not mounted\n" : "mounted /data\n")
        }
        let diff = try await RunDiff(bad, against: good, in: store)
        let told = diff.entries.map { "\($0.target) \($0.kind) +\($0.new ?? "") -\($0.gone ?? "")" }
        #expect(
            told == [
                "h0 slower +9.00s -1.00s", "h1 state +failed, exit code 1 -succeeded", "h1 slower +9.00s -1.00s",
                "h1 line +not mounted -", "h1 line + -mounted /data",
            ], "\(told)")
        #expect(try await RunDiff(good, against: good, in: store).entries.isEmpty)
    }
}
