// SPDX-License-Identifier: Apache-2.0

/// One thing a check found, with a code that never changes its meaning.
public struct Finding: Hashable, Codable, Sendable {
    /// How grave it is.
    public var level: Level
    /// The stable code, such as `OS-MEM-010`; also the id of its text.
    public var code: String
    /// What fills the text's places.
    public var values: [String: Value]
    /// Makes a finding.
    public init(_ level: Level, _ code: String, _ values: [String: Value] = [:]) {
        self.level = level
        self.code = code
        self.values = values
    }
    /// The finding as a message: its code names the text.
    public var message: Message { Message(code, values) }
}

/// Why a step did not succeed, or was not run: a code for machines and a sentence for people.
public struct Reason: Hashable, Codable, Sendable {
    /// One of `ReasonCode`'s texts, or a task type's own.
    public var code: String
    /// What was tried, on what, what came back, and the next thing to try.
    public var message: String
    /// Makes a reason.
    public init(_ code: ReasonCode, _ message: String) { self.init(code: code.rawValue, message) }
    /// Makes a reason with a code of one's own.
    public init(code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// The reason codes the product itself gives.
///
/// They are listed in `Docs/States.md` and never change their meaning.
public enum ReasonCode: String, CaseIterable, Codable, Sendable {
    // The host could not be worked on.
    case nameNotFound = "name-not-found"
    case refused = "connection-refused"
    case connectTimeout = "connect-timeout"
    case networkUnreachable = "network-unreachable"
    case handshake = "handshake-failed"
    case handshakeTimeout = "handshake-timeout"
    case unknownHostKey = "host-key-unknown"
    case changedHostKey = "host-key-changed"
    case authentication = "authentication-failed"
    case accountNotAllowed = "account-not-allowed"
    case sudoPassword = "sudo-password-required"
    case becomeFailed = "become-failed"
    case jump = "jump-host-failed"
    case connectionLost = "connection-lost"
    case channelRefused = "channel-refused"
    case startTimeout = "start-timeout"
    case launcherEnded = "launcher-ended"
    case hostRebooted = "host-rebooted"
    case notBegun = "not-begun"
    case outputLost = "output-lost"
    case noShell = "no-shell"
    // The work did not go well.
    case exitCode = "exit-code"
    case signal = "signal"
    case errorCondition = "error-condition"
    case finding = "finding"
    case badOutput = "bad-output"
    case timeLimit = "time-limit"
    case programNotFound = "program-not-found"
    case refusedByGuard = "refused-by-guard"
    case comparison = "comparison-false"
    case response = "unexpected-response"
    case certificate = "certificate"
    case holdExpired = "hold-expired"
    case rejected = "rejected"
    case badValue = "bad-value"
    case missingSecret = "secret-missing"
    case calledJob = "called-job-failed"
    case pluginFailed = "plugin-failed"
    case evaluation = "evaluation-failed"
    // The step was not run, or we cannot know.
    case notTaken = "branch-not-taken"
    case predecessor = "predecessor-not-ok"
    case stopped = "stop-after-reached"
    case gateClosed = "gate-closed"
    case cancelledByPerson = "cancelled"
    case skippedByPerson = "skipped-by-person"
    case setOK = "set-ok"
    case controllerStopped = "controller-stopped"
    case storage = "storage"

    /// Whether the host could not be reached or logged in to, so that the work was never started.
    public var isUnreachable: Bool {
        switch self {
        case .nameNotFound, .refused, .connectTimeout, .networkUnreachable, .handshake, .handshakeTimeout,
            .unknownHostKey,
            .changedHostKey, .authentication, .jump, .connectionLost, .channelRefused, .startTimeout:
            true
        default: false
        }
    }
}

/// What a step has to say when it ended, however it ended.
public struct Report: Hashable, Codable, Sendable {
    /// How good it was: the worst of its findings, unless set higher.
    public var level: Level
    /// Whether it altered the target.
    public var changed: Bool
    /// The program's exit code, if there was a program.
    public var exitCode: Int?
    /// One line for the operator.
    public var summary: Message?
    /// What later steps may use.
    public var outputs: [String: Value]
    /// What was found.
    public var findings: [Finding]
    /// Files made for the operator, as paths on the host.
    public var artifacts: [String]
    /// Which way a branching step went: by the OK links (true) or by the ERROR links.
    public var branch: Bool?

    /// Makes a report.
    public init(
        level: Level = .ok, changed: Bool = false, exitCode: Int? = nil, summary: Message? = nil,
        outputs: [String: Value] = [:], findings: [Finding] = [], artifacts: [String] = []
    ) {
        self.level = level
        self.changed = changed
        self.exitCode = exitCode
        self.summary = summary
        self.outputs = outputs
        self.findings = findings
        self.artifacts = artifacts
    }
}
