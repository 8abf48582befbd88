// SPDX-License-Identifier: Apache-2.0

import Glibc
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

    /// The door for the command line.
    static var socket: DoorLimits { DoorLimits(connections: share(of: 256, part: 8)) }
    /// The door for whoever watches.
    static var status: DoorLimits { DoorLimits(connections: share(of: 64, part: 16)) }

    /// As many connections as wanted, but no more than a part of the files that the process may open: most are left for the
    /// store, for hosts and for programs.
    private static func share(of wanted: Int, part: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        return min(wanted, max(4, Int(clamping: limit.rlim_cur) / part))
    }
}
