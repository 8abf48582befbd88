// SPDX-License-Identifier: Apache-2.0

package import Model

/// How near a called job, or the run, is to its limit of failed lanes.
struct LimitProgress: Sendable {
    var failed: Set<Int> = []
    var begun: Set<Int> = []
}

// `stopAfter`: after so many failed lanes no further lane begins.
extension RunRules {
    var stoppedReason: Reason {
        Reason(.stopped, "too many lanes had failed for another to begin (stopAfter)")
    }

    /// Whether a lane may begin, or has begun already, under every limit around the step.
    mutating func mayBegin(_ key: StepKey) -> Bool {
        guard key.lane >= 0 else { return true }
        for (index, limit) in shape.limits.enumerated() where isInside(key.step, limit.group) {
            guard !limits[index].begun.contains(key.lane) else { continue }
            guard limits[index].failed.count < limit.count else { return false }
            limits[index].begun.insert(key.lane)
        }
        return true
    }

    /// Whether no further lane may begin under a limit around a step.
    func isStopped(around step: Int) -> Bool {
        shape.limits.indices.contains { index in
            isInside(step, shape.limits[index].group) && limits[index].failed.count >= shape.limits[index].count
        }
    }

    /// Counts a lane that failed under every limit its failure is reflected to.
    mutating func countLimits(_ key: StepKey, _ end: NodeEnd) {
        guard key.lane >= 0, end.state == .failed || end.state == .unknown else { return }
        for (index, limit) in shape.limits.enumerated() where isReflected(key.step, upTo: limit.group) {
            limits[index].failed.insert(key.lane)
        }
    }

    /// Takes note, after a restart, of lanes that had begun: they go on whatever the limit says.
    package mutating func noteBegun(_ keys: some Sequence<StepKey>) {
        lanes.begun = Set(keys)
        for key in keys where key.lane >= 0 {
            for (index, limit) in shape.limits.enumerated() where isInside(key.step, limit.group) {
                limits[index].begun.insert(key.lane)
            }
        }
    }

    /// Takes note, after a restart, of how many tries a step has had.
    package mutating func continueTries(of key: StepKey, at attempt: Int, from first: Int? = nil) {
        guard let node = shape.node(key.step, lane: key.lane) else { return }
        nodes[node].attempt = UInt16(clamping: attempt)
        if let first { nodes[node].firstAttempt = UInt16(clamping: first) }
    }

    private func isInside(_ step: Int, _ group: Int?) -> Bool {
        guard let group else { return true }
        var next = shape.steps[step].parent
        while let parent = next {
            if parent == group { return true }
            next = shape.steps[parent].parent
        }
        return false
    }

    private func isReflected(_ step: Int, upTo group: Int?) -> Bool {
        guard isInside(step, group) else { return false }
        var next: Int? = step
        while let current = next, current != group {
            if !shape.steps[current].reflectsError { return false }
            next = shape.steps[current].parent
        }
        return true
    }
}
