// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// What the transport is told once, when the product is wired.
package struct SSHOptions: Sendable {
    /// The host keys expected at an endpoint; none = the host is not known.
    package var hostKeys: @Sendable (Endpoint) -> [HostKey]
    /// Reads a secret where it stands.
    package var secret: SecretLookup
    /// The jump host of a name.
    package var jumpHost: @Sendable (HostName) -> Host?
    /// The user to log in as where the inventory names none; nil when there is none either.
    package var defaultUser: String?
    /// Key files tried, after the agent, where the inventory names none.
    package var defaultKeyFiles: [String] = []
    /// The socket of the SSH agent, if there is one.
    package var agentSocket: String?
    /// Hosts nearby that shake hands at once on each loop thread; with fewer the thread wakes more often for each.
    package var handshakes = 128
    /// How long a host may shake hands before its place is given to another; it goes on without one.
    package var handshakePatience = Duration.milliseconds(500)
    /// How long a TCP connection, and then the first words of the host, may take.
    package var connectLimit = Duration.seconds(10)
    /// How long handshake and log-in may take.
    package var loginLimit = Duration.seconds(30)
    /// How long the log-in shell and our launcher may take until a program starts.
    package var launchLimit = Duration.seconds(30)
    /// How often a silent host is asked for a sign of life while a command runs on it.
    package var keepAlive = Duration.seconds(15)
    /// How long it may stay silent then, before it counts as lost: noticed after at most 15 + 25 = 40 s.
    package var silenceLimit = Duration.seconds(25)
    /// Loop threads.
    package var threads = 1

    package init(
        defaultUser: String?, hostKeys: @escaping @Sendable (Endpoint) -> [HostKey],
        secret: @escaping SecretLookup,
        jumpHost: @escaping @Sendable (HostName) -> Host?
    ) {
        self.defaultUser = defaultUser
        self.hostKeys = hostKeys
        self.secret = secret
        self.jumpHost = jumpHost
    }
}
