// SPDX-License-Identifier: Apache-2.0

import Glibc
package import Model
package import TaskKit

/// Works on the machine the controller runs on, through the same launcher as every other host.
package struct LocalTransport: Sendable {
    private let secret: SecretLookup
    private let user: String

    /// Makes a transport.
    ///
    /// - Parameters:
    ///   - user: The user the controller runs as.
    ///   - secret: Reads the passwords that sudo or su ask for.
    package init(user: String, secret: @escaping SecretLookup) {
        self.user = user
        self.secret = secret
        // A program may end before it has read its input; writing to it is then an error to handle, not the end of this process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Opens a session; nothing is connected, so this cannot fail.
    package func open(_ host: Host) -> any HostSession {
        LocalSession(host: host, user: user, secret: secret)
    }
}

struct LocalSession: HostSession {
    let host: Host
    let user: String
    let secret: SecretLookup

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        let opening = try await opening(for: command)
        let request = try LaunchRequest(command, tag: tag, key: opening.key)
        let process = LaunchedProcess(opening, request, host: host.name, output: output)
        switch await process.run(limit: limit?.duration) {
        case .finished: return try await process.execution()
        case .limit where limit?.leavesRunning == true: return Execution(exit: .leftRunning)
        case .limit, .cancelled:
            let complete = await kill(tag, command, process, grace: limit?.grace ?? .seconds(5))
            return Execution(exit: .killed(completely: complete))
        }
    }

    func close() async {}

    private func opening(for command: Command) async throws(SessionFailure) -> LaunchOpening {
        let account = command.account == user ? nil : command.account
        var password: String?
        if account != nil, let source = host.connection.becomePassword {
            password = try await secret(source, "password for \(command.become.rawValue)")
        }
        return try LaunchOpening(account: account, become: command.become, password: password)
    }

    /// Ends everything the attempt started, as the account it runs as.
    private func kill(_ tag: String, _ command: Command, _ process: LaunchedProcess, grace: Duration) async -> Bool {
        let items = [
            tag, String(await process.pid ?? 0), String(max(1, grace.milliseconds / 1000)), process.nonce,
        ]
        var killer = Command("/bin/sh", ["-c", LaunchText.killScript])
        killer.account = command.account
        killer.become = command.become
        killer.standardInput = Array((items.joined(separator: "\n") + "\n").utf8)
        let session = self
        let limit = TimeLimit(grace + .seconds(10), leavesRunning: true)
        // A task of its own: the one that waits may be cancelled, and the kill must happen all the same.
        let killing = Task { () -> Bool in
            let end = try? await session.execute(killer, tag: "kill", limit: limit, output: NoOutput())
            return end?.exit == .code(0)
        }
        return await killing.value
    }
}
