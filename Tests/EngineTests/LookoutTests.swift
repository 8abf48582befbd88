// SPDX-License-Identifier: Apache-2.0

import APIContract
import Model
import Scheduling
import Storage
import StorageTesting
import Synchronization
import TaskKit
import Testing

@testable import Engine

@Suite("Looking ahead")
final class LookoutTests: Sendable {
    private let store = MemoryStore()
    private let told = Mutex<[Event]>([])

    private static func books(broken: [String]) throws -> Books {
        let faults = broken.map { DefinitionFault(.schedule, $0, Problems("there is no time zone 'Mars'")) }
        return Books(
            registry: try TaskTypeRegistry([]), jobs: JobLibrary(), inventory: Inventory(),
            schedules: ScheduleBook([], calendars: CalendarLibrary(), faults: faults) { _ in .utc })
    }

    private func lookout(_ shelf: Bookshelf, _ store: any RunStore, days: Int = 1) -> Lookout {
        let day = Mutex(0)
        // A day has passed after each pause; after some of them nobody waits any more.
        let clock = EngineClock(
            now: { Instant(seconds: Int64(day.withLock { $0 }) * 86_400) },
            sleep: { _ in
                let isOver = day.withLock { day in
                    day += 1
                    return day >= days
                }
                if isOver { withUnsafeCurrentTask { $0?.cancel() } }
            })
        return Lookout(store: store, shelf: shelf, clock: clock) { event in self.told.withLock { $0.append(event) } }
    }

    @Test("tells a mistake once, and again when it was mended and is made a second time")
    func secondMistake() async throws {
        let (wrong, right) = (try Self.books(broken: ["a", "b"]), try Self.books(broken: ["b"]))
        let shelf = Bookshelf(wrong)
        let lookout = lookout(shelf, store)
        let texts = ["a", "b"].map { "schedules/\($0) cannot be used: there is no time zone 'Mars'" }
        #expect(try await lookout.look().map(\.text.description) == texts)
        #expect(try await lookout.look() == [])
        shelf.current = right
        #expect(try await lookout.look() == [])
        shelf.current = wrong
        #expect(try await lookout.look().map(\.text.description) == [texts[0]])
        #expect(await store.events(after: 0, limit: 9).events.map(\.text.description) == texts + [texts[0]])
    }

    @Test("takes nothing for mended where it was cancelled before it had seen all")
    func cancelled() async throws {
        let shelf = Bookshelf(try Self.books(broken: ["a"]))
        let lookout = lookout(shelf, store)
        #expect(try await lookout.look().count == 1)
        shelf.current = try Self.books(broken: [])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await lookout.look()
        }
        #expect(try await task.value == [])
        shelf.current = try Self.books(broken: ["a"])
        #expect(try await lookout.look() == [])
    }

    @Test("tells that it failed as a kind of its own, once as long as the store fails in the same way")
    func failed() async throws {
        let failure = StoreError.failing(path: "/data", detail: "its disk failed")
        let lookout = lookout(
            Bookshelf(try Self.books(broken: ["a"])), ShakyStore(failure) { $0 == 4 ? .works : .failsBefore }, days: 6)
        let task = Task { await lookout.run() }
        await task.value
        let said = told.withLock { $0 }.map { "\($0.level.rawValue) \($0.kind.rawValue): \($0.text)" }
        let text = "warning look-failed: what lies ahead could not be kept as events: \(failure)"
        #expect(said == [text, text])
    }

    @Test("that fails after the books were taken does not make a reload fail; the report says so")
    func reload() async throws {
        let failure = StoreError.failing(path: "/data", detail: "its disk failed")
        let world = ScheduledWorld()
        let shelf = Bookshelf(try Self.books(broken: []))
        let new = try Self.books(broken: ["a"])
        let desk = Desk(
            Desk.Parts(
                store: store, reader: store, outage: Outage(), engine: try world.engine(),
                clockwork: try await world.controller([:]), shelf: shelf,
                lookout: lookout(shelf, ShakyStore(failure) { _ in .failsBefore }),
                readBooks: { () throws(Problems) in new }, fingerprint: { _ in "" }, expect: { _ in }))
        let read = try await desk.reload()
        #expect(
            read.problems.map(\.description) == [
                "error: there is no time zone 'Mars'",
                "warning: what lies ahead could not be kept as events: /data cannot be used: its disk failed",
            ])
        #expect(shelf.current.schedules.faults.count == 1)
    }
}
