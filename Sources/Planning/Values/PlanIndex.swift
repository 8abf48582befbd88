// SPDX-License-Identifier: Apache-2.0

import Model

/// Where the hosts and steps of a plan are, by name.
package struct PlanIndex: Sendable {
    private(set) var hosts: [HostName: Host] = [:]
    private(set) var steps: [StepPath: Int] = [:]

    init() {}

    /// Looks at all of a plan.
    init(_ plan: Plan) {
        for host in plan.hosts { add(host) }
        for (number, step) in plan.steps.enumerated() { add(step, number) }
    }

    /// Takes note of a host; the first of a name counts.
    mutating func add(_ host: Host) {
        if hosts[host.name] == nil { hosts[host.name] = host }
    }

    /// Takes note of a step and its number; the first of a path counts.
    mutating func add(_ step: PlannedStep, _ number: Int) {
        if steps[step.path] == nil { steps[step.path] = number }
    }
}
