// SPDX-License-Identifier: Apache-2.0

/// One execution of a plan, as it is kept.
package struct Run: Codable, Hashable, Sendable {
    package var id: RunID
    package var job: JobID
    package var planDigest: String
    package var state: RunState
    /// Who asked for it.
    package var operatorName: String
    package var createdAt: Instant
    package var startedAt: Instant?
    package var endedAt: Instant?
    /// Where it comes from: the selection as given, or the planned start or run that it is of.
    package var origin: Sentence
    /// The run and step that started it, if a job did.
    package var caller: RunID?
    /// The planned start it was made of, if one.
    package var slot: SlotID?
    /// Its place in the order of runs, given by the store when it accepts the run; 0 = it is not kept yet.
    ///
    /// Of two runs that change the same target the one with the higher number waits. A run that is reopened gets a new one.
    package var arrival: Int
    /// The gravest level of its steps that succeeded; nil = it has not ended, or an earlier version kept it.
    package var level: Level?
    /// Whether all its steps ended and a check could not look.
    package var isNotChecked: Bool { state == .succeeded && level == .unknown }

    package init(
        id: RunID, job: JobID, planDigest: String, state: RunState, operatorName: String, createdAt: Instant,
        startedAt: Instant? = nil, endedAt: Instant? = nil, origin: Sentence = Sentence(verbatim: ""),
        caller: RunID? = nil,
        slot: SlotID? = nil, arrival: Int = 0
    ) {
        self.id = id
        self.job = job
        self.planDigest = planDigest
        self.state = state
        self.operatorName = operatorName
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.origin = origin
        self.caller = caller
        self.slot = slot
        self.arrival = arrival
    }
}

/// One step on one lane: its place in a plan.
package struct StepKey: Codable, Hashable, Comparable, Sendable {
    /// The step's place in `Plan.steps`.
    package var step: Int
    /// The lane's place in `Plan.lanes`, or `Plan.controllerLane`.
    package var lane: Int
    package init(step: Int, lane: Int) {
        self.step = step
        self.lane = lane
    }
    package static func < (left: StepKey, right: StepKey) -> Bool {
        (left.step, left.lane) < (right.step, right.lane)
    }
}

/// One try of one step on one lane, as it is kept.
package struct StepRecord: Codable, Hashable, Sendable {
    package var key: StepKey
    /// Which try this is, from 1.
    package var attempt: Int
    package var state: StepState
    package var reason: Reason?
    package var report: Report
    package var startedAt: Instant?
    package var endedAt: Instant?
    /// Whether the next try is due later, and when.
    package var dueAt: Instant?
    /// What a held step waits for.
    package var hold: Hold?
    /// How much of its output is kept.
    package var log: LogSize
    /// What it has sent to hosts that may outlive this process, in order; kept before it is sent.
    package var sent: [SentCommand]
    /// The try that a person began the step anew with; tries after a failure are counted from it.
    package var firstAttempt = 1
    /// Whether it is only asked for what it came to, and not begun where it never was.
    package var isProbe = false

    package init(
        key: StepKey, attempt: Int = 1, state: StepState, reason: Reason? = nil, report: Report = Report(),
        startedAt: Instant? = nil, endedAt: Instant? = nil, dueAt: Instant? = nil, hold: Hold? = nil,
        log: LogSize = LogSize(), sent: [SentCommand] = []
    ) {
        self.key = key
        self.attempt = attempt
        self.state = state
        self.reason = reason
        self.report = report
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.dueAt = dueAt
        self.hold = hold
        self.log = log
        self.sent = sent
    }
}

/// A command that a try sends to a host, as it is kept before that.
package struct SentCommand: Codable, Hashable, Sendable {
    /// Tells one start of the host's machine from another.
    package var boot: String
    /// Its name in the host's spool, as a path; nil = it cannot be found again.
    package var path: String?
    package init(boot: String, path: String?) {
        self.boot = boot
        self.path = path
    }
}

/// How much a step wrote, and how much of it was cut out of the middle.
package struct LogSize: Codable, Hashable, Sendable {
    /// Bytes the step wrote.
    package var written: Int
    /// Bytes of them that are not kept.
    package var cut: Int
    package init(written: Int = 0, cut: Int = 0) {
        self.written = written
        self.cut = cut
    }
}

/// Names one try of one step on one lane of one run.
package struct AttemptKey: Codable, Hashable, Sendable, CustomStringConvertible {
    package var run: RunID
    package var key: StepKey
    package var attempt: Int
    package init(run: RunID, key: StepKey, attempt: Int) {
        self.run = run
        self.key = key
        self.attempt = attempt
    }
    /// The id by which everything the attempt starts on a host is found again.
    package var description: String { "\(run)-\(key.step)-\(key.lane)-\(attempt)" }
}

/// What a step that waits for a person asks.
public struct Hold: Codable, Hashable, Sendable {
    /// What happens when nobody answered in time.
    public enum Expiry: String, Codable, Sendable, CaseIterable {
        /// The hold is passed over, with a warning.
        case skip
        /// The step fails.
        case error
        /// The run is cancelled.
        case kill
    }

    /// What the person is asked.
    public var prompt: Localized
    /// Who may answer, by name; empty = anyone.
    public var approvers: [String]
    /// The longest wait; nil = for ever.
    public var longestWait: Duration?
    /// What happens then.
    public var onExpiry: Expiry
    /// Makes a hold.
    public init(
        prompt: Localized, approvers: [String] = [], longestWait: Duration? = nil, onExpiry: Expiry = .error
    ) {
        self.prompt = prompt
        self.approvers = approvers
        self.longestWait = longestWait
        self.onExpiry = onExpiry
    }
}

/// What a person did to a run.
package struct RunAction: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case started, released, rejected, cancelled, resumed, paused, unpaused, reworked, probed, skipped, killed, waits
        /// Somebody agreed that it begins although a window or a freeze asks not to.
        case agreed
        case setOK = "set-ok"
    }

    package var run: RunID
    package var kind: Kind
    package var by: String
    package var at: Instant
    /// The step it was about, if one.
    package var step: StepPath?
    /// Why; a person's words are verbatim.
    package var reason: Sentence?
    package init(run: RunID, kind: Kind, by: String, at: Instant, step: StepPath? = nil, reason: Sentence? = nil) {
        self.run = run
        self.kind = kind
        self.by = by
        self.at = at
        self.step = step
        self.reason = reason
    }
}
