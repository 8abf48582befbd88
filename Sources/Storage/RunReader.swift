// SPDX-License-Identifier: Apache-2.0

package import Model

/// What can be read of durable memory: by whoever opens a store, and by whoever asks the server that has it open.
///
/// A call about a run that is not kept throws `StoreError.notFound`.
package protocol RunReader: Sendable {
    /// The run of an id; nil when it is not kept.
    func run(_ id: RunID) async throws(StoreError) -> Run?

    /// The plan of a run.
    func plan(of id: RunID) async throws(StoreError) -> Plan

    /// Runs, newest first: in the order in which the store accepted them.
    func runs(_ filter: RunFilter) async throws(StoreError) -> [Run]

    /// How many runs are in each state; a state that no run is in may be missing.
    func runCounts() async throws(StoreError) -> [RunState: Int]

    /// The steps of a run that changed after a position, each attempt by itself, in the order they changed; and the position
    /// to ask from next. Position 0 gives all.
    func steps(of id: RunID, after position: Int) async throws(StoreError) -> StepPage

    /// The blocks kept of a step's output from an index on, in order, at most a number of them.
    func blocks(of attempt: AttemptKey, from index: Int, limit: Int) async throws(StoreError) -> [OutputBlock]

    /// All pinned host keys, by endpoint.
    func pinnedHostKeys() async throws(StoreError) -> [PinnedHostKey]

    /// What persons did to a run, in order.
    func actions(on run: RunID) async throws(StoreError) -> [RunAction]

    /// Events that were kept after a position, oldest first, at most a number of them; and the position to ask from next.
    ///
    /// Position 0 gives the first; a negative one counts from the end: -20 gives the last twenty.
    func events(after position: Int, limit: Int) async throws(StoreError) -> EventPage

    /// How far each schedule has been planned, by name.
    func scheduleMarks() async throws(StoreError) -> [ScheduleMark]

    /// The planned starts from one instant to another, both included, in order of their start, at most a number of them.
    func slots(from: Instant, through: Instant, limit: Int) async throws(StoreError) -> [Slot]

    /// The planned starts whose names begin so and that are not over, in order of their names, at most a number of them.
    func openSlots(named prefix: String, limit: Int) async throws(StoreError) -> [Slot]

    /// The planned start of a name; nil when it is not kept.
    func slot(_ id: SlotID) async throws(StoreError) -> Slot?
}

extension RunReader {
    /// All steps of a run, each of which is one of its plan.
    ///
    /// - Throws: `StoreError.damaged` when one is not: whoever looked it up in the plan would find nothing there.
    package func steps(of id: RunID, in plan: Plan) async throws(StoreError) -> [StepRecord] {
        let records = try await steps(of: id, after: 0).records
        guard let stray = records.first(where: { !plan.has($0.key) })?.key else { return records }
        throw .damaged(
            path: "the store",
            detail: "run \(id) has a step \(stray.step) on lane \(stray.lane), which its plan does not have")
    }

    /// All planned starts from one instant to another, both included, in order of their start.
    package func slots(from: Instant, through: Instant) async throws(StoreError) -> [Slot] {
        try await slots(from: from, through: through, limit: .max)
    }
}
