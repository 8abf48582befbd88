// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SQLiteStorage
import Storage
import StorageTesting
import Synchronization
import Testing

@Suite("A store that fails for a while")
struct PatienceTests {
    private let event = Event(
        at: Instant(microseconds: 1), level: .info, kind: .forgotten, Sentence(verbatim: "old records"))

    /// A call that failed may have been carried out.
    ///
    /// In these promises two callers keep the very same run or event; who of them did
    /// it cannot be known then. In the product no two have the same id or time.
    private static let promises = StoreChecks.promises.filter { promise in
        ![
            "an event that may happen once only is kept once",
            "the start of a run that goes on is not forgotten, nor what is told of either once only",
            "callers at once: one of them gets an id, the others are told that it is taken",
        ].contains(promise.testDescription)
    }

    @Test(
        "keeps every promise of the contract for those who wait, whatever became of the calls that failed",
        arguments: promises)
    func promise(_ promise: StorePromise) async throws {
        let checks = StoreChecks("patient") {
            let shaky = ShakyStore(.failing(path: "the store", detail: "its disk failed")) { call in
                switch (call &* 2_654_435_761) >> 16 % 4 {
                case 1: .failsBefore
                case 3: .failsAfter
                default: .works
                }
            }
            return StoreUnderTest(PatientStore(shaky, limit: .seconds(60), sleep: { _ in }))
        }
        try await checks.check(promise)
    }

    @Test("is tried again after pauses that double, and given up after the limit; that is told once")
    func bound() async {
        let pauses = Mutex<[Duration]>([])
        let turns = Mutex<[Outage.Turn]>([])
        let outage = Outage { turn in turns.withLock { $0.append(turn) } }
        let failure = StoreError.failing(path: "/data", detail: "its disk failed")
        let broken = ShakyStore(failure) { $0 == 1 ? .works : .failsBefore }
        let store = PatientStore(
            broken, limit: .seconds(60), sleep: { pause in pauses.withLock { $0.append(pause) } }, outage: outage)
        // While it works nothing is waited for.
        await #expect(throws: Never.self) { try await store.note(event) }
        #expect(pauses.withLock { $0 } == [])
        await #expect(throws: failure) { try await store.note(event) }
        let milliseconds = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000, 8000]
        #expect(pauses.withLock { $0 } == milliseconds.map { .milliseconds($0) })
        #expect(turns.withLock { $0 } == [.began(failure, limit: .seconds(60))])
        #expect(await outage.failure == failure)
    }

    @Test("and is damaged is not waited for")
    func damaged() async {
        let failure = StoreError.damaged(path: "/data", detail: "a page does not have its checksum")
        let pauses = Mutex(0)
        let store = PatientStore(
            ShakyStore(failure) { _ in .failsBefore }, limit: .seconds(60), sleep: { _ in pauses.withLock { $0 += 1 } })
        await #expect(throws: failure) { try await store.note(event) }
        #expect(pauses.withLock { $0 } == 0)
    }

    @Test("and refuses what is asked works again")
    func refusal() async {
        let turns = Mutex<[Outage.Turn]>([])
        let failure = StoreError.failing(path: "/data", detail: "its disk failed")
        let store = PatientStore(
            ShakyStore(failure) { $0 == 1 ? .failsBefore : .works }, limit: .seconds(60), sleep: { _ in },
            outage: Outage { turn in turns.withLock { $0.append(turn) } })
        let none = RunID("20260101-000000-aaaaaa")
        await #expect(throws: StoreError.notFound(none)) { try await store.plan(of: none) }
        #expect(turns.withLock { $0 } == [.began(failure, limit: .seconds(60)), .ended(failure)])
    }

    @Test("and was given up by a caller works again when the next one has an answer at once")
    func givenUp() async {
        let turns = Mutex<[Outage.Turn]>([])
        let failure = StoreError.failing(path: "/data", detail: "its disk failed")
        let store = PatientStore(
            ShakyStore(failure) { $0 <= 2 ? .failsBefore : .works }, limit: .milliseconds(1), sleep: { _ in },
            outage: Outage { turn in turns.withLock { $0.append(turn) } })
        await #expect(throws: failure) { try await store.note(event) }
        await #expect(throws: Never.self) { try await store.note(event) }
        #expect(turns.withLock { $0 } == [.began(failure, limit: .milliseconds(1)), .ended(failure)])
    }

    @Test("because another program locks it goes on when the lock is gone, and that is told")
    func locked() async throws {
        let directory = try TestDirectory()
        let store = try await directory.open()
        let other = try OtherProgram(locking: directory.database)
        let turns = Mutex<[Outage.Turn]>([])
        let patient = PatientStore(
            store, limit: .seconds(60), sleep: { _ in other.end() },
            recover: { () async throws(StoreError) in try await store.recover() },
            outage: Outage { turn in turns.withLock { $0.append(turn) } })
        #expect(try await patient.note(event))
        #expect(try await store.events(after: 0, limit: 9).events == [event])
        let failure = StoreError.failing(
            path: directory.database, detail: "another program has locked it; end that program and try again")
        #expect(turns.withLock { $0 } == [.began(failure, limit: .seconds(60)), .ended(failure)])
        await store.close()
    }
}

/// A program that has a database's lock, and keeps it until it is ended.
private final class OtherProgram: Sendable {
    private let input: FileHandle
    private let process: Process

    init(locking database: String) throws {
        let script = """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1], isolation_level=None)
            database.execute("BEGIN IMMEDIATE")
            print("locked", flush=True)
            sys.stdin.read()
            """
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script, database]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        (self.process, self.input) = (process, input.fileHandleForWriting)
        #expect(try output.fileHandleForReading.read(upToCount: 7) == Data("locked\n".utf8))
    }

    deinit { end() }

    func end() {
        try? input.close()
        process.waitUntilExit()
    }
}
