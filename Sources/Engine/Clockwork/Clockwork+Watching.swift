// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling
import Storage

/// A run of a schedule that watches its times, and when to look at it again.
struct WatchedRun: Sendable {
    let slot: Slot
    var end: (due: Instant, level: Level)?
    var takes: (length: Duration, due: Instant, level: Level)?

    var isDone: Bool { end == nil && takes == nil }
}

// Times that should not pass: when a start should have begun, when its run should have ended, how long that should take.
extension Clockwork {
    /// Tells of starts that have not become runs by the time they should have, or their runs should have ended.
    func watchStarts(at now: Instant) async throws(StoreError) {
        guard watchesStarts else { return }
        let waiting = try await parts.store.dueSlots(at: now, held: true, limit: 20_000)
        late.formIntersection(waiting.map(\.id))
        ended.formIntersection(waiting.map(\.id))
        for slot in waiting {
            guard let name = slot.schedule, let schedule = book[name] else { continue }
            let watch = schedule.definition.watch
            if let alarm = watch.start, case let due = schedule.instant(of: alarm.limit, slot), due <= now,
                late.insert(slot.id).inserted
            {
                let text = slot.lateness("{start} should have become a run by {due}, and is {state}", due)
                try await tell(Event(at: now, level: alarm.level, kind: .startDelay, slot, text))
            }
            if let alarm = watch.end, case let due = schedule.instant(of: alarm.limit, slot), due <= now,
                ended.insert(slot.id).inserted
            {
                let text = slot.lateness("{start} should have ended by {due}, and is {state}", due)
                try await tell(Event(at: now, level: alarm.level, kind: .endDelay, slot, text))
            }
        }
    }

    /// Watches a run that began at an instant, or begins now, if its schedule says so.
    func watch(_ run: RunID, of slot: Slot, since start: Instant? = nil) async throws(StoreError) {
        guard let name = slot.schedule, let schedule = book[name] else { return }
        let watch = schedule.definition.watch
        var watched = WatchedRun(slot: slot)
        if let alarm = watch.end { watched.end = (schedule.instant(of: alarm.limit, slot), alarm.level) }
        if let alarm = watch.takes, let length = try await length(alarm.limit, slot.job) {
            watched.takes = (length, (start ?? parts.clock.now()) + length, alarm.level)
        }
        if !watched.isDone { self.watched[run] = watched }
    }

    /// Tells of runs that have not ended by the time they should have, or take too long.
    func watchRuns(at now: Instant) async throws(StoreError) {
        for (id, watched) in watched {
            let isDue = watched.end.map { $0.due <= now } ?? false || watched.takes.map { $0.due <= now } ?? false
            guard isDue else { continue }
            guard let run = try await parts.store.run(id), !run.state.isFinal else {
                self.watched[id] = nil
                continue
            }
            let left = try await alarm(run, watched, at: now)
            self.watched[id] = left.isDone ? nil : left
        }
    }

    /// Tells what there is to tell of a run, and returns what is still to be watched of it.
    private func alarm(_ run: Run, _ watched: WatchedRun, at now: Instant) async throws(StoreError) -> WatchedRun {
        var left = watched
        if let end = watched.end, end.due <= now {
            left.end = nil
            let text = Sentence(
                "run {run} should have ended by {due}, and is {state}",
                ["run": run.id, "due": end.due, "state": Sentence(run.state.rawValue)])
            try await tell(Event(at: now, level: end.level, kind: .endDelay, watched.slot, run: run.id, text))
        }
        if let takes = watched.takes {
            let due = (run.startedAt ?? now) + takes.length
            left.takes = (takes.length, due, takes.level)
            guard due <= now else { return left }
            left.takes = nil
            let text = Sentence(
                "run {run} takes longer than {time}", ["run": run.id, "time": takes.length.written])
            try await tell(Event(at: now, level: takes.level, kind: .longRun, watched.slot, run: run.id, text))
        }
        return left
    }

    /// How long a run of a job should take; nil when too few have ended well to say what is usual.
    private func length(_ length: TimeWatch.Length, _ job: JobID) async throws(StoreError) -> Duration? {
        switch length {
        case .fixed(let duration): return duration
        case .usual(let percent):
            let good = try await parts.store.runs(RunFilter(states: [.succeeded], job: job, limit: 20))
            let lengths = good.compactMap { run in
                run.startedAt.flatMap { start in run.endedAt.map { ($0 - start).microseconds } }
            }.filter { $0 >= 0 }.sorted()
            guard lengths.count >= 3 else { return nil }
            return .microseconds(lengths[lengths.count / 2] * Int64(percent) / 100)
        }
    }
}

extension Slot {
    /// That it is late, in words about its start, the time that has passed and its state; and why it is in that state.
    fileprivate func lateness(_ words: String, _ due: Instant) -> Sentence {
        let state = Sentence(state.rawValue)
        let values: [String: any CustomStringConvertible] = [
            "start": self.words, "due": due,
            "state": reason.map { Sentence("{state}: {why}", ["state": state, "why": $0]) } ?? state,
        ]
        return Sentence(words, values)
    }
}

extension Schedule {
    /// The instant of a limit for one of its starts.
    fileprivate func instant(of limit: TimeWatch.Limit, _ slot: Slot) -> Instant {
        switch limit {
        case .after(let duration): slot.startsAt + duration
        case .clock(let minutes): timetable.zone.instant(slot.day, minutes * 60)
        }
    }
}
