// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SQLiteStorage
import Storage
import StorageTesting
import Testing

@Suite("A bit of a SQLite store that is not as it was written")
struct FlippedBitTests {
    /// A store with something of everything, as the bytes of its file.
    private static let whole = Task { () throws -> (bytes: Data, answers: [String]) in
        let directory = try TestDirectory()
        let store = try await directory.open()
        try await fillWithEverything(store)
        await store.close()
        let reader = try await directory.open(.readOnly)
        let answers = try await everything(of: reader)
        await reader.close()
        return (try Data(contentsOf: URL(filePath: directory.database)), answers)
    }

    @Test("changes no answer without a word, and store check finds it where a reader does", arguments: 1...10)
    func flips(seed: UInt64) async throws {
        let (bytes, answers) = try await FlippedBitTests.whole.value
        let directory = try TestDirectory()
        try FileManager.default.createDirectory(atPath: directory.data, withIntermediateDirectories: true)
        var random = SeededRandom(state: seed)
        for _ in 0..<12 {
            var damaged = bytes
            let (place, bit) = (Int.random(in: 0..<bytes.count, using: &random), Int.random(in: 0..<8, using: &random))
            damaged[place] ^= 1 << bit
            try damaged.write(to: URL(filePath: directory.database))
            let answer = await read(directory)
            let isFound = await isDamaged { _ = try await SQLiteStoreCare().check(directory: directory.data) }
            switch answer {
            case .success(answers): continue
            case .success: Issue.record("bit \(bit) of byte \(place) changes what is read")
            case .failure(.damaged): #expect(isFound, "store check does not find bit \(bit) of byte \(place)")
            case .failure(let error): Issue.record("bit \(bit) of byte \(place): \(error)")
            }
        }
    }

    @Test("is found by store check, which names the table, and says what to try next")
    func table() async throws {
        let directory = try TestDirectory()
        let store = try await directory.open()
        try await fill(store, runs: 2)
        let noise = (0..<20_000).map { _ in UInt8.random(in: 0...255) }
        let attempt = AttemptKey(run: "run-0", key: StepKey(step: 0, lane: 0), attempt: 1)
        try await store.put(OutputBlock(index: 0, bytes: noise), of: attempt)
        await store.close()
        var bytes = try Data(contentsOf: URL(filePath: directory.database))
        let place = try #require(bytes.range(of: Data(noise[9000..<9100])))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: URL(filePath: directory.database))
        let found = await #expect(throws: StoreError.self) {
            _ = try await SQLiteStoreCare().check(directory: directory.data)
        }
        #expect(
            found?.description
                == "\(directory.database) is damaged or is not a firstline store (a page of table block does not have its "
                + "checksum); restore it from a backup with 'firstline store restore FILE', or move it away to begin a new one"
        )
    }

    @Test("is found when it is one of a page that belongs elsewhere in the file")
    func swappedPages() async throws {
        let directory = try TestDirectory()
        let store = try await directory.open()
        try await fill(store, runs: 50)
        await store.close()
        let bytes = try Data(contentsOf: URL(filePath: directory.database))
        let page = PageChecksum.pageSize
        let last = bytes.count / page - 1
        let swapped =
            bytes[..<(5 * page)] + bytes[(last * page)...] + bytes[(6 * page)..<(last * page)]
            + bytes[(5 * page)..<(6 * page)]
        #expect(swapped.count == bytes.count)
        try Data(swapped).write(to: URL(filePath: directory.database))
        #expect(await isDamaged { _ = try await SQLiteStoreCare().check(directory: directory.data) })
    }

    @Test(
        "of a log that a killed writer left is found when commits follow it, and a commit that was cut off is none",
        arguments: 1...6)
    func log(seed: UInt64) async throws {
        let (origin, directory) = (try TestDirectory(), try TestDirectory())
        let store = try await origin.open()
        try await fill(store, runs: 8)
        // As a killed writer leaves it.
        try FileManager.default.copyItem(atPath: origin.data, toPath: directory.data)
        let answers = try await everything(of: store)
        await store.close()
        let bytes = try Data(contentsOf: URL(filePath: directory.database + "-wal"))
        let database = try Data(contentsOf: URL(filePath: directory.database))
        let lastCommit = try #require(startOfLastCommit(in: Array(bytes)))
        var random = SeededRandom(state: seed)
        for _ in 0..<5 {
            var damaged = bytes
            let (place, bit) = (Int.random(in: 0..<bytes.count, using: &random), Int.random(in: 0..<8, using: &random))
            damaged[place] ^= 1 << bit
            try leave(database, damaged, in: directory)
            do {
                let opened = try await directory.open()
                let read = try await everything(of: opened)
                await opened.close()
                // The last commit may be gone: whether it was flushed cannot be told.
                #expect(read == answers || place >= lastCommit, "bit \(bit) of byte \(place)")
            } catch StoreError.damaged {
                continue
            }
        }
        try leave(database, bytes.dropLast(100), in: directory)
        let cut = try await directory.open()
        #expect(try await cut.runs(RunFilter()).count >= 7)
        await cut.close()
    }

    private func leave(_ database: Data, _ log: Data, in directory: TestDirectory) throws {
        try? FileManager.default.removeItem(atPath: directory.database + "-shm")
        try database.write(to: URL(filePath: directory.database))
        try log.write(to: URL(filePath: directory.database + "-wal"))
        try Data("1\n".utf8).write(to: URL(filePath: directory.lock))
    }

    private func read(_ directory: TestDirectory) async -> Result<[String], StoreError> {
        do throws(StoreError) {
            let reader = try await SQLiteStore.open(directory: directory.data, mode: .readOnly)
            do throws(StoreError) {
                let answers = try await everything(of: reader)
                await reader.close()
                return .success(answers)
            } catch {
                await reader.close()
                throw error
            }
        } catch {
            return .failure(error)
        }
    }

    private func isDamaged(_ work: () async throws -> Void) async -> Bool {
        do {
            try await work()
            return false
        } catch StoreError.damaged {
            return true
        } catch {
            Issue.record(error)
            return false
        }
    }
}

/// Keeps runs with steps, outputs, actions, planned starts, events and host keys.
private func fillWithEverything(_ store: any RunStore) async throws {
    try await fill(store, runs: 12)
    for number in 0..<4 {
        let id = RunID("run-\(number)")
        let attempt = AttemptKey(run: id, key: StepKey(step: 0, lane: 0), attempt: 1)
        let noise = (0..<6000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ number) }
        try await store.put(OutputBlock(index: 0, bytes: noise), of: attempt)
        try await store.note(RunAction(run: id, kind: .cancelled, by: "kim", at: Instant(microseconds: 5)))
        _ = try await store.note(
            Event(at: Instant(microseconds: 7), level: .info, kind: .started, run: id, Sentence("it began")))
    }
    let slots = (0..<20).map { number in
        Slot(
            id: SlotID("nightly@\(number)"), schedule: "nightly", job: "a.b", day: Day(number: 20_784),
            startsAt: Instant(microseconds: Int64(number) * 60_000_000), origin: Sentence("rule {rule}", ["rule": 1]))
    }
    try await store.plan(
        slots, mark: ScheduleMark(schedule: "nightly", through: Instant(microseconds: 9)), withdrawn: nil)
    try await store.pin(
        PinnedHostKey(
            endpoint: Endpoint(address: "192.0.2.1", port: 22), key: HostKey(type: "ssh-ed25519", base64: "AAAA"),
            pinnedAt: Instant(microseconds: 3), pinnedBy: "kim"))
}

/// All that can be read of a store, as texts.
private func everything(of store: any RunReader) async throws(StoreError) -> [String] {
    var answers: [String] = []
    for run in try await store.runs(RunFilter(limit: 1000)) {
        let found = try await store.run(run.id)
        let plan = try await store.plan(of: run.id)
        let steps = try await store.steps(of: run.id, after: 0)
        answers += ["\(run)", "\(String(describing: found))", "\(plan)", "\(steps)"]
        answers.append("\(try await store.actions(on: run.id))")
        for record in steps.records {
            let attempt = AttemptKey(run: run.id, key: record.key, attempt: record.attempt)
            answers.append("\(try await store.blocks(of: attempt, from: 0, limit: 100))")
        }
    }
    answers.append("\(try await store.runCounts().sorted { $0.key.rawValue < $1.key.rawValue })")
    answers.append("\(try await store.events(after: 0, limit: 100))")
    let slots = try await store.slots(from: Instant(microseconds: 0), through: Instant(microseconds: 1 << 50))
    answers.append("\(slots)")
    for slot in slots { answers.append("\(String(describing: try await store.slot(slot.id)))") }
    answers.append("\(try await store.openSlots(named: "nightly@", limit: 100))")
    answers.append("\(try await store.scheduleMarks())")
    answers.append("\(try await store.pinnedHostKeys())")
    return answers
}

/// Random numbers from a seed, the same on every machine.
private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
    }
}

/// Where the frames of the last commit begin in a write-ahead log (SQLite's file format, section 4.1): after a head of 32 bytes
/// each frame has a head of 24, whose bytes 4 to 7 are zero unless the frame ends a commit, and a page.
private func startOfLastCommit(in log: [UInt8]) -> Int? {
    func number(_ place: Int) -> Int { log[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    let frame = number(8) + 24
    let commits = stride(from: 32, through: log.count - frame, by: frame).filter { number($0 + 4) != 0 }
    return commits.dropLast().last.map { $0 + frame }
}
