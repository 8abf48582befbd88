// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model

/// Runs all of a program's tasks on one thread, in an order that a seed decides, in a time of its own.
///
/// Swift's concurrency hands every job that is ready to a hook. Here they wait in a list, from which the dice take one after
/// another; when none is left, the clock jumps to the next sleeper. So every interleaving of tasks is possible, none depends on
/// the machine, and a seed gives the same one again.
///
/// `@unchecked Sendable` because the scheduler runs everything on the one thread that calls `Scheduler.run`.
final class Scheduler: @unchecked Sendable {
    // Everything happens on the thread that calls `run`.
    nonisolated(unsafe) static var current: Scheduler?

    private(set) var now: Int64 = 1_790_000_000_000_000
    var dice: Dice
    private var jobs: [UnownedJob] = []
    private var sleepers: [(at: Int64, id: Int, wake: CheckedContinuation<Void, Never>)] = []
    private var nextID = 0
    private let executor = SimulatedExecutor()

    init(seed: UInt64) { dice = Dice(seed: seed) }

    /// Does the work, and everything it starts, until it returns; nil when it waits for something that never comes.
    func run<Answer: Sendable>(_ work: @escaping @Sendable () async -> Answer) -> Answer? {
        Scheduler.current = self
        Scheduler.install()
        nonisolated(unsafe) var answer: Answer?
        Task { answer = await work() }
        while answer == nil, step() {}
        // What is left over belongs to controllers that are dead: it may come to its end, or wait for ever.
        for _ in 0..<100_000 where !jobs.isEmpty { _ = step() }
        return answer
    }

    private func step() -> Bool {
        if jobs.isEmpty {
            guard
                let next = sleepers.indices.min(by: {
                    (sleepers[$0].at, sleepers[$0].id) < (sleepers[$1].at, sleepers[$1].id)
                })
            else { return false }
            now = max(now, sleepers[next].at)
            sleepers.remove(at: next).wake.resume()
        } else {
            let place = dice.below(jobs.count)
            jobs.swapAt(place, jobs.count - 1)
            jobs.removeLast().runSynchronously(on: executor.asUnownedSerialExecutor())
        }
        return true
    }

    /// Waits in the simulated time, or until the task is cancelled.
    func sleep(_ duration: Duration) async {
        guard !Task.isCancelled else { return }
        nextID += 1
        let id = nextID
        let at = now + max(0, duration.microseconds)
        await withTaskCancellationHandler {
            await withCheckedContinuation { sleepers.append((at, id, $0)) }
        } onCancel: {
            if let place = sleepers.firstIndex(where: { $0.id == id }) { sleepers.remove(at: place).wake.resume() }
        }
    }

    private typealias Original = @convention(thin) (UnownedJob) -> Void
    private typealias Hook = @convention(thin) (UnownedJob, Original) -> Void

    /// Has Swift's concurrency give its jobs to us.
    private static func install() {
        guard let symbol = dlsym(dlopen(nil, RTLD_LAZY), "swift_task_enqueueGlobal_hook") else {
            fatalError("this Swift has no hook for its jobs")
        }
        symbol.assumingMemoryBound(to: Hook?.self).pointee = { job, _ in Scheduler.current?.jobs.append(job) }
    }
}

private final class SimulatedExecutor: SerialExecutor {
    func enqueue(_ job: UnownedJob) { fatalError("nobody is isolated to the simulation") }
}

/// Chance that comes from a seed (SplitMix64, Steele, Lea and Flood 2014).
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
    mutating func from(_ low: Int, to high: Int) -> Int { low + below(high - low + 1) }
    mutating func happens(_ share: Double) -> Bool { Double(next() >> 11) / Double(1 << 53) < share }
    mutating func one<Item>(of items: [Item]) -> Item { items[below(items.count)] }
}
