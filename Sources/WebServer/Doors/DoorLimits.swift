// SPDX-License-Identifier: Apache-2.0

import Model
import NIOCore

/// How much of a door one client can take.
struct DoorLimits: Sendable {
    /// The most connections at once.
    var connections: Int
    /// The most of one account; nil where it is not known who connects.
    var ofAccount: Int?
    /// From the connection to the end of the first request's head.
    var firstHead = TimeAmount.seconds(10)
    /// From an answer to the end of the next request's head.
    var nextHead = TimeAmount.seconds(60)
    /// From a request's head to its end.
    var body = TimeAmount.seconds(60)
    /// From a request's head to the moment from which it gives its place to others.
    var slow = TimeAmount.seconds(5)
    /// From an answer that was given early to the end of its request.
    var rest = TimeAmount.seconds(5)
    /// How long a client may leave an answer unread.
    var unread = TimeAmount.seconds(30)
}

extension DoorLimits {
    /// The door for the command line: at most three quarters of the files that are for clients, and of those
    /// three quarters for one account.
    static func socket(_ limits: ServerLimits) -> DoorLimits {
        var door = DoorLimits(limits, connections: min(limits.connections, max(4, OpenFiles.forClients / 4 * 3)))
        door.ofAccount = door.connections / 4 * 3
        return door
    }

    /// The door for whoever watches: at most the rest of them.
    static func status(_ limits: ServerLimits) -> DoorLimits {
        DoorLimits(limits, connections: min(limits.statusConnections, max(4, OpenFiles.forClients / 4)))
    }

    private init(_ limits: ServerLimits, connections: Int) {
        self.init(connections: connections)
        nextHead = .microseconds(limits.idle.microseconds)
    }
}
