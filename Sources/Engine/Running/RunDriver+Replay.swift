// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import TaskKit

// After a restart: what ended stays as it is, what ran is judged by what it does.
extension RunDriver {
    func prepareReplay() {
        for record in kept where record.attempt >= (last[record.key]?.attempt ?? 0) { last[record.key] = record }
        toReplay = last
        sentBefore = Dictionary(grouping: kept.filter { !$0.sent.isEmpty }, by: \.key)
        rules.noteBegun(last.values.filter { $0.startedAt != nil }.map(\.key))
        for record in last.values where record.attempt > 1 {
            rules.continueTries(of: record.key, at: record.attempt, from: record.firstAttempt)
        }
    }

    /// Whether a state that the rules come to without any work is kept already.
    func isKept(_ key: StepKey, _ state: StepState) -> Bool {
        last[key].map { $0.state.isFinal || $0.state == state } ?? false
    }

    func replay(_ record: StepRecord) -> [RunCommand] {
        let key = record.key
        rules.continueTries(of: key, at: record.attempt)
        switch record.state {
        case .skipped where record.reason?.code != ReasonCode.skippedByPerson.rawValue:
            // The flow comes here after all, since a person set right what stood before it.
            rules.continueTries(of: key, at: record.attempt + 1, from: record.attempt + 1)
            start(key, record.attempt + 1)
        case .succeeded, .failed, .skipped, .cancelled, .unknown:
            worker.note(record)
            return rules.handle(.ended(key, StepEnd(kept: record)))
        case .held:
            progress[key] = record
            return rules.handle(.held(key, record.hold ?? Hold(prompt: "")))
        case .waiting, .ready:
            progress[key] = record
            start(key, record.attempt)
        case .running where plan.steps[key.step].effect == .check:
            progress[key] = record
            let reason = Reason(.controllerStopped, "the controller stopped while the step ran; a check is run again")
            change(key, record.attempt, to: .failed, reason, Report())
            rules.continueTries(of: key, at: record.attempt + 1)
            start(key, record.attempt + 1)
        case .running where worker.canResume(key):
            progress[key] = record
            toStart.append(key)
        case .running:
            progress[key] = record
            let reason = Reason(
                .controllerStopped,
                "the controller stopped after it had started this step; whether the change was made is not known: look at the host"
            )
            return rules.handle(.ended(key, StepEnd(.unknown(reason), mayRetry: false)))
        }
        return []
    }
}

extension StepEnd {
    /// The end of a step that was kept.
    fileprivate init(kept record: StepRecord) {
        let reason = record.reason ?? Reason(.evaluation, "")
        let result: Result =
            switch record.state {
            case .succeeded: record.report.branch.map(Result.branched) ?? .succeeded
            case .failed: .failed(reason)
            case .cancelled: .cancelled(reason)
            case .skipped: .passedOver(reason)
            default: .unknown(reason)
            }
        self.init(result, record.report, mayRetry: false)
    }
}
