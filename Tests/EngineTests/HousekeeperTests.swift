// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Synchronization
import Testing

@testable import Engine

@Suite("The housekeeper")
struct HousekeeperTests {
    @Test("forgets of each class what is older than it is to be kept, and says so once")
    func forgets() async throws {
        let world = AgeingWorld()
        await world.keep(startsOfDay: [1, 5, 9])
        await world.keep(eventsOfDay: [1, 5, 9])
        let housekeeper = world.housekeeper(Retention([.starts: .days(4), .events: .days(8)]))
        world.day = 10
        #expect(try await housekeeper.sweep() == [.starts: 2, .events: 1])
        #expect(
            world.told == ["info records-forgotten: forgotten: 2 planned starts older than 4d, 1 event older than 8d"])
        #expect(
            await world.store.events(after: 0, limit: 9).events.map(\.kind) == [.skipped, .skipped, .forgotten])
        #expect(try await housekeeper.sweep() == [:])
        #expect(world.told.count == 1)
    }

    @Test("forgets nothing of a class that is kept for ever")
    func forever() async throws {
        let world = AgeingWorld()
        await world.keep(startsOfDay: [1])
        world.day = 20_000
        #expect(try await world.housekeeper(Retention()).sweep() == [:])
        #expect(await world.starts() == 1)
    }

    @Test("keeps what ended while the clock was set back, and forgets it when what was kept before it is old")
    func setBack() async throws {
        let world = AgeingWorld()
        for (id, day) in [("old", 1), ("before", 99), ("meanwhile", 0)] { try await world.keep(run: id, ofDay: day) }
        let housekeeper = world.housekeeper(Retention([.runs: .days(30)]))
        world.day = 100
        #expect(try await housekeeper.sweep() == [.runs: 1])
        #expect(await world.store.runs(RunFilter()).map(\.id) == ["meanwhile", "before"])
        world.day = 130
        #expect(try await housekeeper.sweep() == [.runs: 2])
    }

    @Test("forgets far more than goes at once")
    func many() async throws {
        let world = AgeingWorld()
        await world.keep(startsOfDay: Array(repeating: 1, count: 5001))
        world.day = 10
        #expect(try await world.housekeeper(Retention([.starts: .days(1)])).sweep() == [.starts: 5001])
        #expect(await world.starts() == 0)
    }

    @Test(
        "waits for an hour of a steady clock: one that was set forward costs nothing until then",
        arguments: [-365, 365])
    func jump(days: Int) async throws {
        let world = AgeingWorld()
        world.day = 366
        await world.keep(startsOfDay: [world.day - 1, 0])
        // Two rounds: in the first the clock is set, in the second it goes on as it should.
        let left = try await world.startsLeft(afterHours: [days * 24 + 1, 1], Retention([.starts: .days(30)]))
        #expect(left == [2, 2, days < 0 ? 2 : 0])
    }
}

extension Duration {
    fileprivate static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}

/// A store with old things in it, and a clock that is set by hand.
private final class AgeingWorld: Sendable {
    let store = MemoryStore()
    private let now = Mutex(AgeingWorld.time(0))
    private let events = Mutex<[Event]>([])

    var day: Int {
        get { now.withLock { Int($0.microseconds / 86_400_000_000) } }
        set { now.withLock { $0 = Self.time(newValue) } }
    }

    var told: [String] {
        events.withLock { $0 }.map { "\($0.level.rawValue) \($0.kind.rawValue): \($0.text)" }
    }

    func housekeeper(_ retention: Retention) -> Housekeeper { housekeeper(retention) { _ in } }

    private func housekeeper(_ retention: Retention, sleep: @escaping @Sendable (Duration) async -> Void) -> Housekeeper
    {
        let clock = EngineClock(now: { self.now.withLock { $0 } }, sleep: sleep)
        return Housekeeper(store: store, retention: retention, clock: clock) { event in
            self.events.withLock { $0.append(event) }
        }
    }

    /// How many starts are kept before each of its rounds, and after the last, when the clock goes on by so many hours in each.
    func startsLeft(afterHours hours: [Int], _ retention: Retention) async throws -> [Int] {
        let left = Mutex<[Int]>([])
        let housekeeper = housekeeper(retention) { _ in
            let round = left.withLock { $0.count }
            let kept = await self.starts()
            left.withLock { $0.append(kept) }
            guard round < hours.count else { return withUnsafeCurrentTask { $0?.cancel() } }
            self.now.withLock { $0 = $0 + .seconds(hours[round] * 3600) }
        }
        await Task { await housekeeper.run() }.value
        return left.withLock { $0 }
    }

    func starts() async -> Int {
        await store.slots(from: Self.time(-40_000), through: Self.time(40_000), limit: .max).count
    }

    func keep(startsOfDay days: [Int]) async {
        await store.plan(
            days.enumerated().map { number, day in
                var slot = Slot(
                    id: SlotID("s\(number)"), schedule: "nightly", job: "a.b", day: Day(number: day),
                    startsAt: Self.time(day), origin: Sentence(verbatim: ""))
                slot.state = .skipped
                return slot
            })
    }

    /// Keeps a run that was accepted and ended on a day of its clock.
    func keep(run id: String, ofDay day: Int) async throws {
        let plan = Plan(
            job: "a.b", title: "", lanes: [], hosts: [], targetCount: 0, scopes: [], laneSets: [], steps: [],
            parallel: 1, stopAfter: nil, allowsConcurrentRuns: true)
        let run = Run(
            id: RunID(id), job: "a.b", planDigest: "", state: .running, operatorName: "kim", createdAt: Self.time(day),
            origin: Sentence(verbatim: ""))
        try await store.create(run, plan: plan, actions: [])
        try await store.record([], of: run.id, now: RunUpdate(state: .failed, endedAt: Self.time(day)))
    }

    func keep(eventsOfDay days: [Int]) async {
        for day in days {
            _ = await store.note(
                Event(at: Self.time(day), level: .warning, kind: .skipped, Sentence(verbatim: "day \(day)")))
        }
    }

    private static func time(_ day: Int) -> Instant { Instant(microseconds: Int64(day) * 86_400_000_000) }
}
