// SPDX-License-Identifier: Apache-2.0

import Model

// These numbers are part of the file's format: a new case takes the next one.

extension StepState {
    /// All of them, each at the place of its code.
    static let byCode = allCases.sorted { $0.code < $1.code }

    /// How the state is kept.
    var code: Int {
        switch self {
        case .waiting: 0
        case .ready: 1
        case .held: 2
        case .running: 3
        case .succeeded: 4
        case .failed: 5
        case .skipped: 6
        case .cancelled: 7
        case .unknown: 8
        }
    }
}

extension RunState {
    /// All of them, each at the place of its code.
    static let byCode = allCases.sorted { $0.code < $1.code }
    /// The codes of those in which a run is not over, as a list in SQL.
    static let openCodes = byCode.filter { !$0.isFinal }.map { "\($0.code)" }.joined(separator: ", ")

    /// How the state is kept.
    var code: Int {
        switch self {
        case .waiting: 0
        case .held: 1
        case .running: 2
        case .succeeded: 3
        case .failed: 4
        case .cancelled: 5
        case .unknown: 6
        }
    }
}

extension Level {
    /// All of them, each at the place of its code.
    static let byCode = allCases.sorted { $0.code < $1.code }

    /// How the level is kept.
    var code: Int {
        switch self {
        case .ok: 0
        case .info: 1
        case .unknown: 2
        case .warning: 3
        case .error: 4
        }
    }
}
