// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Model

/// What a server says of itself: which it is, and from which files it works.
package struct ServerInfo: Codable, Hashable, Sendable {
    package var version: String
    package var pid: Int32
    package var startedAt: Instant
    /// The directory of its store.
    package var data: String
    package var playbooks: [String]
    package var plugins: [String]
    package var inventory: String?
    package var schedules: [String]
    /// Who asks, as the server knows them.
    package var person = ""
    /// Why it cannot work, a sentence each; none when it can.
    package var complaints: [String] = []
    /// How many runs it moves.
    package var movingRuns = 0

    package init(
        version: String, pid: Int32, startedAt: Instant, data: String, playbooks: [String], plugins: [String],
        inventory: String?, schedules: [String]
    ) {
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
        self.data = data
        self.playbooks = playbooks
        self.plugins = plugins
        self.inventory = inventory
        self.schedules = schedules
    }
}

/// Asks for a run of a plan as it was agreed: the server makes the plan anew, and refuses where anything has changed since.
package struct StartRun: Codable, Sendable {
    package var contract: PlanContract
    /// Why the person agrees to begin now, although a window or a freeze asks not to.
    package var despite: String?

    package init(contract: PlanContract, despite: String? = nil) {
        self.contract = contract
        self.despite = despite
    }
}

/// The run that was made.
package struct RunAccepted: Codable, Hashable, Sendable {
    package var run: RunID
    package init(run: RunID) { self.run = run }
}

/// Asks for something to be done with a run.
package struct RunRequest: Codable, Hashable, Sendable {
    package enum Action: String, Codable, CaseIterable, Sendable {
        case cancel, hold, release, reject, skip, kill, rework, probe
        case setOK = "set-ok"
        /// Moves it on, where nobody does.
        case resume
    }

    package var run: RunID
    package var action: Action
    package var step: StepPath?
    /// The targets it is about, by lane; nil = all.
    package var lanes: Set<Int>?
    /// With `rework` of a step: only where that step did not end well.
    package var onlyFailed: Bool
    package var by: String
    package var reason: String

    package init(
        run: RunID, action: Action, step: StepPath? = nil, lanes: Set<Int>? = nil, onlyFailed: Bool = false, by: String,
        reason: String = ""
    ) {
        self.run = run
        self.action = action
        self.step = step
        self.lanes = lanes
        self.onlyFailed = onlyFailed
        self.by = by
        self.reason = reason
    }
}

/// Says that something was done, and what.
package struct Done: Codable, Hashable, Sendable {
    package var message: String
    package init(_ message: String) { self.message = message }
}

/// Pieces of what a step wrote.
package struct OutputAnswer: Codable, Sendable {
    package struct Block: Codable, Sendable {
        package var index: Int
        package var bytes: Data
        package init(index: Int, bytes: Data) {
            self.index = index
            self.bytes = bytes
        }
    }
    package var blocks: [Block]
    package init(blocks: [Block]) { self.blocks = blocks }
}

/// Asks for host keys to be expected from now on, and for others to be forgotten first.
package struct ChangeHostKeys: Codable, Sendable {
    package var forget: [Endpoint]
    package var pin: [PinnedHostKey]
    package init(forget: [Endpoint] = [], pin: [PinnedHostKey] = []) {
        self.forget = forget
        self.pin = pin
    }
}
