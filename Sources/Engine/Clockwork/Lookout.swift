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
    /// - Returns: The events that are new.
    @discardableResult
    package func look() async throws(StoreError) -> [Event] {
        let (now, book) = (clock.now(), shelf.current.schedules)
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
        var new: [Event] = []
        for event in faults + notices where try await store.note(event) { new.append(event) }
        return new
    }

    /// Looks at once, and then whenever another day has begun, until it is cancelled.
    ///
    /// What it finds at once is told by whoever read the files. A store that fails is asked again later.
    package func run() async {
        var lastDay: Int64?
        while !Task.isCancelled {
            let day = clock.now().microseconds / 86_400_000_000
            if day != lastDay {
                do throws(StoreError) {
                    let new = try await look()
                    if lastDay != nil { for event in new { say(event) } }
                    lastDay = day
                } catch {
                    let text = Sentence("what lies ahead could not be kept: {error}", ["error": "\(error)"])
                    say(Event(at: clock.now(), level: .warning, kind: .neverStarts, text))
                }
            }
            await clock.sleep(Self.pause)
        }
    }
}

extension OutlookNotice {
    fileprivate var isAboutCalendar: Bool {
        if case .calendar = subject { true } else { false }
    }
}
