// SPDX-License-Identifier: Apache-2.0

package import Model
import Scheduling
package import Storage

/// Looks ahead once a day, and keeps an event of each thing that a person should know before it happens: a schedule that starts
/// nothing any more, a calendar that lacks dates for a year that is near, a definition that cannot be used.
package struct Lookout: Sendable {
    /// How long it waits before it asks whether another day has begun.
    package static let pause = Duration.seconds(3600)

    private let store: any RunStore
    private let shelf: Bookshelf
    private let clock: EngineClock
    private let say: @Sendable (Event) -> Void
    private let turns = Turnstile()

    package init(
        store: any RunStore, shelf: Bookshelf, clock: EngineClock = .system, say: @escaping @Sendable (Event) -> Void
    ) {
        self.store = store
        self.shelf = shelf
        self.clock = clock
        self.say = say
    }

    /// Looks once at what is in use, and keeps an event of each thing that is not known yet.
    ///
    /// What is no longer found is forgotten, and is new when it is found again. A look that is cancelled keeps nothing.
    ///
    /// - Returns: The events that are new.
    @discardableResult
    package func look() async throws(StoreError) -> [Event] {
        // One look at a time: one that read older books would take what is new for over.
        await turns.enter()
        do throws(StoreError) {
            let found = found(at: clock.now())
            let new = Task.isCancelled ? [] : try await store.keep(found: found)
            await turns.leave()
            return new
        } catch {
            await turns.leave()
            throw error
        }
    }

    private func found(at now: Instant) -> [Event] {
        let book = shelf.current.schedules
        let faults = book.faults.map { fault in
            Event(
                at: now, level: .error, kind: .unusable,
                schedule: fault.kind == .schedule ? ScheduleName(fault.name) : nil,
                Sentence(
                    "{path} cannot be used: {problems}",
                    ["path": "\(fault.kind.rawValue)/\(fault.name)", "problems": fault.problems.sentence]))
        }
        let notices = book.outlook(after: now).map { notice in
            Event(
                at: now, level: .warning, kind: notice.isAboutCalendar ? .calendarEnds : .neverStarts,
                schedule: notice.schedule,
                Sentence("{path}: {text}", ["path": notice.path, "text": notice.text]))
        }
        return faults + notices
    }

    /// Looks at once, and then whenever another day has begun, until it is cancelled.
    ///
    /// What it finds at once is told by whoever read the files. A store that fails is asked again later.
    package func run() async {
        var (lastDay, lastFailure) = (Int64?.none, StoreError?.none)
        while !Task.isCancelled {
            let day = clock.now().microseconds / 86_400_000_000
            if day != lastDay {
                do throws(StoreError) {
                    let new = try await look()
                    if lastDay != nil { for event in new { say(event) } }
                    (lastDay, lastFailure) = (day, nil)
                } catch {
                    if error != lastFailure { say(Lookout.failed(error, at: clock.now())) }
                    lastFailure = error
                }
            }
            await clock.sleep(Self.pause)
        }
    }

    private static func failed(_ error: StoreError, at now: Instant) -> Event {
        Event(at: now, level: .warning, kind: .lookFailed, error.ofLook)
    }
}

extension StoreError {
    /// Says that what a look ahead found could not be kept.
    var ofLook: Sentence {
        Sentence("what lies ahead could not be kept as events: {error}", ["error": "\(self)"])
    }
}

extension OutlookNotice {
    fileprivate var isAboutCalendar: Bool {
        if case .calendar = subject { true } else { false }
    }
}
