// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import SQLiteStorage
import Storage
import Testing

/// The other process is this test program again: Swift Testing starts it for each exit test.
@Suite("A SQLite store and other processes")
struct OtherProcessTests {
    let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    @Test("a second process may not write, and is told which one does; it may read")
    func secondWriter() async throws {
        let store = try await directory.open()
        try await fill(store, runs: 3)
        await #expect(processExitsWith: .success) { [data = directory.data as String, pid = getpid() as Int32] in
            let failure = await #expect(throws: StoreError.self) {
                try await SQLiteStore.open(directory: data, mode: .readWrite)
            }
            #expect(failure == .inUse(path: data, pid: pid))
            #expect(failure.map { "\($0)".contains("process \(pid)") } == true)
            let reader = try await SQLiteStore.open(directory: data, mode: .readOnly)
            #expect(try await reader.runs(RunFilter()).count == 3)
        }
        try await fill(store, runs: 1, from: 3)
        await store.close()
        await #expect(processExitsWith: .success) { [data = directory.data as String] in
            let store = try await SQLiteStore.open(directory: data, mode: .readWrite)
            try await fill(store, runs: 1, from: 4)
            await store.close()
        }
    }

    @Test("after kill -9 everything that was acknowledged is there, and nothing is damaged", arguments: 1...5)
    func killed(round: Int) async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String, round = round as Int] in
            try await writeUntilKilled(in: path, after: .milliseconds(100 + 37 * round))
        }
        let acknowledged = try String(contentsOfFile: directory.path + "/acknowledged", encoding: .utf8)
            .split(separator: "\n").map { Int($0) ?? -1 }
        #expect(!acknowledged.isEmpty)
        #expect(try String(contentsOfFile: directory.lock, encoding: .utf8).isEmpty == false)
        let reader = try await directory.open(.readOnly)
        let seen = try await reader.steps(of: "run-0", after: 0)
        await reader.close()
        // Opening looks through the whole file after a kill.
        let store = try await directory.open()
        let page = try await store.steps(of: "run-0", after: 0)
        #expect(page == seen)
        #expect(Set(page.records.map(\.key.step)).isSuperset(of: acknowledged))
        try await fill(store, runs: 1, from: 1)
        await store.close()
        #expect(try String(contentsOfFile: directory.lock, encoding: .utf8).isEmpty)
    }
}

/// Records steps from many tasks, notes each in a file once it was acknowledged, and dies in the middle.
private func writeUntilKilled(in path: String, after time: Duration) async throws {
    let store = try await SQLiteStore.open(directory: path + "/data", mode: .readWrite)
    try await store.create(madeUpRun("run-0"), plan: madeUpPlan)
    try Data().write(to: URL(filePath: path + "/acknowledged"))
    let notes = try FileHandle(forWritingTo: URL(filePath: path + "/acknowledged"))
    await withThrowingTaskGroup { group in
        for task in 0..<20 {
            group.addTask {
                for step in stride(from: task, to: 1_000_000, by: 20) {
                    try await store.record(
                        [StepRecord(key: StepKey(step: step, lane: 0), state: .running)], of: "run-0", now: nil)
                    notes.write(Data("\(step)\n".utf8))
                }
            }
        }
        group.addTask {
            try await Task.sleep(for: time)
            kill(getpid(), SIGKILL)
        }
    }
}
