// SPDX-License-Identifier: Apache-2.0

package import Model

/// Durable memory, as verbs the engine means; every store passes `StoreChecks`.
///
/// A call returns when what it was given would survive a power cut. Calls may come from any task; a store orders them itself
/// and may commit several together. Times are the caller's; a store has no clock. A call about a run that is not kept throws
/// `StoreError.notFound`.
package protocol RunStore: RunReader {
    /// Keeps a new run with its plan and what persons did to begin it, in one transaction.
    ///
    /// - Returns: The run's arrival number: higher than that of every run that is kept. Clocks have no part in it.
    /// - Throws: `StoreError.alreadyExists` when the id is taken.
    @discardableResult
    func create(_ run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int

    /// Keeps what became of a run's steps and of the run itself, and what persons did to it, in one transaction. A run that has ended takes no state in which it
    /// has not, unless it is reopened: it then gets a new arrival number, higher than that of every run that is kept. A record with a known
    /// key and attempt replaces what was kept under it; one with a new key or attempt counts as a move from `waiting`.
    ///
    /// - Throws: `StoreError.illegalMove` when a step's state does not allow the new one (nothing is kept then), or
    ///   `notFound` when there is no such run.
    func record(
        _ records: [StepRecord], of run: RunID, now state: RunUpdate?, actions: [RunAction]
    ) async throws(StoreError)

    /// Keeps a block of a step's output, in place of an earlier one of the same index.
    func put(_ block: OutputBlock, of attempt: AttemptKey) async throws(StoreError)

    /// Drops a block of a step's output.
    func drop(block index: Int, of attempt: AttemptKey) async throws(StoreError)

    /// Drops all blocks of a step's output.
    func dropBlocks(of attempt: AttemptKey) async throws(StoreError)

    /// Keeps a host key as one to expect at an endpoint, in place of an earlier one of its type.
    func pin(_ key: PinnedHostKey) async throws(StoreError)

    /// Forgets the host keys of an endpoint.
    func unpin(_ endpoint: Endpoint) async throws(StoreError)

    /// Keeps what a person did to a run.
    func note(_ action: RunAction) async throws(StoreError)

    /// Keeps an event.
    ///
    /// - Returns: False when it may happen once only and is kept already.
    func note(_ event: Event) async throws(StoreError) -> Bool

    /// Keeps what a look ahead found, in one transaction: those events that are not kept already. What an earlier look found and this one
    /// does not is over, and is new when it is found again.
    ///
    /// - Returns: The events that are new, in their order.
    func keep(found events: [Event]) async throws(StoreError) -> [Event]

    /// Keeps what a person changes and the event that says so, in one transaction.
    ///
    /// - Throws: `StoreError.slotHasChanged` when the name of an added start is taken, or a start is not as it was thought to be, or is not
    ///   kept; then the event is not kept either.
    func keep(_ change: PersonsChange, noting event: Event) async throws(StoreError)

    /// Keeps planned starts; those whose names are taken stay as they are.
    func plan(_ slots: [Slot]) async throws(StoreError)

    /// Keeps how far a schedule has been planned, with its new starts, in one transaction.
    ///
    /// Where its rules may have changed, its starts after an instant (`withdrawn`) that are planned and that nobody has touched are
    /// forgotten first.
    func plan(_ slots: [Slot], mark: ScheduleMark, withdrawn: Instant?) async throws(StoreError)

    /// Forgets a schedule's mark and its starts after an instant that are planned and that nobody has touched.
    func unplan(_ schedule: ScheduleName, after: Instant) async throws(StoreError)

    /// The starts whose time has come and that nothing has become of yet: those that are planned or wait, and where it is asked for
    /// those that are held. In order of their start, at most so many.
    func dueSlots(at now: Instant, held: Bool, limit: Int) async throws(StoreError) -> [Slot]

    /// The planned starts of one schedule from one instant to another, both included, in order of their start.
    func slots(of schedule: ScheduleName, from: Instant, through: Instant) async throws(StoreError) -> [Slot]

    /// Keeps what became of a planned start.
    ///
    /// - Throws: `StoreError.slotHasChanged` when it is not as it was thought to be (its state, its time, its work, who agreed to it), or
    ///   is not kept.
    func change(_ slot: Slot, from old: Slot) async throws(StoreError)

    /// Keeps what became of many planned starts at once: of those that are still planned or wait, and start the same as before. The
    /// others stay as they are.
    ///
    /// - Returns: The names of those that were changed.
    func change(_ slots: [Slot]) async throws(StoreError) -> Set<SlotID>

    /// Makes a run of a planned start, in one transaction: the start becomes `started` with the run's id.
    ///
    /// - Returns: The run's arrival number.
    /// - Throws: `StoreError.slotHasChanged` when the start is neither `planned` nor `waiting` any more, or starts something else than it was
    ///   planned for: then there is no run, and somebody else may have made one; `alreadyExists` when the run's id is taken.
    @discardableResult
    func begin(_ slot: Slot, as run: Run, plan: Plan, actions: [RunAction]) async throws(StoreError) -> Int

    /// The number of the first run or event that was recorded within a time; nil where none exists, and for planned starts, whose times
    /// no clock gave.
    ///
    /// A record with a higher number is younger, whatever time the clock gave it.
    func first(of past: Past, from: Instant, through: Instant) async throws(StoreError) -> Int?

    /// Forgets records of a class that were over before an instant, the oldest first, a piece at a time: about as many records as
    /// `limit` (one at least), so that other changes come between. What is not over is never forgotten, nor the start of a run that
    /// is not, nor what may be told of it once only, nor what has the number `first` or a higher one; and nobody finds half of a run.
    func forget(_ past: Past, before: Instant, below first: Int?, limit: Int) async throws(StoreError) -> Forgotten
}

extension RunStore {
    /// Keeps a new run that nobody did anything to.
    @discardableResult
    package func create(_ run: Run, plan: Plan) async throws(StoreError) -> Int {
        try await create(run, plan: plan, actions: [])
    }

    /// Keeps what became of a run's steps and of the run itself, to which nobody did anything.
    package func record(_ records: [StepRecord], of run: RunID, now state: RunUpdate?) async throws(StoreError) {
        try await record(records, of: run, now: state, actions: [])
    }

    /// Makes a run of a planned start, to which nobody did anything.
    @discardableResult
    package func begin(_ slot: Slot, as run: Run, plan: Plan) async throws(StoreError) -> Int {
        try await begin(slot, as: run, plan: plan, actions: [])
    }
}

/// What a run has come to.
package struct RunUpdate: Hashable, Sendable {
    package var state: RunState
    /// When it was started; nil leaves what is kept.
    package var startedAt: Instant?
    /// When it ended; nil leaves what is kept.
    package var endedAt: Instant?
    /// The gravest level of its steps that succeeded; nil leaves what is kept.
    package var level: Level?
    /// Whether a run that had ended goes on, so that its end and its level are no longer known.
    package var reopens: Bool
    package init(
        state: RunState, startedAt: Instant? = nil, endedAt: Instant? = nil, level: Level? = nil, reopens: Bool = false
    ) {
        self.state = state
        self.level = level
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.reopens = reopens
    }
}

extension StepState {
    /// Whether a record in this state may be replaced by one in another: a move that the states allow, or no move.
    package func mayBecome(_ state: StepState) -> Bool { self == state || next.contains(state) }
}

/// Which runs are wanted.
package struct RunFilter: Hashable, Sendable {
    /// Only runs in these states; empty = any.
    package var states: Set<RunState>
    /// Only runs of this job.
    package var job: JobID?
    /// At most so many.
    package var limit: Int
    package init(states: Set<RunState> = [], job: JobID? = nil, limit: Int = 50) {
        self.states = states
        self.job = job
        self.limit = limit
    }
}

/// A piece of a step's output: pieces of its two streams in the order they came.
package struct OutputBlock: Hashable, Sendable {
    /// Its place in the output, from 0; a gap shows that blocks were cut out.
    package var index: Int
    /// Framed bytes; see `OutputFrames`.
    package var bytes: [UInt8]
    package init(index: Int, bytes: [UInt8]) {
        self.index = index
        self.bytes = bytes
    }
}

/// What one call to forget has done.
package struct Forgotten: Hashable, Sendable {
    /// How many runs, starts or events nobody finds any more.
    package var count: Int
    /// Whether there is more to forget, or to be cleared away of what was forgotten.
    package var isMore: Bool

    package init(count: Int, isMore: Bool) {
        self.count = count
        self.isMore = isMore
    }
}
