// SPDX-License-Identifier: Apache-2.0

package import Model
import Storage

/// How a person sets a run right.
package enum Correction: Sendable {
    /// Steps are done again.
    case rework(Recovery.Selection, onlyFailed: Bool)
    /// Steps are taken for good.
    case setOK(Recovery.Selection, reason: String)
    /// Steps are passed over.
    case skip(Recovery.Selection, reason: String)
    /// Hosts are asked what became of steps.
    case probe(Recovery.Selection)
    /// What runs of steps is ended.
    case kill(Recovery.Selection, reason: String)

    var selection: Recovery.Selection {
        switch self {
        case .rework(let selection, _), .setOK(let selection, _), .skip(let selection, _), .probe(let selection),
            .kill(let selection, _):
            selection
        }
    }

    var reason: String? {
        switch self {
        case .setOK(_, let reason), .skip(_, let reason), .kill(_, let reason): reason
        case .rework, .probe: nil
        }
    }

    var kind: RunAction.Kind {
        switch self {
        case .rework: .reworked
        case .setOK: .setOK
        case .skip: .skipped
        case .probe: .probed
        case .kill: .killed
        }
    }
}

extension Recovery {
    /// The new tries that a correction makes.
    func records(for correction: Correction, by person: String, at now: Instant) throws(RecoveryRefusal)
        -> [StepRecord]
    {
        switch correction {
        case .rework(let selection, let onlyFailed): try rework(selection, onlyFailed: onlyFailed)
        case .setOK(let selection, let reason): try setOK(selection, by: person, reason: reason, at: now)
        case .skip(let selection, let reason): try skip(selection, by: person, reason: reason, at: now)
        case .probe(let selection), .kill(let selection, _): try probe(selection)
        }
    }
}

/// What a person wants of a run that is moved.
enum Wish: Hashable, Sendable {
    case cancel(by: String)
    /// Nothing further is to begin.
    case pause
    case resume
    /// The work of these steps is to end.
    case kill([StepKey])
}

/// What persons want of a run now, from all they have done to it, in order.
package struct Wishes: Sendable {
    /// Whether nothing further is to begin.
    package private(set) var isPaused = false
    /// Who wants it to end.
    private(set) var cancelledBy: String?

    package init(_ actions: [RunAction]) {
        for action in actions {
            switch action.kind {
            case .paused: isPaused = true
            case .unpaused: isPaused = false
            case .cancelled: cancelledBy = action.by
            // Who sets a run right wants it to go on.
            case .reworked, .setOK, .skipped, .probed: cancelledBy = nil
            case .started, .released, .rejected, .resumed, .killed, .waits, .agreed: break
            }
        }
    }
}
