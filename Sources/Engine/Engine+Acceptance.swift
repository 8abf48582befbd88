// SPDX-License-Identifier: Apache-2.0

package import Model
import Scheduling
import Storage

// How a run comes into the store.
extension Engine {
    /// So many ids are tried before a run is refused; two runs of one second get the same one once in two thousand million times.
    private static let mostIDs = 10

    /// Keeps a new run with its plan.
    ///
    /// Nothing has been touched when this returns. A planned start becomes this run in one transaction with it. Others may wait for it
    /// from now on: it must be driven or begun.
    ///
    /// Where windows or freezes ask for a person, `agreed` says who agreed to begin all the same, and why. What a run starts is part
    /// of that run, and passes with it.
    ///
    /// - Throws: `RunRefusal` when another run of the job is not over and the job allows one at a time, when a window or a freeze
    ///   stands against it, or when nobody moves a run that changes the same; `StoreError`.
    package func accept(
        _ plan: Plan, by person: String, origin: Sentence = Sentence(verbatim: ""), caller: RunID? = nil,
        slot: Slot? = nil,
        agreed: Sentence? = nil
    ) async throws -> RunID {
        // Who agrees says why.
        let agreed = agreed.flatMap { $0.description.allSatisfy(\.isWhitespace) ? nil : $0 }
        try await readOpenRuns()
        // From here to the place that the run takes nothing is awaited: no other run comes between the checks and that.
        let now = parts.clock.now()
        let objections = caller == nil ? parts.gate().objections(to: plan, at: now) : []
        if let refusal = RunRefusal(objections, isAgreed: agreed != nil) { throw refusal }
        if !plan.allowsConcurrentRuns, let other = locks?.run(of: plan.job) {
            throw RunRefusal.jobIsRunning(plan.job, other)
        }
        let run = Run(
            id: "", job: plan.job, planDigest: plan.digest, state: .waiting, operatorName: person, createdAt: now,
            origin: origin, caller: caller, slot: slot?.id)
        try refuseIfTaken(TargetLocks.Claim(run, plan, arrival: nil))
        var new = NewRun(run: run, plan: plan, actions: [RunAction(run: "", kind: .started, by: person, at: now)])
        if let agreed, !objections.isEmpty {
            let reason = Sentence("{agreed} ({objections})", ["agreed": agreed, "objections": objections.sentence])
            new.actions.append(RunAction(run: "", kind: .agreed, by: person, at: now, reason: reason))
        }
        return try await keep(new, slot)
    }

    /// Keeps a run under an id that no other run has.
    private func keep(_ new: NewRun, _ slot: Slot?) async throws -> RunID {
        for _ in 0..<Engine.mostIDs {
            let id = parts.newID(new.run.createdAt)
            // The store does not know those yet that are accepted at the same moment.
            guard locks?.claim(of: id) == nil, !moving.contains(id) else { continue }
            do throws(StoreError) {
                try await create(new.named(id), slot)
                return id
            } catch .alreadyExists {
                continue
            }
        }
        throw RunRefusal.noFreeID(tries: Engine.mostIDs)
    }

    /// Takes what the run changes, keeps the run, and gives it its place among the others.
    private func create(_ new: NewRun, _ slot: Slot?) async throws(StoreError) {
        let id = new.run.id
        var claim = TargetLocks.Claim(new.run, new.plan, arrival: nil)
        locks?.take(claim)
        moving.insert(id)
        do throws(StoreError) {
            claim.arrival =
                if let slot {
                    try await parts.store.begin(slot, as: new.run, plan: new.plan, actions: new.actions)
                } else {
                    try await parts.store.create(new.run, plan: new.plan, actions: new.actions)
                }
        } catch {
            locks?.giveBack(id)
            moved(id)
            throw error
        }
        locks?.take(claim)
        endWaits(for: id)
    }
}

/// A run that is to be kept.
private struct NewRun: Sendable {
    var run: Run
    let plan: Plan
    var actions: [RunAction]

    func named(_ id: RunID) -> NewRun {
        var named = self
        named.run.id = id
        for index in actions.indices { named.actions[index].run = id }
        return named
    }
}

extension RunID {
    /// An id of a time, so that ids sort by it, with enough chance to be the only one of its second.
    package static func random(at now: Instant) -> RunID {
        let time = now.description.filter { $0.isNumber }.prefix(14)
        let chance = String(UInt32.random(in: 0..<2_176_782_336), radix: 36)
        return RunID(
            "\(time.prefix(8))-\(time.suffix(6))-\(String(repeating: "0", count: 6 - chance.count))\(chance)")
    }
}
