// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SQLiteStorage
import Storage
import Testing

@Suite("A SQLite store that was damaged")
struct DamageTests {
    @Test("is refused or read, but never ends the process", arguments: 1...10)
    func randomDamage(seed: UInt64) async throws {
        let directory = try TestDirectory()
        let store = try await directory.open()
        try await fill(store, runs: 20)
        let attempt = AttemptKey(run: "run-0", key: StepKey(step: 0, lane: 0), attempt: 1)
        try await store.put(OutputBlock(index: 0, bytes: Array("output".utf8)), of: attempt)
        await store.close()
        let whole = try Data(contentsOf: URL(filePath: directory.database))
        var place = seed &* 0x9E37_79B9_7F4A_7C15
        for _ in 0..<10 {
            place = place &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var bytes = whole
            bytes[Int(place >> 33) % bytes.count] ^= UInt8(truncatingIfNeeded: place >> 24) | 1
            try bytes.write(to: URL(filePath: directory.database))
            await readEverything(in: directory)
        }
    }

    @Test("shows a damaged block as damaged, and the rest as it was")
    func damagedBlock() async throws {
        let directory = try TestDirectory()
        let store = try await directory.open()
        try await fill(store, runs: 1)
        let attempts = (1...2).map { AttemptKey(run: "run-0", key: StepKey(step: 0, lane: 0), attempt: $0) }
        // Bytes that cannot be made smaller stand in the file as they are.
        let text = (0..<20_000).map { _ in UInt8.random(in: 0...255) }
        try await store.put(OutputBlock(index: 0, bytes: text), of: attempts[0])
        try await store.put(OutputBlock(index: 0, bytes: text.reversed()), of: attempts[1])
        await store.close()
        var bytes = try Data(contentsOf: URL(filePath: directory.database))
        let place = try #require(bytes.range(of: Data(text[9000..<9100])))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: URL(filePath: directory.database))

        let damaged = try await directory.open(.readOnly)
        let damage = StoreError.damaged(path: directory.database, detail: "a page does not have its checksum")
        await #expect(throws: damage) { try await damaged.blocks(of: attempts[0], from: 0, limit: 9) }
        #expect(try await damaged.blocks(of: attempts[1], from: 0, limit: 9).map(\.bytes) == [text.reversed()])
        #expect(try await damaged.steps(of: "run-0", after: 0).records.count == 20)
        await damaged.close()
        // Whoever would write something on top of it is refused.
        await #expect(throws: damage) { try await directory.open(.readWrite) }
    }

    /// Asks everything and expects no particular answer.
    private func readEverything(in directory: TestDirectory) async {
        do throws(StoreError) {
            let store = try await SQLiteStore.open(directory: directory.data, mode: .readWrite)
            for run in (try? await store.runs(RunFilter())) ?? [] {
                _ = try? await store.steps(of: run.id, after: 0)
                _ = try? await store.plan(of: run.id)
                _ = try? await store.actions(on: run.id)
            }
            _ = try? await store.pinnedHostKeys()
            try? await store.record(
                [StepRecord(key: StepKey(step: 9, lane: 9), state: .running)], of: "run-1", now: nil)
            await store.close()
        } catch {
            // Refused: as good.
        }
    }
}
