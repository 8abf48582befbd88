// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore

/// `struct ucred` of Linux, which glibc shows only to those who ask for GNU's extensions; see unix(7).
struct PeerCredentials: Sendable {
    var pid: pid_t = 0
    var uid: uid_t = 0
    var gid: gid_t = 0
}

extension Channel {
    /// Who is at the other end of a socket of this machine, by the system's word; nil where that cannot be asked.
    var peer: EventLoopFuture<PeerCredentials>? {
        (self as? any SocketOptionProvider)?.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    }
}
