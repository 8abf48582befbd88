// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage
import Testing

@testable import SQLiteStorage

@Suite("Forgetting in SQLite")
struct ForgettingTests {
    @Test("leaves no row of a run, and gives the space back")
    func space() async throws {
        let directory = try TestDirectory()
        var store = try await directory.open()
        try await keep("stays", endedAt: nil, blocks: 10, in: store)
        await store.close()
        let small = StoreFiles.size(of: directory.database)
        store = try await directory.open()
        for number in 1...3 { try await keep(RunID("r\(number)"), endedAt: number, blocks: 100, in: store) }
        await store.close()
        #expect(StoreFiles.size(of: directory.database) > 10 * small)
        store = try await directory.open()
        while try await store.forget(.runs, before: Instant(microseconds: 9), below: nil, limit: 50).isMore {}
        await store.close()
        // What is less than 1,024 pages stays in the file for new records.
        #expect(StoreFiles.size(of: directory.database) < small + 1024 * 4096)
        let rows = try await DatabaseQueue(path: directory.database).read { database in
            try ["run", "plan", "step", "block", "action", "forgottenRun"].map { table in
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? -1
            }
        }
        #expect(rows == [1, 1, 1, 10, 1, 0])
    }

    private func keep(_ id: RunID, endedAt: Int?, blocks: Int, in store: SQLiteStore) async throws {
        let plan = Plan(
            job: "a.b", title: "", lanes: [], hosts: [], targetCount: 0, scopes: [], laneSets: [], steps: [],
            parallel: 1, stopAfter: nil, allowsConcurrentRuns: true)
        let run = Run(
            id: id, job: "a.b", planDigest: "", state: .running, operatorName: "kim",
            createdAt: Instant(microseconds: 0), origin: Sentence(verbatim: ""))
        let action = RunAction(run: id, kind: .started, by: "kim", at: Instant(microseconds: 0))
        try await store.create(run, plan: plan, actions: [action])
        let step = StepRecord(key: StepKey(step: 0, lane: 0), attempt: 1, state: .running)
        try await store.record([step], of: id, now: nil)
        for index in 0..<blocks {
            // Bytes that cannot be made smaller.
            let bytes = (0..<50_000).map { _ in UInt8.random(in: .min ... .max) }
            try await store.put(
                OutputBlock(index: index, bytes: bytes), of: AttemptKey(run: id, key: step.key, attempt: 1))
        }
        guard let endedAt else { return }
        let end = Instant(microseconds: Int64(endedAt))
        try await store.record([], of: id, now: RunUpdate(state: .failed, endedAt: end))
    }
}
