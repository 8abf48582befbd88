// SPDX-License-Identifier: Apache-2.0

package import Model
package import Storage

/// Forgets records that are over and older than they are to be kept, a piece at a time, so that a store does not grow for ever.
package struct Housekeeper: Sendable {
    /// How long it waits between two rounds.
    package static let pause = Duration.seconds(3600)
    /// How far the clock goes meanwhile, unless somebody sets it.
    private static let steady = pause - .seconds(300)...pause + .seconds(300)
    /// How many records are forgotten at once: little enough that who keeps something meanwhile does not notice.
    private static let piece = 2000

    private let store: any RunStore
    private let retention: Retention
    /// Who wants it; nil = the server's configuration.
    private let person: String?
    private let clock: EngineClock
    private let say: @Sendable (Event) -> Void

    package init(
        store: any RunStore, retention: Retention, by person: String? = nil, clock: EngineClock = .system,
        say: @escaping @Sendable (Event) -> Void
    ) {
        self.store = store
        self.retention = retention
        self.person = person
        self.clock = clock
        self.say = say
    }

    /// Works until it is cancelled; what goes wrong is told and tried again later, for whoever has something to keep will see it too.
    ///
    /// A clock that is wrong must cost no records: they are forgotten only after an hour in which the clock went as it should.
    package func run() async {
        while !Task.isCancelled {
            let before = clock.now()
            await clock.sleep(Self.pause)
            guard !Task.isCancelled, Self.steady.contains(clock.now() - before) else { continue }
            do {
                _ = try await sweep()
            } catch {
                say(
                    Event(
                        at: clock.now(), level: .warning, kind: .forgotten,
                        Sentence("old records could not be forgotten: {error}", ["error": "\(error)"])))
            }
        }
    }

    /// Forgets all that is older than it is to be kept.
    ///
    /// - Returns: How many records of each class; none where there were none.
    package func sweep() async throws(StoreError) -> [Past: Int] {
        var forgotten: [Past: Int] = [:]
        do throws(StoreError) {
            for past in Past.allCases {
                guard let time = retention[past] else { continue }
                let now = clock.now()
                try await forget(past, from: now - time, through: now) { forgotten[past, default: 0] += $0 }
            }
        } catch {
            // What was forgotten before is told all the same.
            do throws(StoreError) {
                try await tell(forgotten)
            } catch let unkept {
                let text = Sentence("that is not among the events: {error}", ["error": "\(unkept)"])
                say(Event(at: clock.now(), level: .error, kind: .forgotten, text))
            }
            throw error
        }
        try await tell(forgotten)
        return forgotten
    }

    /// Forgets what ended before an instant.
    ///
    /// A record that follows one of that instant or later stays: the clock was set back when it got its time.
    private func forget(
        _ past: Past, from before: Instant, through now: Instant, _ count: (Int) -> Void
    ) async throws(StoreError) {
        let first = try await store.first(of: past, from: before, through: now)
        while !Task.isCancelled {
            let forgotten = try await store.forget(past, before: before, below: first, limit: Self.piece)
            if forgotten.count > 0 { count(forgotten.count) }
            guard forgotten.isMore else { return }
        }
    }

    private func tell(_ forgotten: [Past: Int]) async throws(StoreError) {
        guard !forgotten.isEmpty else { return }
        let parts = Past.allCases.compactMap { past in
            forgotten[past].flatMap { count in retention[past].map { past.sentence(count, olderThan: $0) } }
        }
        var values: [String: any CustomStringConvertible] = ["records": Sentence.list(parts, between: ", ")]
        values["person"] = person
        let text = Sentence(person == nil ? "forgotten: {records}" : "forgotten by {person}: {records}", values)
        let event = Event(at: clock.now(), level: .info, kind: .forgotten, text)
        say(event)
        _ = try await store.note(event)
    }
}

extension Past {
    /// So many records, and how old they were.
    fileprivate func sentence(_ count: Int, olderThan time: Duration) -> Sentence {
        let noun =
            switch self {
            case .runs: count == 1 ? "run" : "runs"
            case .starts: count == 1 ? "planned start" : "planned starts"
            case .events: count == 1 ? "event" : "events"
            }
        return Sentence("{count} \(noun) older than {time}", ["count": count, "time": time.written])
    }
}
