// SPDX-License-Identifier: Apache-2.0

import Model
import NIOCore
import Testing

@testable import WebServer

@Suite("How much of a door clients can take")
struct DoorLimitsTests {
    @Test("what the configuration says, and never more connections than files may be open for clients")
    func configured() {
        var limits = ServerLimits()
        (limits.connections, limits.statusConnections, limits.idle) = (5, 4, .seconds(7))
        #expect(DoorLimits.socket(limits).connections == 5)
        #expect(DoorLimits.status(limits).connections == 4)
        // Who connects is known at the socket only.
        #expect(DoorLimits.socket(limits).ofAccount == 3)
        #expect(DoorLimits.status(limits).ofAccount == nil)
        #expect(DoorLimits.socket(limits).nextHead == .seconds(7))
        #expect(DoorLimits.status(limits).nextHead == .seconds(7))
        (limits.connections, limits.statusConnections) = (10_000_000, 10_000_000)
        #expect(DoorLimits.socket(limits).connections == max(4, OpenFiles.forClients / 4 * 3))
        #expect(DoorLimits.status(limits).connections == max(4, OpenFiles.forClients / 4))
    }
}
