// SPDX-License-Identifier: Apache-2.0

/// How much of a server its clients can take; its configuration may set each.
package struct ServerLimits: Hashable, Sendable {
    /// The most connections to the socket at once.
    package var connections = 256
    /// The most connections to the status address at once.
    package var statusConnections = 64
    /// The largest request, in bytes: plans, actions and host keys; others may have a megabyte.
    package var body = 128_000_000
    /// How long a connection may wait for its next request.
    package var idle = Duration.seconds(60)

    /// What may be set; fewer connections would leave no room for a person beside a program that watches.
    package static let connectionBounds = 4...10_000
    package static let bodyBounds = 1_000_000...1_000_000_000
    package static let idleBounds = Duration.seconds(5)...Duration.seconds(3600)

    package init() {}
}
