// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Scheduling
import Storage

// What becomes of the starts whose time has come.
extension Clockwork {
    /// Does something with each of many, some at a time.
    static func each<Item: Sendable>(
        _ items: some Sequence<Item>, width: Int = 64,
        _ work: @escaping @Sendable (Item) async throws(StoreError) -> Void
    ) async throws(StoreError) {
        var rest = items.makeIterator()
        let failure: StoreError? = await withTaskGroup(of: StoreError?.self) { group in
            func add() {
                guard let item = rest.next() else { return }
                group.addTask {
                    do throws(StoreError) {
                        try await work(item)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            for _ in 0..<width { add() }
            var failure: StoreError?
            for await result in group {
                failure = failure ?? result
                if failure == nil { add() }
            }
            return failure
        }
        if let failure { throw failure }
    }

    /// Judges the starts of one schedule.
    func judge(_ slots: [Slot], of name: ScheduleName, at now: Instant) async throws(StoreError) {
        guard let schedule = book[name], schedule.definition.isEnabled else {
            let fault = book.fault(of: name).map {
                Sentence("the schedule cannot be used: {problems}", ["problems": $0.problems.sentence])
            }
            for slot in slots { try await skip(slot, fault ?? Sentence("the schedule is no longer in use")) }
            return
        }
        try await forgetEnded(name)
        // What is excluded takes no other start's place.
        var allowed: [Slot] = []
        for slot in slots {
            if let other = book.excluder(of: name, on: slot.day) {
                let text = "{other} has a start on {day} by its rules, and excludes it"
                try await skip(slot, Sentence(text, ["other": other, "day": slot.day]))
            } else {
                allowed.append(slot)
            }
        }
        let (missed, overlap) = (schedule.definition.missed, schedule.definition.overlap)
        let rules = DueStarts(missed: missed, overlap: overlap)
        let judgements = rules.judge(allowed, at: now, isBusy: going[name]?.isEmpty == false)
        // What was missed may be very much: it is kept at once.
        try await skip(judgements.compactMap(\.skipped))
        for judgement in judgements {
            let slot = judgement.slot
            switch judgement.verdict {
            case .start: try await begin(slot, slot.work ?? schedule.definition.work, overlap)
            case .wait: try await wait(slot, Sentence("the run before it has not ended"))
            case .replace:
                for run in going[name] ?? [] { try await cancel(run, by: name) }
                try await wait(slot, Sentence("the run before it is being cancelled"))
            case .skip: break
            }
        }
    }

    /// Judges a start that a person added: it is run once, if it is not missed by more than is usual.
    func judge(added slot: Slot, at now: Instant) async throws(StoreError) {
        for judgement in DueStarts(missed: .usual, overlap: .queueOne).judge([slot], at: now, isBusy: false) {
            if case .skip(let why) = judgement.verdict { return try await skip(slot, why) }
            try await begin(slot, slot.work ?? SlotWork(on: nil), .queueOne)
        }
    }

    private func begin(
        _ slot: Slot, _ work: SlotWork, _ overlap: ScheduleDefinition.Overlap
    ) async throws(StoreError) {
        let person = slot.schedule.map { "schedule \($0)" } ?? "plan of the day"
        let run: RunID
        let leftOut: [Sentence]
        do {
            let (plan, warnings) = try parts.plan(slot.job, work, slot.day)
            leftOut = warnings.all.filter(\.isAboutTargets).map(\.text)
            run = try await parts.engine.accept(
                plan, by: person, origin: slot.origin, slot: slot, agreed: slot.agreed)
        } catch let error as StoreError {
            // Somebody else was quicker, or a person changed it meanwhile: it is looked at again.
            if case .slotHasChanged = error { return }
            if error.isOfStore { throw error }
            return try await skip(slot, Self.impossible(Sentence(verbatim: "\(error)")), level: .error)
        } catch RunRefusal.jobIsRunning(let job, let other) where overlap == .queueOne || overlap == .stopOld {
            let text = "{job} allows one run at a time, and run {run} is not over"
            return try await wait(slot, Sentence(text, ["job": job, "run": other]))
        } catch let refusal as RunRefusal where refusal.isAsking {
            return try await ask(slot, refusal)
        } catch let RunRefusal.blocked(objections) {
            return try await skip(slot, objections.sentence)
        } catch {
            let why = (error as? Problems)?.sentence ?? Sentence(verbatim: "\(error)")
            return try await skip(slot, Self.impossible(why), level: .error)
        }
        if kept.isEmpty { keptSince = .now }
        kept.append(run)
        if .now - keptSince > Clockwork.longestKeeping { await beginKept() }
        if let name = slot.schedule { going[name, default: []].insert(run) }
        figures.started += 1
        let now = parts.clock.now()
        if slot.state == .planned, now - slot.startsAt <= DueStarts.punctual {
            figures.lateness.add(now - slot.startsAt)
        }
        let begun = Sentence("{start} is run {run}", ["start": slot.words, "run": run])
        let text = Sentence.list([begun] + leftOut)
        try await tell(Event(at: now, level: .info, kind: .started, slot, run: run, text))
        try await watch(run, of: slot)
    }

    private static func impossible(_ why: Sentence) -> Sentence { Sentence("it cannot be run: {why}", ["why": why]) }

    /// Has the runs moved that starts have become.
    ///
    /// All that is due at one instant is kept before the first of it is moved: that takes the processors that keeping needs.
    func beginKept() async {
        let runs = kept
        kept = []
        if !runs.isEmpty { await parts.engine.begin(runs) }
    }

    /// Nobody waits longer than this for others to be kept.
    private static let longestKeeping = Duration.milliseconds(500)

    /// Holds a start until a person agrees to it.
    private func ask(_ slot: Slot, _ refusal: RunRefusal) async throws(StoreError) {
        var held = slot
        let answer = Sentence("'{command}' agrees", ["command": "firstline plan-of-day release \(slot.id)"])
        let why = Sentence.list([refusal.grounds, answer])
        (held.state, held.reason) = (.held, why)
        guard try await change(held, from: slot) else { return }
        let text = Sentence("{start} waits for a person: {why}", ["start": slot.words, "why": why])
        try await tell(Event(at: parts.clock.now(), level: .warning, kind: .asks, held, text))
    }

    private func cancel(_ run: RunID, by schedule: ScheduleName) async throws(StoreError) {
        do {
            try await parts.engine.cancel(run, by: "schedule \(schedule)")
        } catch let error as StoreError where error.isOfStore {
            throw error
        } catch {
            // It has ended meanwhile, and has perhaps been forgotten.
        }
    }

    private func wait(_ slot: Slot, _ why: Sentence) async throws(StoreError) {
        guard slot.state != .waiting else { return }
        var waiting = slot
        (waiting.state, waiting.reason) = (.waiting, why)
        _ = try await change(waiting, from: slot)
    }

    private func skip(_ slot: Slot, _ why: Sentence, level: Level = .warning) async throws(StoreError) {
        var skipped = slot
        (skipped.state, skipped.reason) = (.skipped, why)
        guard try await change(skipped, from: slot) else { return }
        figures.skipped += 1
        try await tellSkipped(skipped, level)
    }

    /// Keeps starts that are skipped, and tells of each; of very many in one sentence.
    private func skip(_ slots: [Slot]) async throws(StoreError) {
        guard !slots.isEmpty else { return }
        let changed = try await parts.store.change(slots)
        let skipped = slots.filter { changed.contains($0.id) }
        figures.skipped += skipped.count
        guard skipped.count > Clockwork.mostTold, let first = skipped.first, let last = skipped.last else {
            for slot in skipped { try await tellSkipped(slot, .warning) }
            return
        }
        let values: [String: any CustomStringConvertible] = [
            "count": skipped.count, "first": first.startsAt, "last": last.startsAt,
            "why": last.reason ?? Sentence(verbatim: ""),
        ]
        let text = Sentence("{count} starts from {first} through {last} are not run; the last was {why}", values)
        try await tell(
            Event(
                at: parts.clock.now(), level: .warning, kind: .skipped, schedule: last.schedule, job: last.job, text))
    }

    /// More starts than these are told of together; the plan of the day says of each why.
    private static let mostTold = 10

    private func tellSkipped(_ slot: Slot, _ level: Level) async throws(StoreError) {
        let why = slot.reason ?? Sentence(verbatim: "")
        let text = Sentence("{start} is not run: {why}", ["start": slot.words, "why": why])
        try await tell(Event(at: parts.clock.now(), level: level, kind: .skipped, slot, text))
    }

    /// Keeps what became of a start; false when a person was quicker.
    private func change(_ slot: Slot, from old: Slot) async throws(StoreError) -> Bool {
        do throws(StoreError) {
            try await parts.store.change(slot, from: old)
            return true
        } catch .slotHasChanged {
            return false
        }
    }

    private func forgetEnded(_ name: ScheduleName) async throws(StoreError) {
        for run in going[name] ?? [] where try await parts.store.run(run)?.state.isFinal ?? true {
            going[name]?.remove(run)
        }
    }
}

extension DueStarts.Judgement {
    /// The start as it is kept when it is skipped; nil when it is not.
    fileprivate var skipped: Slot? {
        guard case .skip(let why) = verdict else { return nil }
        var skipped = slot
        (skipped.state, skipped.reason) = (.skipped, why)
        return skipped
    }
}
