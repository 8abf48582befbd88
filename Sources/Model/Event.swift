// SPDX-License-Identifier: Apache-2.0

/// Something that happened and that somebody may want to know of.
package struct Event: Codable, Hashable, Sendable {
    /// What happened; these names are stable.
    package enum Kind: String, Codable, CaseIterable, Sendable {
        /// A planned start became a run.
        case started = "start"
        /// A planned start was not run.
        case skipped = "start-skipped"
        /// Planned starts that passed so long ago that they are not told one by one.
        case unlisted = "starts-unlisted"
        /// A planned start waits for a person, because a window or a freeze asks for one.
        case asks = "start-asks"
        /// A planned start has not become a run by the time it should have.
        case startDelay = "start-delay"
        /// A run has not ended by the time it should have.
        case endDelay = "end-delay"
        /// A run takes longer than it should.
        case longRun = "long-run"
        /// A person changed the plan of the day.
        case planChanged = "plan-changed"
        /// A person changed which host keys are expected.
        case keysChanged = "host-keys-changed"
        /// The store's disk is full; it is tried again and again.
        case storeFull = "store-full"
        /// A schedule, one of its rules or a window never starts anything, as far as can be looked ahead.
        case neverStarts = "never-starts"
        /// A calendar has no open day any more, or no dates of its own for a year that is near.
        case calendarEnds = "calendar-ends"
        /// A calendar, schedule, window or freeze cannot be used as it is written.
        case unusable = "definition-unusable"
        /// The store could not be read or written for a while.
        case storeFailed = "store-failed"
        /// The process that wrote the store before did not close it.
        case serverDied = "server-died"
        /// What is due could not be judged, or what lies ahead not be kept; it is tried again and again.
        case lookFailed = "look-failed"
        /// Records that were kept as long as they should be have been forgotten.
        case forgotten = "records-forgotten"

        /// What looking ahead finds: it lasts until a look no longer finds it.
        package static let ahead: [Kind] = [.neverStarts, .calendarEnds, .unusable]
    }

    package var at: Instant
    package var level: Level
    package var kind: Kind
    package var schedule: ScheduleName?
    package var slot: SlotID?
    package var job: JobID?
    package var run: RunID?
    /// What happened.
    package var text: Sentence

    package init(
        at: Instant, level: Level, kind: Kind, schedule: ScheduleName? = nil, slot: SlotID? = nil, job: JobID? = nil,
        run: RunID? = nil, _ text: Sentence
    ) {
        self.at = at
        self.level = level
        self.kind = kind
        self.schedule = schedule
        self.slot = slot
        self.job = job
        self.run = run
        self.text = text
    }

    /// An event about a planned start.
    package init(at: Instant, level: Level, kind: Kind, _ slot: Slot, run: RunID? = nil, _ text: Sentence) {
        self.init(
            at: at, level: level, kind: kind, schedule: slot.schedule, slot: slot.id, job: slot.job,
            run: run ?? slot.run, text)
    }

    /// Names what may happen once only: of two events of one name the first is kept.
    ///
    /// What looking ahead finds may happen again when it was not found meanwhile.
    package var onceKey: String? {
        switch kind {
        case .startDelay: slot.map { "\(kind.rawValue) \($0)" }
        // Of a planned start also before it has become a run.
        case .endDelay: (slot?.rawValue ?? run?.rawValue).map { "\(kind.rawValue) \($0)" }
        case .longRun: run.map { "\(kind.rawValue) \($0)" }
        case .neverStarts, .calendarEnds, .unusable: "\(kind.rawValue) \(text)"
        default: nil
        }
    }
}
