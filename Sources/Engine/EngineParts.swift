// SPDX-License-Identifier: Apache-2.0

package import Model
package import Planning
package import Storage
package import TaskKit

/// Opens a session to a host; handed in by the wiring, so that the engine knows no transport.
package typealias SessionOpener = @Sendable (Host) async throws(SessionFailure) -> any SpoolingSession

/// What the engine works with.
package struct EngineParts: Sendable {
    package var store: any RunStore
    package var registry: TaskTypeRegistry
    package var openSession: SessionOpener
    /// Reads secrets at the moment a step needs them.
    package var secret: SecretLookup
    /// Plans a job that a running job starts in the background.
    package var plan: @Sendable (PlanRequest) throws(Problems) -> Plan
    package var clock: EngineClock
    /// How long a full disk is waited for before a run is given up.
    package var diskPatience: Duration
    /// How long a host that was lost is sought before what runs there is unknown.
    package var hostPatience: Duration
    /// Told when a run that is moved in the background cannot be moved any further.
    package var stuck: @Sendable (RunID, any Error) -> Void = { _, _ in }
    /// Called with a path and how long is waited when a run begins to wait because the disk is full.
    package var full: @Sendable (RunID, _ path: String, Duration) -> Void = { _, _, _ in }
    /// Makes a run's id of the time.
    ///
    /// It need not be free: where another run has it, it is asked again.
    package var newID: @Sendable (Instant) -> RunID = RunID.random(at:)
    /// The maintenance windows and freezes that count now.
    package var gate: @Sendable () -> ChangeGate = { ChangeGate([]) }
    /// The open files that work on hosts and on the controller may take.
    package var places = OpenFilePlaces(hosts: OpenFiles.forHosts, programs: OpenFiles.forLocalPrograms)

    package init(
        store: any RunStore, registry: TaskTypeRegistry, openSession: @escaping SessionOpener,
        secret: @escaping SecretLookup, plan: @escaping @Sendable (PlanRequest) throws(Problems) -> Plan,
        clock: EngineClock = .system, diskPatience: Duration = .seconds(30), hostPatience: Duration = .seconds(120)
    ) {
        self.store = store
        self.registry = registry
        self.openSession = openSession
        self.secret = secret
        self.plan = plan
        self.clock = clock
        self.diskPatience = diskPatience
        self.hostPatience = hostPatience
    }
}
