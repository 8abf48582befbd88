// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Model
import SQLiteStorage
import Storage
import TestSupport
import Testing

@Suite("A SQLite store and its disk")
struct DiskTests {
    @Test(
        "a full disk refuses changes and keeps nothing of them; when space returns, all goes on",
        .enabled(if: SmallDisk.isAllowed, "this process may not mount a tmpfs"))
    func fullDisk() async throws {
        let disk = try #require(try SmallDisk())
        try disk.takeSpace(1 << 20)
        let data = disk.path + "/data"
        let store = try await SQLiteStore.open(directory: data, mode: .readWrite)
        try await fill(store, runs: 3)
        let kept = try await putUntilFull(store, data)
        try await expectKept(kept, in: store)
        #expect(try await store.steps(of: "run-0", after: 0).records.count == 20)

        try disk.giveSpaceBack()
        try await store.put(block(kept), of: attempt)
        try await fill(store, runs: 1, from: 3)
        await store.close()
        let again = try await SQLiteStore.open(directory: data, mode: .readWrite)
        try await expectKept(kept + 1, in: again)
        #expect(try await again.runs(RunFilter()).count == 4)
        await again.close()
    }

    @Test(
        "an output waits for a full disk and is whole; where nobody waits any more, its rest counts as cut",
        .enabled(if: SmallDisk.isAllowed, "this process may not mount a tmpfs"), arguments: [true, false])
    func outputOnFullDisk(isWaitedFor: Bool) async throws {
        let disk = try #require(try SmallDisk())
        let store = try await SQLiteStore.open(directory: disk.path + "/data", mode: .readWrite)
        try await store.create(madeUpRun("run-0"), plan: madeUpPlan)
        let limits = OutputLimits(head: 1 << 20, tail: 1 << 20, block: 65_536)
        let writer = OutputWriter(for: attempt, in: store, limits: limits) { refusedBefore in
            guard isWaitedFor else { return false }
            if refusedBefore == 2 { #expect(throws: Never.self) { try disk.giveSpaceBack() } }
            return true
        }
        try disk.fill()
        let written = 400_000
        for second in 0..<4 {
            let noise = (0..<written / 4).map { _ in UInt8.random(in: 0...255) }
            try? await writer.write(noise, stream: 1, now: Instant(microseconds: Int64(second) * 1_000_000))
        }
        await writer.finish()
        let size = await writer.size
        #expect(size.written == written && (size.cut == 0) == isWaitedFor, "\(size)")
        await store.close()
    }

    @Test(
        "on a nearly full disk a large change does not take small ones with it",
        .enabled(if: SmallDisk.isAllowed, "this process may not mount a tmpfs"))
    func nearlyFullDisk() async throws {
        let disk = try #require(try SmallDisk())
        let store = try await SQLiteStore.open(directory: disk.path + "/data", mode: .readWrite)
        try await fill(store, runs: 1)
        let refused = await withTaskGroup { group in
            for lane in 0..<20 {
                group.addTask { await isRefused(store, lane: 100 + lane, blockSize: lane % 10 == 5 ? 2 << 20 : 0) }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 2)
        #expect(try await store.steps(of: "run-0", after: 0).records.count == 40)
        await store.close()
    }

    @Test("after an I/O error nothing more is taken until the store is opened again; what was acknowledged is there")
    func inputOutputError() async throws {
        let directory = try TestDirectory()
        await #expect(processExitsWith: .success) { [path = directory.path as String] in
            try await recordUntilWritesFail(in: path)
        }
        let acknowledged = try String(contentsOfFile: directory.path + "/acknowledged", encoding: .utf8)
        let store = try await directory.open()
        let count = try await store.steps(of: "run-0", after: 0).records.count
        // A commit that failed may have reached the disk as a whole; it was never acknowledged.
        #expect(count >= Int(acknowledged) ?? .max)
        try await fill(store, runs: 1, from: 1)
        await store.close()
    }

    private let attempt = AttemptKey(run: "run-0", key: StepKey(step: 0, lane: 0), attempt: 1)

    /// A block that cannot be made smaller.
    private func block(_ index: Int) -> OutputBlock {
        OutputBlock(index: index, bytes: noise.map { $0 &+ UInt8(index) })
    }

    /// Puts blocks until the store refuses one, and returns how many it took.
    private func putUntilFull(_ store: SQLiteStore, _ data: String) async throws -> Int {
        for index in 0..<100 {
            do throws(StoreError) {
                try await store.put(block(index), of: attempt)
            } catch {
                #expect(error == .full(path: data))
                return index
            }
        }
        Issue.record("the disk never became full")
        return 0
    }

    private func expectKept(_ count: Int, in store: SQLiteStore) async throws {
        let blocks = try await store.blocks(of: attempt, from: 0, limit: 1000)
        #expect(blocks.count == count)
        #expect(blocks == (0..<count).map { block($0) })
    }
}

/// Bytes that cannot be made smaller, not even when they are repeated: zlib does not look back so far.
private let noise = (0..<40_000).map { _ in UInt8.random(in: 0...255) }

/// Records one step and puts one block; whether the block was refused because the disk is full.
private func isRefused(_ store: SQLiteStore, lane: Int, blockSize: Int) async -> Bool {
    let key = StepKey(step: 1, lane: lane)
    do throws(StoreError) {
        try await store.record([StepRecord(key: key, state: .running)], of: "run-0", now: nil)
        var bytes = noise
        while bytes.count < blockSize { bytes += noise }
        try await store.put(OutputBlock(index: 0, bytes: bytes), of: AttemptKey(run: "run-0", key: key, attempt: 1))
        return false
    } catch {
        if case .full = error { return true }
        Issue.record(error)
        return false
    }
}

/// Lets every write beyond a limit fail, and notes how many steps were acknowledged until then.
private func recordUntilWritesFail(in path: String) async throws {
    let store = try await SQLiteStore.open(directory: path + "/data", mode: .readWrite)
    try await store.create(madeUpRun("run-0"), plan: madeUpPlan)
    signal(SIGXFSZ, SIG_IGN)
    setFileSizeLimit(300_000)
    let (acknowledged, failures) = await recordFromManyTasks(store)
    setFileSizeLimit(.max)
    let reason = try #require(failures.first)
    #expect(failures.allSatisfy { $0 == reason })
    guard case .failing = reason else {
        Issue.record("not failing: \(reason)")
        return
    }
    // Writing would work again, but what is in the system's cache cannot be trusted any more.
    await #expect(throws: reason) { try await store.unpin(Endpoint(address: "a", port: 22)) }
    #expect(try await store.steps(of: "run-0", after: 0).records.count == acknowledged)
    // While it still fails, a file that is there is not opened for good.
    setFileSizeLimit(10)
    await #expect(throws: StoreError.self) { try await store.recover() }
    #expect(try await store.run("run-0") != nil)
    setFileSizeLimit(.max)
    try await store.recover()
    let records = try await store.steps(of: "run-0", after: 0).records.count
    #expect(records >= acknowledged)
    try await store.record([StepRecord(key: StepKey(step: 0, lane: 99), state: .running)], of: "run-0", now: nil)
    #expect(try await store.steps(of: "run-0", after: 0).records.count == records + 1)
    await store.close()
    try Data("\(acknowledged)".utf8).write(to: URL(filePath: path + "/acknowledged"))
}

/// Records steps from many tasks until each is refused; returns how many were acknowledged, and why the others were not.
private func recordFromManyTasks(_ store: SQLiteStore) async -> (acknowledged: Int, failures: [StoreError]) {
    await withTaskGroup(of: (Int, StoreError).self) { group in
        for lane in 0..<20 {
            group.addTask {
                var acknowledged = 0
                while true {
                    do throws(StoreError) {
                        let key = StepKey(step: acknowledged, lane: lane)
                        try await store.record([StepRecord(key: key, state: .running)], of: "run-0", now: nil)
                        acknowledged += 1
                    } catch {
                        return (acknowledged, error)
                    }
                }
            }
        }
        return await group.reduce(into: (0, [])) { result, answer in
            result.0 += answer.0
            result.1.append(answer.1)
        }
    }
}

private func setFileSizeLimit(_ bytes: UInt) {
    var limits = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits)
    limits.rlim_cur = min(bytes, limits.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits)
}
