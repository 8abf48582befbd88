// SPDX-License-Identifier: Apache-2.0

import Model
import Synchronization
import TaskKit
import Testing

/// Lets tasks through while it is open.
actor Gate {
    private(set) var begun = 0
    /// How many were in it at a time, at most.
    private(set) var most = 0
    private var inside = 0
    private(set) var isOpen: Bool
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(isOpen: Bool = false) { self.isOpen = isOpen }

    func pass() async {
        begun += 1
        inside += 1
        most = max(most, inside)
        defer { inside -= 1 }
        // Somebody else may come in meanwhile, if anything lets them.
        guard !isOpen else { return await Task.yield() }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for one in waiting { one.resume() }
        waiting = []
    }

    func close() { isOpen = false }
}

/// A task that passes a gate.
struct GateTask: TaskType {
    let gate: Gate
    let name: TaskTypeName = "Gate"
    let summary = Localized([.english: "Waits at a gate."])
    let parameters: [ParameterSpec] = []
    let example = ""

    func decode(_ values: ParameterValues) throws(ParameterError) {}

    func run(_ parameters: Void, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        await gate.pass()
        return .succeeded(Report())
    }
}

/// A wall clock that a test sets.
final class Time: Sendable {
    private let instant = Mutex(Instant(microseconds: 1_000_000_000_000))

    var now: Instant { instant.withLock { $0 } }

    func set(_ instant: Instant) { self.instant.withLock { $0 = instant } }
}

/// Waits until something holds, and says so if it never does.
///
/// It looks again and again: what engines keep can be asked for, and calls nobody.
func until(_ holds: () async throws -> Bool) async throws {
    for _ in 0..<120_000 {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("it did not come to that within two minutes")
}
