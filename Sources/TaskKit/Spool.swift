// SPDX-License-Identifier: Apache-2.0

package import Model

// What survives a connection: on the host, each account has a spool, where the launcher keeps the state and the output of what
// it was told to keep. A name in it is claimed once and never again, so that nothing is ever started twice.

/// What a host offers to an account that wants its work to survive the connection.
package struct Ground: Hashable, Codable, Sendable {
    /// Tells one start of the machine from another.
    package var boot: String
    /// The directory of the spool; nil = there can be none, and work ends or is lost with its connection.
    package var spool: String?
    /// Why there can be none, where that is worth telling.
    package var refusal: String?
    /// The day before which the spool has forgotten everything, as `yyyymmdd`; nil or anything else = it is not known.
    package var swept: String?

    /// Makes a ground.
    package init(boot: String, spool: String?, refusal: String? = nil, swept: String? = nil) {
        self.boot = boot
        self.spool = spool
        self.refusal = refusal
        self.swept = swept
    }
}

/// One name in a host's spool, and how much of what it wrote is known already.
package struct Errand: Hashable, Codable, Sendable {
    /// The absolute path of its state on the host.
    package var path: String
    /// The start of the machine in which it may be begun; in any other it is not.
    package var boot: String
    /// Bytes of standard output that are not wanted again.
    package var outputOffset = 0
    /// Bytes of standard error that are not wanted again.
    package var errorOffset = 0

    /// Makes an errand of which nothing is known yet.
    package init(path: String, boot: String) {
        self.path = path
        self.boot = boot
    }
}

/// What a host's spool says of a name.
package enum ErrandState: Hashable, Sendable {
    /// It was never begun and never will be.
    case revoked
    /// It runs; its supervisor has this process id.
    case running(pid: Int)
    /// It ended with this code; whether all it wrote is there, or the disk may have been full.
    case ended(code: Int, isWhole: Bool)
    /// Its supervisor was ended from outside: how it went on is not known.
    case gone
    /// The machine was started anew while it ran.
    case rebooted
    /// It was claimed, and then nothing more was written of it.
    case empty
}

/// A session whose host can keep what it runs.
///
/// Every transport gives this; task types see the `HostSession` in it. Passes `SpoolChecks` beside `TransportChecks`.
package protocol SpoolingSession: HostSession {
    /// Asks what the host offers to an account.
    func ground(for account: String?, become: Become) async throws(SessionFailure) -> Ground

    /// Runs a command that survives this session, unless its errand was begun before; either way, follows it to its end.
    ///
    /// Otherwise it does what `execute` does. May be called again, with the offsets of what has come, whenever it failed.
    ///
    /// - Throws: `SessionFailure`; with `notBegun` when the errand was revoked, with `supervisorGone`, `rebooted` or
    ///   `outputLost` when the host cannot say how it ended.
    func execute(
        _ command: Command, as errand: Errand, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution

    /// Sees to it that an errand is not begun from now on, and tells what is known of it.
    func revoke(_ errand: Errand, account: String?, become: Become) async throws(SessionFailure) -> ErrandState

    /// Forgets what the errands of these names wrote; that they were begun stays known.
    ///
    /// - Parameters:
    ///   - names: Names in one directory.
    ///   - directory: The spool.
    ///   - day: The first day, as `yyyymmdd`, of which everything is kept; older names are forgotten wholly.
    ///   - account: Whose spool it is.
    ///   - become: How to become it.
    /// - Throws: `SessionFailure` when the host could not be worked on.
    func forget(_ names: [String], in directory: String, keepingFrom day: String, account: String?, become: Become)
        async throws(SessionFailure)
}

/// A session whose host keeps nothing: what runs there ends, or is lost, with it.
package struct WithoutSpool: SpoolingSession {
    private let session: any HostSession

    /// Makes one of a session.
    package init(_ session: any HostSession) { self.session = session }

    /// There is no spool.
    package func ground(for account: String?, become: Become) async throws(SessionFailure) -> Ground {
        Ground(boot: "none", spool: nil)
    }

    /// Runs the command.
    package func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        try await session.execute(command, tag: tag, limit: limit, output: output)
    }

    /// Throws: there can be no errand.
    package func execute(
        _ command: Command, as errand: Errand, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        throw nothingKept
    }

    /// Throws: there can be no errand.
    package func revoke(
        _ errand: Errand, account: String?, become: Become
    ) async throws(SessionFailure) -> ErrandState {
        throw nothingKept
    }

    /// Does nothing: there is nothing to forget.
    package func forget(
        _ names: [String], in directory: String, keepingFrom day: String, account: String?, become: Become
    ) async throws(SessionFailure) {}

    /// Closes the session.
    package func close() async { await session.close() }

    private var nothingKept: SessionFailure { SessionFailure(.noShell, "the host keeps no spool") }
}
