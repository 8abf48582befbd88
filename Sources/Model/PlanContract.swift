// SPDX-License-Identifier: Apache-2.0

/// A plan as it was agreed: what was asked for, what it came to, and by which keys the hosts were known.
///
/// It is part of `plan -o json`; `run --plan` makes the plan anew from what was asked for and refuses to run anything else.
package struct PlanContract: Codable, Sendable {
    /// The job.
    package var job: JobID
    /// Which hosts, as it was written.
    package var on: String?
    /// Which of those not.
    package var except: String?
    /// The values given, as they were written.
    package var values: [String: Setting]
    /// The pace asked for.
    package var pace: Pace
    /// What it came to.
    package var plan: Plan
    /// The fingerprints of the keys pinned for each of the plan's hosts, by the host's name.
    package var hostKeys: [String: [String]]

    package init(
        job: JobID, on: String?, except: String?, values: [String: Setting], pace: Pace, plan: Plan,
        hostKeys: [String: [String]]
    ) {
        self.job = job
        self.on = on
        self.except = except
        self.values = values
        self.pace = pace
        self.plan = plan
        self.hostKeys = hostKeys
    }
}

extension Pace {
    /// Whether it could have been written: what comes over a socket need not be.
    package var isSensible: Bool {
        batch?.isSensible != false && stopAfter?.isSensible != false && (parallel ?? 1) >= 1
            && (parallel ?? 1) <= 100_000
    }
}

extension Plan {
    /// Whether its parts name only parts that there are.
    package var isConsistent: Bool {
        let lanes = lanes.indices
        return (0...lanes.count).contains(targetCount)
            && laneSets.allSatisfy { $0.allSatisfy { $0 == Plan.controllerLane || lanes.contains($0) } }
            && steps.allSatisfy { step in
                laneSets.indices.contains(step.laneSet) && scopes.indices.contains(step.scope)
                    && step.parent.map(steps.indices.contains) ?? true
                    && step.links.allSatisfy { steps.indices.contains($0.from) }
            }
    }
}
