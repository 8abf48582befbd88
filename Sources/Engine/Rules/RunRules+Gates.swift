// SPDX-License-Identifier: Apache-2.0

import Model

// Gates: what stands between two batches. A gate that does not let the next batch begin fails no target that was done.
extension RunRules {
    /// A step of a gate that runs once did not end OK: a person said no, or a check failed.
    mutating func close(gate: Int, _ reason: Reason, _ tally: Tally) {
        guard closed[gate] == nil else { return }
        let isPerson = [ReasonCode.rejected, .holdExpired].contains { $0.rawValue == reason.code }
        let why = isPerson ? reason.message : "what was to be OK between two batches is not: \(reason.message)"
        closed[gate] = Reason(.gateClosed, "not begun: \(why)")
        worsen(tally)
    }

    /// The gate that a step is, or in which it runs once; nil = none.
    ///
    /// What looks at a single target goes on there, as in the batch.
    func gate(of key: StepKey) -> Int? {
        key.lane < 0 || shape.steps[key.step].isGate ? gate(around: key.step) : nil
    }

    /// The gate that a step is or belongs to, perhaps by way of called jobs; nil = none.
    func gate(around step: Int) -> Int? {
        guard shape.hasGates else { return nil }
        var next: Int? = step
        while let current = next {
            if shape.steps[current].isGate { return current }
            next = shape.steps[current].parent
        }
        return nil
    }

    /// Why a step stays behind a gate; nil = it stands behind none, or the gate is open.
    mutating func closedReason(_ step: Int) -> Reason? {
        guard shape.hasGates else { return nil }
        var next: Int? = step
        while let current = next {
            let before = shape.steps[current].links.compactMap { closed[$0.from] }.first
            if let reason = closed[current] ?? before ?? unreached(current) {
                closed[step] = reason
                return reason
            }
            next = shape.steps[current].parent
        }
        return nil
    }

    /// The reason of a batch behind a gate to which no target came.
    private func unreached(_ step: Int) -> Reason? {
        let gates = shape.steps[step].links.map(\.from).filter {
            shape.steps[$0].isGate && shape.steps[$0].role == .group
        }
        guard let gate = gates.first, steps[gate].succeeded == 0, steps[gate].ended == shape.width(of: gate) else {
            return nil
        }
        return Reason(.gateClosed, "not begun: no target of the batch before it came through")
    }
}
