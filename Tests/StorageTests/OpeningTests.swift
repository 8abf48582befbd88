// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage
import Testing

@testable import SQLiteStorage

@Suite("Opening a SQLite store")
struct OpeningTests {
    let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    @Test("a store that a newer version wrote is refused, and says which versions")
    func newerVersion() async throws {
        try await directory.open().close()
        try overwrite(99, at: userVersion)
        for mode in [SQLiteStore.Mode.readWrite, .readOnly] {
            await #expect(
                throws: StoreError.newerVersion(path: directory.database, found: 99, known: Schema.migrations.count)
            ) {
                try await directory.open(mode)
            }
        }
    }

    @Test("a database of another program is refused and stays as it is", arguments: [0, 0x4642_4F44])
    func foreignDatabase(applicationID: UInt32) async throws {
        try await directory.open().close()
        try overwrite(applicationID, at: self.applicationID)
        try overwrite(0, at: userVersion)
        let before = try Data(contentsOf: URL(filePath: directory.database))
        for mode in [SQLiteStore.Mode.readWrite, .readOnly] {
            let damage = StoreError.damaged(path: directory.database, detail: "it belongs to another program")
            await #expect(throws: damage) { try await directory.open(mode) }
        }
        #expect(try Data(contentsOf: URL(filePath: directory.database)) == before)
    }

    @Test("a file that is no database is refused and stays as it is")
    func noDatabase() async throws {
        try FileManager.default.createDirectory(atPath: directory.data, withIntermediateDirectories: true)
        let text = Data(String(repeating: "Dear diary, ", count: 1000).utf8)
        try text.write(to: URL(filePath: directory.database))
        try await expectDamage(.readWrite)
        try await expectDamage(.readOnly)
        #expect(try Data(contentsOf: URL(filePath: directory.database)) == text)
    }

    @Test("a store that was cut short or written over is refused", arguments: [0, 1])
    func damagedDatabase(kind: Int) async throws {
        let store = try await directory.open()
        try await fill(store, runs: 50)
        await store.close()
        var bytes = try Data(contentsOf: URL(filePath: directory.database))
        if kind == 0 {
            bytes.removeLast(3 * 4096)
        } else {
            bytes.replaceSubrange(8 * 4096..<9 * 4096, with: Data(repeating: 0x5A, count: 4096))
        }
        try bytes.write(to: URL(filePath: directory.database))
        try await expectDamage(.readWrite)
    }

    @Test("only the owner may read what is kept")
    func modes() async throws {
        let store = try await directory.open()
        try await fill(store, runs: 1)
        #expect(try mode(of: directory.data) == 0o700)
        for file in ["firstline.db", "firstline.db-wal", "firstline.db-shm", "firstline.lock"] {
            #expect(try mode(of: directory.data + "/" + file) == 0o600, "\(file)")
        }
        await store.close()
    }

    @Test("a reader sees what a writer commits, and may not write")
    func reader() async throws {
        let writer = try await directory.open()
        try await fill(writer, runs: 1)
        let reader = try await directory.open(.readOnly)
        #expect(try await reader.runs(RunFilter()).count == 1)
        try await fill(writer, runs: 2, from: 1)
        #expect(try await reader.runs(RunFilter()).count == 3)
        await #expect(throws: StoreError.self) { try await fill(reader, runs: 1, from: 9) }
        await writer.close()
        #expect(try await reader.runs(RunFilter()).count == 3)
        await reader.close()
        // Nobody writes: a reader makes do with what is there.
        let late = try await directory.open(.readOnly)
        #expect(try await late.runs(RunFilter()).count == 3)
        await late.close()
    }

    @Test("a reader of what is not there is told so, and makes nothing")
    func nothingToRead() async throws {
        await #expect(throws: StoreError.self) { try await directory.open(.readOnly) }
        #expect(!FileManager.default.fileExists(atPath: directory.data))
    }

    @Test("a closed store takes nothing and gives nothing, and closing again is harmless")
    func closed() async throws {
        let store = try await directory.open()
        await store.close()
        await store.close()
        await #expect(throws: StoreError.unusable(path: directory.data, detail: "it was closed")) {
            try await fill(store, runs: 1)
        }
        await #expect(throws: StoreError.self) { try await store.runs(RunFilter()) }
        try await directory.open().close()
    }

    @Test("a store that nobody closes lets its lock go, and loses nothing")
    func neverClosed() async throws {
        for number in 0..<20 { try await fill(try await openWhenFree(), runs: 1, from: number) }
        let store = try await openWhenFree()
        #expect(try await store.runs(RunFilter()).count == 20)
        await store.close()
    }

    /// A store's connections go on their own threads, a moment after its last user.
    private func openWhenFree() async throws -> SQLiteStore {
        while true {
            do {
                return try await directory.open()
            } catch StoreError.inUse {
                await Task.yield()
            }
        }
    }

    // Where SQLite keeps these numbers in a database's first page.
    private let userVersion = 60
    private let applicationID = 68

    private func overwrite(_ number: UInt32, at place: Int) throws {
        var bytes = try Data(contentsOf: URL(filePath: directory.database))
        withUnsafeBytes(of: number.bigEndian) { bytes.replaceSubrange(place..<place + 4, with: $0) }
        bytes.withUnsafeMutableBytes {
            PageChecksum.write(into: .init(rebasing: $0.prefix(PageChecksum.pageSize)), number: 1)
        }
        try bytes.write(to: URL(filePath: directory.database))
    }

    private func expectDamage(_ mode: SQLiteStore.Mode) async throws {
        let failure = await #expect(throws: StoreError.self) { try await directory.open(mode) }
        guard case .damaged(directory.database, _) = failure else {
            Issue.record("not refused as damaged: \(String(describing: failure))")
            return
        }
    }

    private func mode(of path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }
}
