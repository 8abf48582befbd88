// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Storage
import Testing

@testable import SQLiteStorage

@Suite("Parts of the SQLite store")
struct SQLitePartsTests {
    @Test("a store of the first format is brought up to date, and what it keeps is there")
    func firstFormat() async throws {
        let directory = try TestDirectory()
        try write(
            directory, format: 1,
            """
            INSERT INTO run VALUES (1, 'r1', 'a.b', 'digest', 3, 'kim', 5, NULL, NULL, '', NULL, 0);
            INSERT INTO run VALUES (2, 'r2', 'a.b', 'digest', 2, 'kim', 4, NULL, NULL, '', NULL, 0)
            """)
        let detail = "it has the older format 1; start a run once to bring it to format \(Schema.migrations.count)"
        await #expect(throws: StoreError.unusable(path: directory.database, detail: detail)) {
            try await directory.open(.readOnly)
        }
        let store = try await directory.open(.readWrite)
        #expect(try await store.run("r1")?.state == .succeeded)
        #expect(try await store.runCounts() == [.succeeded: 1, .running: 1])
        // The order in which they came, whatever the clock said.
        #expect(try await store.runs(RunFilter()).map(\.arrival) == [2, 1])
        #expect(try await store.slots(from: Instant(microseconds: 0), through: Instant(microseconds: 9)).isEmpty)
        await store.close()
    }

    @Test("a store of a format without checksums has them once it was opened, and nothing is left of the work")
    func addedChecksums() async throws {
        let directory = try TestDirectory()
        let runs = (1...500).map { number in
            "INSERT INTO run VALUES (\(number), 'r\(number)', 'a.b', 'd', 3, 'kim', 1, NULL, NULL, '', NULL, 0, NULL)"
        }
        try write(directory, format: 4, runs.joined(separator: ";"))
        // What an earlier attempt left that was killed.
        try Data(repeating: 7, count: 9000).write(to: URL(filePath: directory.database + ".part"))
        #expect(try pagesWithChecksum(of: directory.database) == 0)
        let store = try await directory.open(.readWrite)
        #expect(try await store.runs(RunFilter(limit: 1000)).count == 500)
        await store.close()
        let pages = try Data(contentsOf: URL(filePath: directory.database)).count / PageChecksum.pageSize
        #expect(try pagesWithChecksum(of: directory.database) == pages)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.data).sorted()
        #expect(files == ["firstline.db", "firstline.lock"])
    }

    private func pagesWithChecksum(of file: String) throws -> Int {
        let size = PageChecksum.pageSize
        return try Data(contentsOf: URL(filePath: file)).withUnsafeBytes { bytes in
            (0..<bytes.count / size).filter { page in
                PageChecksum.matches(
                    UnsafeRawBufferPointer(rebasing: bytes[page * size..<(page + 1) * size]), number: Int64(page + 1))
            }.count
        }
    }

    @Test(
        "a row with a value that no version writes is told with its table and key, by readers and by store check",
        arguments: [
            ("run", "createdAt = 9223372036854775807", "the row with id \"r1\" of table run", "createdAt"),
            ("run", "state = 99", "the row with id \"r1\" of table run", "state"),
            ("step", "step = -7", "the row with step -7, lane 0, attempt 1 of table step", "step"),
            (
                "step", "lane = 9223372036854775807",
                "the row with step 0, lane 9223372036854775807, attempt 1 of table step", "lane"
            ),
            (
                "step", "endedAt = -9223372036854775808", "the row with step 0, lane 0, attempt 1 of table step",
                "endedAt"
            ),
            ("step", "written = -1", "the row with step 0, lane 0, attempt 1 of table step", "written"),
            ("step", "details = '{'", "the row with step 0, lane 0, attempt 1 of table step", "details"),
            ("action", "at = 9223372036854775807", "the row with number 1 of table action", "at"),
            ("action", "kind = 'sung'", "the row with number 1 of table action", "kind"),
            ("block", "length = -3", "the row with place 0 of table block", "length"),
        ])
    func strangeRows(table: String, change: String, row: String, column: String) async throws {
        let directory = try TestDirectory()
        let store = try await directory.open()
        try await store.create(
            madeUpRun("r1"), plan: madeUpPlan,
            actions: [RunAction(run: "r1", kind: .started, by: "kim", at: .init(microseconds: 1))])
        try await store.record([StepRecord(key: StepKey(step: 0, lane: 0), state: .succeeded)], of: "r1", now: nil)
        let attempt = AttemptKey(run: "r1", key: StepKey(step: 0, lane: 0), attempt: 1)
        try await store.put(OutputBlock(index: 0, bytes: [1, 2, 3]), of: attempt)
        try await store.write(SQL(text: "UPDATE \(table) SET \(change)"))
        await store.close()

        let detail = "\(row) has no valid value in column \(column)"
        let damage = StoreError.damaged(path: directory.database, detail: detail)
        let reader = try await directory.open(.readOnly)
        await #expect(throws: damage) {
            _ = try await reader.run("r1")
            _ = try await reader.steps(of: "r1", after: 0)
            _ = try await reader.actions(on: "r1")
            _ = try await reader.blocks(of: attempt, from: 0, limit: 9)
        }
        await reader.close()
        await #expect(throws: StoreError.self) { _ = try await SQLiteStoreCare().check(directory: directory.data) }
    }

    /// A statement that no version of the product executes.
    private struct SQL: Change {
        let text: String
        let size = 0

        func apply(to database: Database) throws { try database.execute(sql: text) }
    }

    @Test("a copy of an older format is whole, and is restored; whoever opens it brings it up to date")
    func olderCopy() async throws {
        let (old, new) = (try TestDirectory(), try TestDirectory())
        try write(
            old, format: 3,
            "INSERT INTO run VALUES (1, 'r1', 'a.b', 'digest', 3, 'kim', 5, NULL, NULL, '', NULL, 0, NULL)")
        let care = SQLiteStoreCare()
        #expect(try await care.check(directory: old.data).format == 3)
        let copy = old.path + "/copy.db"
        #expect(try await care.backUp(directory: old.data, to: copy).runs == 1)
        #expect(try await care.restore(directory: new.data, from: copy).condition.format == 3)
        let store = try await new.open(.readWrite)
        #expect(try await store.run("r1")?.state == .succeeded)
        await store.close()
    }

    @Test("what is no copy of a store, or no whole one, is not restored, and named")
    func noCopy() async throws {
        let directory = try TestDirectory()
        let care = SQLiteStoreCare()
        for (name, text) in [("empty.db", ""), ("text.db", String(repeating: "no database ", count: 500))] {
            let file = directory.path + "/" + name
            try Data(text.utf8).write(to: URL(filePath: file))
            let error = await #expect(throws: StoreError.self) {
                _ = try await care.restore(directory: directory.data, from: file)
            }
            #expect(
                error?.description.hasPrefix("\(file) cannot be used: it is no") == true, "\(String(describing: error))"
            )
        }
        #expect(!care.exists(directory: directory.data))
    }

    @Test("planned starts of the second format are there in the third, as they were")
    func secondFormat() async throws {
        let directory = try TestDirectory()
        let planned = Slot(
            id: "nightly@20261127T160000Z", schedule: "nightly", job: "a.b", day: Day(number: 20_784),
            startsAt: Instant(microseconds: 1_795_795_200_000_000),
            origin: Sentence(verbatim: "rule 1: 'every' day, 매일"))
        var held = planned
        (held.state, held.reason) = (.held, Sentence(verbatim: "held by kim"))
        let slots = [planned, Slot(held, named: "b"), Slot(planned, named: "c", run: "r1")]
        let rows = try slots.map { slot in
            var details = String(decoding: try JSONEncoder().encode(slot), as: UTF8.self)
            // The second format had a reason in every row.
            if slot.reason == nil { details.replace(#"{"#, with: #"{"reason":"","#, maxReplacements: 1) }
            let values = [
                slot.id.rawValue, "nightly", "\(slot.startsAt.microseconds)", slot.state.rawValue, "0", details,
            ]
            return "INSERT INTO slot VALUES ("
                + values.map { "'\($0.replacing("'", with: "''"))'" }.joined(separator: ", ")
                + ")"
        }
        try write(directory, format: 2, rows.joined(separator: ";"))
        let store = try await directory.open(.readWrite)
        for slot in slots { #expect(try await store.slot(slot.id) == slot) }
        #expect(try await store.dueSlots(at: planned.startsAt, held: true, limit: 9).map(\.id) == ["b", planned.id])
        // What a person did stays when the schedule is planned anew.
        try await store.unplan("nightly", after: Instant(microseconds: 0))
        #expect(try await store.slot(planned.id) == nil)
        #expect(try await store.slot("b")?.state == .held)
        await store.close()
    }

    @Test("origins, reasons and events that older versions kept as plain text are there as they were")
    func plainTexts() async throws {
        let directory = try TestDirectory()
        let event = #"{"at":5,"level":"warning","kind":"start-skipped","text":"the start of x is not run: missed"}"#
        try write(
            directory, format: 5,
            """
            INSERT INTO slot (id, schedule, job, day, startsAt, isTouched, origin, state, reason, run, agreed, work) VALUES
              ('a', 's', 'a.b', 20000, 5, 1, 'rule 1: every day, at 0:00', 'held', 'held by kim: {why}', NULL, 'lee', NULL),
              ('b', 's', 'a.b', 20000, 6, 0, 'rule 1: every day, at 0:00', 'planned', '', NULL, NULL, NULL);
            INSERT INTO event (at, onceKey, details) VALUES (5, NULL, '\(event)');
            INSERT INTO run (number, id, job, planDigest, state, operator, createdAt, origin, position, arrival)
              VALUES (1, 'r1', 'a.b', 'd', 3, 'kim', 5, 'group=web', 0, 1);
            INSERT INTO action VALUES (1, 1, 'agreed', 'kim', 5, NULL, 'CHG-7 (the freeze ''f'' lasts until 5:00)')
            """)
        let store = try await directory.open(.readWrite)
        let held = try #require(try await store.slot("a"))
        #expect(held.origin == Sentence(verbatim: "rule 1: every day, at 0:00"))
        #expect(held.reason == Sentence(verbatim: "held by kim: {why}") && held.agreed == Sentence(verbatim: "lee"))
        #expect(try await store.slot("b")?.reason == nil)
        #expect(try await store.run("r1")?.origin == Sentence(verbatim: "group=web"))
        let actions = try await store.actions(on: "r1")
        #expect(actions.map(\.reason) == [Sentence(verbatim: "CHG-7 (the freeze 'f' lasts until 5:00)")])
        let events = try await store.events(after: 0, limit: 9).events
        #expect(events.map(\.text) == [Sentence(verbatim: "the start of x is not run: missed")])
        // One that is changed by this version is found by what was agreed to then.
        var released = held
        (released.state, released.reason) = (.planned, Sentence("released by {person}", ["person": "kim"]))
        try await store.change(released, from: held)
        #expect(try await store.slot("a") == released)
        await store.close()
    }

    /// A store of an older format, written by Python's SQLite as that version would have.
    private func write(_ directory: TestDirectory, format: Int, _ rows: String) throws {
        try FileManager.default.createDirectory(atPath: directory.data, withIntermediateDirectories: true)
        let script = """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1])
            database.executescript("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = \(Schema.applicationID);"
                + "PRAGMA user_version = \(format);" + sys.stdin.read())
            database.commit()
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script, directory.database]
        let input = Pipe()
        process.standardInput = input
        try process.run()
        let text = Schema.migrations.prefix(format).joined(separator: "\n") + "\n" + rows + ";"
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("network file systems are known by the kernel's table of mounts")
    func networkFileSystems() {
        let mounts = """
            22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            40 22 0:45 / /home rw,relatime shared:7 master:3 - nfs4 server:/home rw,vers=4.2
            41 22 0:46 / /mnt/x\\040y rw - fuse.sshfs kim@web1: rw
            """
        #expect(NetworkFileSystem.type(ofDevice: 254 << 8, in: mounts) == "ext4")
        #expect(NetworkFileSystem.type(ofDevice: 45, in: mounts) == "nfs4")
        #expect(NetworkFileSystem.type(ofDevice: 46, in: mounts) == "fuse.sshfs")
        #expect(NetworkFileSystem.type(ofDevice: 47, in: mounts) == nil)
        let refused = ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuseblk", "9p"]
        #expect(refused.allSatisfy(NetworkFileSystem.isRefused))
        #expect(!["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay"].contains(where: NetworkFileSystem.isRefused))
    }

    @Test("every state and level has a code of its own that never changes")
    func codes() {
        #expect(StepState.byCode.map(\.code) == Array(StepState.allCases.indices))
        #expect(RunState.byCode.map(\.code) == Array(RunState.allCases.indices))
        #expect(Level.byCode.map(\.code) == Array(Level.allCases.indices))
        #expect(
            (StepState.running.code, StepState.unknown.code, RunState.unknown.code, Level.error.code) == (3, 8, 6, 4))
    }

    @Test("compressed bytes that were altered are not taken for good")
    func damagedCompression() throws {
        let text = Array("every line of this text is much like the line before\n".utf8)
        let whole = CompressedBytes(Array(repeatElement(text, count: 20).joined()), level: 1)
        #expect(try whole.bytes().count == 20 * text.count)
        for place in whole.data.indices.dropFirst(2) {
            var data = whole.data
            data[place] ^= 0x10
            // A bit that only fills up a byte may change without harm.
            let read = try? CompressedBytes(length: whole.length, data: data).bytes()
            #expect(try read == nil || read == whole.bytes())
        }
        for length in [-1, 0, whole.length - 1, whole.length + 1, .max] {
            #expect(throws: DamagedBytes.self) { try CompressedBytes(length: length, data: whole.data).bytes() }
        }
    }

    @Test("the log is folded back when it has grown long, and not again before it has grown as much")
    func gauge() {
        var gauge = LogGauge(threshold: 100)
        let lengths = [0, 50, 100, 101, 102, 200, 201, 202, 301, 302, 100, 101]
        let due = lengths.filter { gauge.isDue(length: $0) }
        #expect(due == [101, 201, 301, 101])
    }

    @Test("the log stays short while much is written, also after a reader held it for a while")
    func shortLog() async throws {
        let directory = try TestDirectory()
        let store = try await directory.open()
        try await fill(store, runs: 1)
        let held = AsyncStream<Void>.makeStream()
        let release = AsyncStream<Void>.makeStream()
        async let reading: Int = store.readers.read { _ in
            held.continuation.finish()
            let waiter = DispatchSemaphore(value: 0)
            Task {
                for await _ in release.stream {}
                waiter.signal()
            }
            waiter.wait()
            return 1
        }
        for await _ in held.stream {}
        try await put(64, 0, in: store)
        let heldLength = StoreFiles.size(of: directory.database + "-wal")
        #expect(heldLength > 14 << 20)
        release.continuation.finish()
        _ = try await reading
        for round in 1..<4 {
            try await put(20, UInt8(round), in: store)
            #expect(StoreFiles.size(of: directory.database + "-wal") < heldLength + 8 << 20)
        }
        #expect(StoreFiles.size(of: directory.database + "-wal") < 10 << 20)
        await store.close()
        #expect(StoreFiles.size(of: directory.database + "-wal") == 0)
    }

    /// Puts blocks that differ from those of another round: SQLite does not write what is there already.
    private func put(_ count: Int, _ round: UInt8, in store: SQLiteStore) async throws {
        let attempt = AttemptKey(run: "run-0", key: StepKey(step: 0, lane: 0), attempt: 1)
        let bytes = noise.map { $0 &+ round }
        for index in 0..<count { try await store.put(OutputBlock(index: index, bytes: bytes), of: attempt) }
    }
}

private let noise = (0..<(256 << 10)).map { _ in UInt8.random(in: 0...255) }

extension Slot {
    /// The same under another name; with a run it is started.
    fileprivate init(_ other: Slot, named id: SlotID, run: RunID? = nil) {
        self.init(
            id: id, schedule: other.schedule, job: other.job, day: other.day, startsAt: other.startsAt,
            origin: other.origin, state: run == nil ? other.state : .started, reason: other.reason, run: run)
    }
}
