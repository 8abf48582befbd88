// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The files and sockets that this process may have open at a time (`RLIMIT_NOFILE`), and how they are shared out.
package enum OpenFiles {
    /// The soft limit that the process was started with; programs that it starts have the same.
    package static let atStart = limit

    /// How many files and sockets may be open now.
    package static var limit: Int { Int(clamping: current.rlim_cur) }

    /// Half of what is left beside the reserve: for connections to hosts.
    package static var forHosts: Int { max(3, shared / 2) }
    /// A quarter: for the pipes of programs on the controller.
    package static var forLocalPrograms: Int { max(1, shared / 4) }
    /// A quarter: for connections to the server.
    package static var forClients: Int { max(1, shared / 4) }

    /// Raises the soft limit to the hard one; called once, when the process starts.
    package static func raise() {
        _ = atStart
        var wanted = current
        wanted.rlim_cur = wanted.rlim_max
        setrlimit(resource, &wanted)
    }

    /// The store, log files, libraries and connections to jump hosts take no more than the reserve.
    private static var shared: Int { max(0, limit - 64) }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    private static var current: rlimit {
        var limits = rlimit()
        getrlimit(resource, &limits)
        return limits
    }
}
