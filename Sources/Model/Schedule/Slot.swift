// SPDX-License-Identifier: Apache-2.0

/// One planned start in the plan of the day: a schedule's rule gave it, or a person added it.
///
/// A rule's start has one name for ever, so that it is planned once and begun once, whatever happens to clocks and controllers.
public struct Slot: Hashable, Sendable, Codable {
    /// What has become of it.
    public enum State: String, CaseIterable, Sendable, Codable {
        /// It will start.
        case planned
        /// Its time has come, and it waits for the run before it to end.
        case waiting
        /// It waits for a person, also when its time has come.
        case held
        /// A run was made of it.
        case started
        /// It was not run; the reason says why.
        case skipped
        /// A person took it out.
        case removed

        /// Whether nothing further becomes of it.
        public var isFinal: Bool { ![.planned, .waiting, .held].contains(self) }
    }

    /// Its name.
    public let id: SlotID
    /// The schedule it is of; nil = a person added it.
    public let schedule: ScheduleName?
    /// The job it starts.
    public let job: JobID
    /// The business day it belongs to.
    public let day: Day
    /// When it starts; a person may have moved it.
    public var startsAt: Instant
    /// Where it comes from: the rule, or the person.
    public let origin: Sentence
    /// What has become of it.
    public var state: State
    /// Why it was skipped, held or removed; nil = nothing is to be said.
    public var reason: Sentence?
    /// The run that was made of it.
    public var run: RunID?
    /// Who agreed to start it although a window or a freeze asks not to, and why.
    public var agreed: Sentence?
    /// What it does, where that is not what its schedule says.
    public var work: SlotWork?

    /// Whether a person has moved it away from where its rule put it.
    public var isMoved: Bool { schedule.map { SlotID($0, startsAt) != id } ?? false }

    /// Whether a person has done something with it that its rule must not undo.
    public var isTouched: Bool { isMoved || work != nil || agreed != nil || reason != nil }

    /// Whether it would start the same thing at the same time as another.
    package func startsAs(_ other: Slot) -> Bool {
        (startsAt, work, agreed) == (other.startsAt, other.work, other.agreed)
    }

    /// Makes a slot that will start.
    public init(
        id: SlotID, schedule: ScheduleName?, job: JobID, day: Day, startsAt: Instant, origin: Sentence,
        state: State = .planned, reason: Sentence? = nil, run: RunID? = nil, work: SlotWork? = nil
    ) {
        self.id = id
        self.schedule = schedule
        self.job = job
        self.day = day
        self.startsAt = startsAt
        self.origin = origin
        self.state = state
        self.reason = reason
        self.run = run
        self.work = work
    }
}

extension Slot {
    /// What it is called in a sentence.
    package var words: Sentence {
        Sentence("the start of {start} (business day {day})", ["start": startsAt, "day": day])
    }
}

/// On which targets a planned start's job runs, and with which values.
public struct SlotWork: Hashable, Sendable, Codable {
    /// The selection of targets, as on the command line.
    public var on: String?
    /// Which of those not.
    public var except: String?
    /// The values given to the job.
    public var values: [String: Setting]

    /// Makes work of what was written.
    public init(on: String?, except: String? = nil, values: [String: Setting] = [:]) {
        self.on = on
        self.except = except
        self.values = values
    }
}

extension ScheduleDefinition {
    /// What its starts do.
    public var work: SlotWork { SlotWork(on: on, except: except, values: values) }
}

/// How far a schedule has been planned.
public struct ScheduleMark: Hashable, Sendable, Codable {
    /// The schedule.
    public let schedule: ScheduleName
    /// All its starts up to here have been planned; none before the first mark counts as missed.
    public let through: Instant

    /// Makes a mark.
    public init(schedule: ScheduleName, through: Instant) {
        self.schedule = schedule
        self.through = through
    }
}
