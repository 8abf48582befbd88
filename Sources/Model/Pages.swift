// SPDX-License-Identifier: Apache-2.0

/// Steps that changed, and where to go on.
package struct StepPage: Codable, Hashable, Sendable {
    package var records: [StepRecord]
    package var position: Int
    package init(records: [StepRecord], position: Int) {
        self.records = records
        self.position = position
    }
}

/// Events, and where to go on.
package struct EventPage: Codable, Hashable, Sendable {
    package var events: [Event]
    package var position: Int
    package init(events: [Event], position: Int) {
        self.events = events
        self.position = position
    }
}
