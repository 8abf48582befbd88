// SPDX-License-Identifier: Apache-2.0

package import Model

/// What has happened in a run.
package enum RunEvent: Hashable, Sendable {
    /// The run begins.
    case began
    /// A try ended.
    case ended(StepKey, StepEnd)
    /// A step waits for a person.
    case held(StepKey, Hold)
    /// The time a `wake` command asked for has passed.
    case due(StepKey)
    /// A person let a held step go on.
    case released(StepKey, by: String)
    /// A person said no to a held step.
    case rejected(StepKey, by: String, reason: String)
    /// Nobody answered a held step in time.
    case expired(StepKey)
    /// A person wants the run to end.
    case cancelled(by: String)
    /// A person wants a step to be passed over that has not begun.
    case skipped(StepKey, by: String, reason: String)
    /// A person wants nothing further to begin.
    case paused
    /// A person wants the run to go on.
    case resumed
}

/// How a try ended.
package struct StepEnd: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        case succeeded
        /// Succeeded, and only the OK links (true) or the ERROR links (false) go on.
        case branched(Bool)
        case failed(Reason)
        case unknown(Reason)
        case cancelled(Reason)
        /// A person passed it over: what follows goes on as after OK.
        case passedOver(Reason)
    }

    package var result: Result
    package var report: Report
    /// Whether another try makes sense; a failure nobody can mend by trying again says no.
    package var mayRetry: Bool

    package init(_ result: Result, _ report: Report = Report(), mayRetry: Bool = true) {
        self.result = result
        self.report = report
        self.mayRetry = mayRetry
    }
}

/// What is to be done now.
package enum RunCommand: Hashable, Sendable {
    /// Run a step's task. It is running from now on.
    case start(StepKey, attempt: Int)
    /// A step waits for a place; the way to its host may be opened meanwhile.
    case prepare(StepKey)
    /// A step's state changed without anything to be run.
    case changed(StepKey, attempt: Int, StepState, Reason?, Report)
    /// A step waits for a person.
    case hold(StepKey, attempt: Int, Hold)
    /// Say `due` after a while: a retry's delay or a pause.
    case wake(StepKey, attempt: Int, after: Duration)
    /// End a running step's work.
    case stop(StepKey)
    /// The run is over.
    case finish(RunState)
}
