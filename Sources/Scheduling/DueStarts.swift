// SPDX-License-Identifier: Apache-2.0

package import Model

/// What becomes of the starts of one schedule whose time has come: its policies about what was missed and what overlaps.
package struct DueStarts: Sendable {
    package enum Verdict: Hashable, Sendable {
        /// A run is made of it now.
        case start
        /// It waits for the run before it to end.
        case wait
        /// The run before it is cancelled, and it waits for that.
        case replace
        /// It is not run, and why.
        case skip(Sentence)
    }

    package struct Judgement: Hashable, Sendable {
        package let slot: Slot
        package let verdict: Verdict
    }

    private let missed: ScheduleDefinition.Missed
    private let overlap: ScheduleDefinition.Overlap
    /// A start that is not later than this is on time.
    package static let punctual = Duration.seconds(60)

    package init(missed: ScheduleDefinition.Missed, overlap: ScheduleDefinition.Overlap) {
        self.missed = missed
        self.overlap = overlap
    }

    /// Judges the starts of a schedule whose time has come, those that wait already among them, in order of their start.
    ///
    /// It is busy while a run of it has not ended.
    package func judge(_ due: [Slot], at now: Instant, isBusy: Bool) -> [Judgement] {
        let fresh = due.filter { $0.state == .planned }
        let late = fresh.filter { now - $0.startsAt > Self.punctual }
        let onTime = fresh.filter { now - $0.startsAt <= Self.punctual }
        var (result, wanted) = caughtUp(late, at: now, isFollowed: !onTime.isEmpty)
        wanted += onTime
        result += placed(due.filter { $0.state == .waiting }, wanted, late: Set(late.map(\.id)), isBusy: isBusy)
        return result.sorted { ($0.slot.startsAt, $0.slot.id) < ($1.slot.startsAt, $1.slot.id) }
    }

    /// Which of those that were missed are run all the same.
    private func caughtUp(_ late: [Slot], at now: Instant, isFollowed: Bool) -> ([Judgement], [Slot]) {
        func skip(_ slots: some Sequence<Slot>, _ why: Sentence) -> [Judgement] {
            slots.map { slot in
                let values: [String: any CustomStringConvertible] = ["time": (now - slot.startsAt).short, "why": why]
                return Judgement(slot: slot, verdict: .skip(Sentence("missed by {time}: {why}", values)))
            }
        }
        switch missed {
        case .skip: return (skip(late, Sentence("missed starts are not run")), [])
        case .runOnce(let window):
            let tooLate = late.filter { now - $0.startsAt > window }
            let near = late.dropFirst(tooLate.count)
            let (chosen, others) = isFollowed ? ([], Array(near)) : (Array(near.suffix(1)), Array(near.dropLast()))
            return (
                skip(tooLate, Sentence("more than {time}", ["time": window.written]))
                    + skip(others, Sentence("a later start takes its place")), chosen
            )
        case .runAll(let limit):
            return (
                skip(
                    late.dropLast(limit),
                    Sentence("of those that were missed the last {count} are run", ["count": limit])),
                Array(late.suffix(limit))
            )
        }
    }

    /// What each start does beside the run before it, and beside each other.
    private func placed(_ waiting: [Slot], _ wanted: [Slot], late: Set<SlotID>, isBusy: Bool) -> [Judgement] {
        if overlap == .stopOld { return newest(of: waiting + wanted, isBusy: isBusy) }
        var (result, isBusy, queue): ([Judgement], Bool, Int) = ([], isBusy, 0)
        for slot in waiting {
            result.append(Judgement(slot: slot, verdict: isBusy ? .wait : .start))
            if isBusy { queue += 1 }
            isBusy = true
        }
        for slot in wanted {
            let verdict: Verdict
            switch overlap {
            case _ where !isBusy, .allow: verdict = .start
            // What is caught up on comes one after another, for all of it is wanted.
            case .skip where late.contains(slot.id) && missed.runsAll: verdict = .wait
            case .skip: verdict = .skip(Sentence("the run before it had not ended"))
            case .queueOne:
                verdict =
                    queue == 0 || missed.runsAll && late.contains(slot.id)
                    ? .wait : .skip(Sentence("another start waits already"))
            case .stopOld: verdict = .replace
            }
            if verdict == .wait { queue += 1 }
            isBusy = true
            result.append(Judgement(slot: slot, verdict: verdict))
        }
        return result
    }
}

extension DueStarts {
    /// The newest start takes the place of the run before it, and of those that wait for that to end.
    private func newest(of slots: [Slot], isBusy: Bool) -> [Judgement] {
        guard let last = slots.max(by: { ($0.startsAt, $0.id) < ($1.startsAt, $1.id) }) else { return [] }
        return slots.map { slot in
            guard slot.id == last.id else {
                return Judgement(slot: slot, verdict: .skip(Sentence("a later start takes its place")))
            }
            guard isBusy else { return Judgement(slot: slot, verdict: .start) }
            return Judgement(slot: slot, verdict: slot.state == .waiting ? .wait : .replace)
        }
    }
}

extension ScheduleDefinition.Missed {
    fileprivate var runsAll: Bool {
        if case .runAll = self { true } else { false }
    }
}
