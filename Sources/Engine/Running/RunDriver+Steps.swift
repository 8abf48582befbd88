// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Storage
import TaskKit

// What becomes of single steps.
extension RunDriver {
    func start(_ key: StepKey, _ attempt: Int) {
        last[key] = nil
        change(key, attempt, to: .running, nil, Report())
        if plan.steps[key.step].effect == .change {
            toStart.append(key)
        } else {
            launch(key)
        }
    }

    func prepare(_ key: StepKey) {
        guard let host = worker.hostNeeded(by: key) else { return }
        errands.append { [pool] in await pool.prepare(host) }
    }

    func launch(_ key: StepKey) {
        guard storeError == nil, running[key] == nil, !calledOff.contains(key), let record = progress[key],
            record.state == .running
        else { return }
        let (worker, mailbox, attempt) = (worker, mailbox, record.attempt)
        let superseded = (sentBefore[key] ?? []).filter { $0.attempt < attempt }.flatMap(\.sent)
        let task = Task {
            let turn = Turn { mailbox.post(.turn(key, attempt: attempt, waits: $0)) }
            let keep: Dispatch.Keep = { sent throws(SessionFailure) in try await self.keep(sent, of: key, attempt) }
            mailbox.post(.event(await worker.perform(record, superseded: superseded, turn: turn, keep: keep)))
        }
        running[key] = RunningStep(task: task, attempt: attempt)
        limit(key, attempt)
    }

    private func limit(_ key: StepKey, _ attempt: Int) {
        guard let longest = worker.longest(of: key) else { return }
        timers.set(.limit(key), after: longest) { [mailbox] in mailbox.post(.overdue(key, attempt: attempt)) }
    }

    /// The limit runs only while the work does not wait for its turn.
    func noteTurn(_ key: StepKey, _ attempt: Int, _ waits: Bool) {
        guard running[key]?.attempt == attempt else { return }
        if waits { timers.end(.limit(key)) } else { limit(key, attempt) }
    }

    /// Keeps what a try is about to send; returns when that would survive a power cut.
    private func keep(_ sent: [SentCommand], of key: StepKey, _ attempt: Int) async throws(SessionFailure) {
        guard var record = progress[key], record.attempt == attempt, record.state == .running else {
            throw SessionFailure(.storage, "the step has ended meanwhile")
        }
        record.sent = sent
        progress[key] = record
        if let error = await keeper.kept([record]) {
            throw SessionFailure(.storage, "it could not be kept that it is about to start: \(error)")
        }
    }

    func change(_ key: StepKey, _ attempt: Int, to state: StepState, _ reason: Reason?, _ report: Report) {
        let now = parts.clock.now()
        var record =
            progress[key].flatMap { $0.attempt == attempt ? $0 : nil }
            ?? StepRecord(key: key, attempt: attempt, state: state)
        record.state = state
        record.reason = reason
        record.report = report
        if state == .running, record.startedAt == nil { record.startedAt = now }
        if state.isFinal { record.endedAt = now }
        record.hold = nil
        record.dueAt = nil
        let sent = record.sent
        if state.isFinal { record.isProbe = false }
        // Only what is unknown may still be asked for on the host.
        if state.isFinal, state != .unknown { record.sent = [] }
        progress[key] = state.isFinal ? nil : record
        records.append(record)
        guard state.isFinal else { return }
        timers.end(.answer(key))
        timers.end(.due(key))
        worker.note(record)
        // Called jobs have no work of their own on a host, and are not among the steps that the pool counts.
        if key.lane >= 0, plan.steps[key.step].role == .task, rules.state(of: key)?.isFinal == true {
            // What filled its host's disk is not worth keeping there: the rest of it is lost.
            let isAsked = state == .unknown && reason?.code != ReasonCode.outputLost.rawValue
            let errands = isAsked ? [] : sent.compactMap(\.path)
            toSettle.append(EndedStep(host: plan.lanes[key.lane].host, errands: errands))
        }
    }

    func hold(_ key: StepKey, _ attempt: Int, _ hold: Hold) {
        guard var record = progress[key] else { return }
        record.state = .held
        record.hold = hold
        progress[key] = record
        records.append(record)
        if let wait = hold.longestWait {
            let since = (record.startedAt ?? parts.clock.now()) + wait
            timers.set(.answer(key), after: since - parts.clock.now()) { [mailbox] in
                mailbox.post(.event(.expired(key)))
            }
        }
    }

    func wake(_ key: StepKey, _ attempt: Int, _ delay: Duration) {
        if var record = progress[key] {
            record.dueAt = parts.clock.now() + delay
            progress[key] = record
            records.append(record)
        }
        timers.set(.due(key), after: delay) { [mailbox] in mailbox.post(.event(.due(key))) }
    }

    func stop(_ key: StepKey) {
        // What an earlier controller had begun must first be found again, to be ended.
        if running[key] == nil, progress[key]?.sent.isEmpty == false {
            toStart.removeAll { $0 == key }
            launch(key)
        }
        guard running[key] != nil else {
            // Not launched yet: its start waits to be kept, and must not happen any more.
            toStart.removeAll { $0 == key }
            calledOff.insert(key)
            let reason = Reason(.cancelledByPerson, "cancelled before it was started")
            mailbox.post(.event(.ended(key, StepEnd(.cancelled(reason)))))
            return
        }
        running[key]?.wasStopped = true
        running[key]?.task.cancel()
    }

    /// Ends work that has overrun its limit and does not see to that itself.
    func stopOverdue(_ key: StepKey, _ attempt: Int) {
        guard let step = running[key], step.attempt == attempt else { return }
        worker.noteOverdue(key)
        step.task.cancel()
    }
}
