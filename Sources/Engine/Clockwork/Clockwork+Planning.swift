// SPDX-License-Identifier: Apache-2.0

import Model
package import Scheduling
package import Storage

/// How far a schedule has been planned, and when it is planned further.
struct PlannedAhead: Sendable {
    let through: Instant
    let again: Instant
}

// Starts that are kept before their time comes.
extension Clockwork {
    /// Of each schedule no more starts than these are kept ahead, so that one of every minute does not fill the store.
    static let most = 100
    /// How far back what was missed is planned and told start by start, and how many of one schedule at most.
    private static let longestListing = 31
    private static let mostListed = 10_000

    /// Takes up what the store knows and plans ahead; to be called first, and when schedules have changed.
    ///
    /// What is planned and still to come is planned anew where rules have changed; what a person held, moved or removed stays so. A
    /// schedule that is seen for the first time has missed nothing.
    ///
    /// Where the store fails meanwhile, the next tick does it again.
    package func take(_ book: ScheduleBook) async throws(StoreError) {
        await turns.enter()
        self.book = book
        isTaken = false
        do throws(StoreError) {
            try await take()
            await turns.leave()
        } catch {
            await turns.leave()
            throw error
        }
    }

    func take() async throws(StoreError) {
        watchesStarts = book.all.contains { $0.definition.watch.start != nil || $0.definition.watch.end != nil }
        let now = parts.clock.now()
        let known = Dictionary(
            uniqueKeysWithValues: try await parts.store.scheduleMarks().map { ($0.schedule, $0.through) })
        let inUse = book.all.filter(\.definition.isEnabled)
        try await Clockwork.each(inUse) { (schedule: Schedule) async throws(StoreError) in
            try await self.take(schedule, planned: known[schedule.name], at: now)
        }
        for name in Set(known.keys).subtracting(inUse.map(\.name)) {
            try await parts.store.unplan(name, after: now)
            ahead[name] = nil
        }
        try await findGoing()
        isTaken = true
    }

    /// Plans a schedule anew, unless what is kept of it is what its rules give.
    private func take(_ schedule: Schedule, planned: Instant?, at now: Instant) async throws(StoreError) {
        if let planned, planned > now {
            // Where the clock was set back, very much is kept that is still to come; the next of it tells whether rules have changed.
            let (wanted, through) = schedule.starts(after: now, through: planned, now)
            let kept = try await parts.store.slots(of: schedule.name, from: now + .microseconds(1), through: through)
            if kept.agree(with: wanted) {
                let middle = wanted.count * 2 > Clockwork.most ? wanted[wanted.count / 2].startsAt : nil
                ahead[schedule.name] = PlannedAhead(through: planned, again: middle ?? beforeEnd(planned))
                return
            }
        }
        try await plan(schedule, after: min(planned ?? now, now), withdrawn: now, at: now)
    }

    /// Plans those schedules further of which too little is kept ahead.
    func planFurther(at now: Instant) async throws(StoreError) {
        let due = ahead.filter { $0.value.again < now }
        guard !due.isEmpty else { return }
        let marks = try await parts.store.scheduleMarks()
        let known = Dictionary(uniqueKeysWithValues: marks.map { ($0.schedule, $0.through) })
        try await Clockwork.each(due) { (name, ahead) async throws(StoreError) in
            guard let schedule = await self.book[name] else { return }
            // Somebody else may have planned it anew.
            guard known[name] == ahead.through else {
                return try await self.take(schedule, planned: known[name], at: now)
            }
            try await self.plan(schedule, after: ahead.through, withdrawn: nil, at: now)
        }
    }

    private func plan(
        _ schedule: Schedule, after: Instant, withdrawn: Instant?, at now: Instant
    ) async throws(StoreError) {
        let after = try await listed(after, schedule)
        let end = max(after, now + parts.horizon)
        let (slots, through) = schedule.starts(after: after, through: end, now)
        try await parts.store.plan(
            slots, mark: ScheduleMark(schedule: schedule.name, through: through), withdrawn: withdrawn)
        let again = through < end ? slots[max(0, slots.count - Clockwork.most / 2)].startsAt : beforeEnd(through)
        ahead[schedule.name] = PlannedAhead(through: through, again: again)
    }

    /// When what is planned up to an instant is to be planned further: an hour after it was, if it was the whole horizon.
    private func beforeEnd(_ through: Instant) -> Instant { through + (.seconds(3600) - parts.horizon) }

    /// From when on what was missed is planned, so that each start is told by itself.
    ///
    /// Where the clock stands far later than before, what lies further back is told in one sentence.
    private func listed(_ after: Instant, _ schedule: Schedule) async throws(StoreError) -> Instant {
        let now = parts.clock.now()
        guard after < now else { return after }
        let first = schedule.listed(after, now, days: Clockwork.longestListing, most: Clockwork.mostListed)
        guard after < first else { return after }
        let text = Sentence(
            "starts from {after} through {first} are not planned any more, nor told one by one",
            ["after": after, "first": first])
        try await tell(Event(at: now, level: .warning, kind: .unlisted, schedule: schedule.name, text))
        return first
    }
}

extension Schedule {
    /// The instant after which there are at most so many starts until now, so many days back at most.
    fileprivate func listed(_ after: Instant, _ now: Instant, days: Int, most: Int) -> Instant {
        var back = 1
        while true {
            // From the end on: of many years of every minute the last few days are enough.
            let begin = max(after, now - .seconds(back * 86_400))
            let starts = timetable.occurrences(from: begin + .microseconds(1), through: now)
            if starts.count > most { return starts[starts.count - most - 1].instant }
            if begin == after || back >= days { return begin }
            back = min(days, back * 2)
        }
    }

    /// Its starts after an instant through another, and through when they are all there: of those that are still to come now only so
    /// many.
    fileprivate func starts(
        after: Instant, through end: Instant, _ now: Instant
    ) -> (slots: [Slot], through: Instant) {
        var (slots, ahead) = ([Slot](), 0)
        let headings = Dictionary(uniqueKeysWithValues: timetable.rules.map { ($0.number, $0.heading) })
        for occurrence in timetable.occurrences(from: after + .microseconds(1), through: end) {
            if occurrence.instant > now { ahead += 1 }
            guard ahead <= Clockwork.most else { return (slots, slots.last?.startsAt ?? after) }
            slots.append(
                Slot(
                    id: SlotID(name, occurrence.instant), schedule: name, job: definition.job, day: occurrence.day,
                    startsAt: occurrence.instant,
                    origin: occurrence.reason(headings[occurrence.rule] ?? Sentence(verbatim: ""))))
        }
        return (slots, end)
    }
}

extension [Slot] {
    /// Whether these, as they are kept, are what rules give: none of those is missing, and nothing else is planned.
    fileprivate func agree(with wanted: [Slot]) -> Bool {
        let names = Set(map(\.id))
        guard wanted.allSatisfy({ names.contains($0.id) }) else { return false }
        let expected = Dictionary(uniqueKeysWithValues: wanted.map { ($0.id, $0) })
        return filter { $0.state == .planned && !$0.isTouched }.allSatisfy { $0 == expected[$0.id] }
    }
}
