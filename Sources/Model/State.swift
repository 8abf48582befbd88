// SPDX-License-Identifier: Apache-2.0

/// The state of a step.
///
/// `Docs/States.md` draws it; a store refuses any other move.
public enum StepState: String, CaseIterable, Codable, Sendable {
    /// Its predecessors have not all ended.
    case waiting
    /// It may start, and waits for a free place or for its next try.
    case ready
    /// It waits for a person.
    case held
    /// It was started.
    case running
    /// It did what it should.
    case succeeded
    /// It did not.
    case failed
    /// It did not run and will not.
    case skipped
    /// A person ended it.
    case cancelled
    /// Whether it happened is not known. Never success; nothing that follows starts.
    case unknown

    /// The states that may follow, at once or after others; none when this one is final.
    ///
    /// A try goes forward only: another try is a new one. States that lasted shorter than a commit may never be kept,
    /// so `waiting` may be followed by any.
    public var next: Set<StepState> {
        switch self {
        case .waiting: Set(StepState.allCases).subtracting([.waiting])
        case .ready: [.running, .held, .succeeded, .failed, .skipped, .cancelled, .unknown]
        case .running: [.held, .succeeded, .failed, .skipped, .cancelled, .unknown]
        case .held: [.succeeded, .failed, .cancelled, .unknown]
        // A host may be asked again what became of it.
        case .unknown: [.running]
        case .succeeded, .failed, .skipped, .cancelled: []
        }
    }

    /// Whether the try is over.
    public var isFinal: Bool {
        switch self {
        case .waiting, .ready, .held, .running: false
        case .succeeded, .failed, .skipped, .cancelled, .unknown: true
        }
    }
}

/// The state of a run.
public enum RunState: String, CaseIterable, Codable, Sendable {
    case waiting, held, running, succeeded, failed, cancelled, unknown

    /// Whether nothing follows.
    public var isFinal: Bool {
        switch self {
        case .waiting, .held, .running: false
        case .succeeded, .failed, .cancelled, .unknown: true
        }
    }
}

/// How good a step that succeeded was, and how grave a finding is.
public enum Level: String, CaseIterable, Codable, Comparable, Sendable {
    case ok
    case info
    /// The check could not look: never a success, so it outranks a warning.
    case unknown
    case warning
    case error

    /// Orders levels from good to grave.
    public static func < (left: Level, right: Level) -> Bool { left.gravity < right.gravity }

    private var gravity: Int {
        switch self {
        case .ok: 0
        case .info: 1
        case .warning: 2
        case .unknown: 3
        case .error: 4
        }
    }
}
