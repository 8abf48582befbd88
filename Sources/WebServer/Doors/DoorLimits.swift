// SPDX-License-Identifier: Apache-2.0

import Model
import NIOCore

/// How much of a door one client can take.
struct DoorLimits: Sendable {
    /// The most connections at once.
    var connections: Int
    /// From the connection to the end of the first request's head.
    var firstHead = TimeAmount.seconds(10)
    /// From an answer to the end of the next request's head.
    var nextHead = TimeAmount.seconds(60)
    /// From a request's head to its end.
    var body = TimeAmount.seconds(60)
    /// From an answer that was given early to the end of its request.
    var rest = TimeAmount.seconds(5)
    /// How long a client may leave an answer unread.
    var unread = TimeAmount.seconds(30)

    /// The door for the command line: three quarters of the files that are for clients.
    static var socket: DoorLimits { DoorLimits(connections: min(256, max(4, OpenFiles.forClients / 4 * 3))) }
    /// The door for whoever watches: the rest.
    static var status: DoorLimits { DoorLimits(connections: min(64, max(4, OpenFiles.forClients / 4))) }
}
