// SPDX-License-Identifier: Apache-2.0

package import Model
package import Scheduling

/// Why a request about a run was not accepted.
package enum RunRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case jobIsRunning(JobID, RunID)
    case notRunningHere(RunID)
    case nothingHeld(RunID, StepPath?)
    case mayNotAnswer(StepPath, person: String, approvers: [String])
    case stillMoves(RunID)
    case over(RunID, RunState)
    case targetsAreTaken(TargetLocks.Conflict)
    /// Every id that was tried belongs to another run.
    case noFreeID(tries: Int)
    /// A window or a freeze does not let it begin now.
    case blocked([Objection])
    /// A window or a freeze wants a person to agree that it begins now.
    case asks([Objection])

    /// Whether a person may agree to it all the same.
    package var isAsking: Bool {
        if case .asks = self { true } else { false }
    }

    /// The refusal that objections come to; nil = they let the run begin.
    init?(_ objections: [Objection], isAgreed: Bool) {
        let blocking = objections.filter { $0.policy == .block }
        if !blocking.isEmpty {
            self = .blocked(blocking)
        } else if !objections.isEmpty, !isAgreed {
            self = .asks(objections)
        } else {
            return nil
        }
    }

    /// What stands against it, without what to do about it.
    package var grounds: Sentence {
        switch self {
        case .blocked(let objections):
            Sentence("no change may begin now: {objections}", ["objections": objections.sentence])
        case .asks(let objections):
            Sentence(
                "a change may begin now only if somebody agrees to it: {objections}",
                ["objections": objections.sentence])
        default: Sentence(verbatim: description)
        }
    }

    /// Why, and what to do about it.
    package var sentence: Sentence {
        guard isAsking else { return grounds }
        return .list([grounds, Sentence("'{command}' agrees", ["command": "--despite REASON"])])
    }

    package var description: String {
        switch self {
        case .jobIsRunning(let job, let run):
            "\(job) allows one run at a time, and run \(run) is not over; "
                + "'firstline run follow \(run)' takes it up, 'firstline run cancel \(run)' ends it"
        case .notRunningHere(let run): "run \(run) is not running here"
        case .targetsAreTaken(let conflict):
            "it would change what another run changes and has not ended: \(conflict); nobody moves that run: "
                + "'firstline run follow \(conflict.run)' takes it up, 'firstline run cancel \(conflict.run)' ends it"
        case .noFreeID(let tries): "no id was free for the run in \(tries) tries; try again"
        case .blocked, .asks: sentence.description
        case .over(let run, let state): "run \(run) is over (\(state.rawValue))"
        case .stillMoves(let run):
            "run \(run) still moves; set it right when it has ended, or end it first: 'firstline run cancel \(run)'"
        case .nothingHeld(let run, nil): "nothing is held in run \(run)"
        case .nothingHeld(let run, let step?): "step '\(step)' of run \(run) is not held"
        case .mayNotAnswer(let step, let person, let approvers):
            "\(person) may not answer '\(step)'; its approvers are \(approvers.joined(separator: ", "))"
        }
    }
}
