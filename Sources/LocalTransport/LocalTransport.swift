// SPDX-License-Identifier: Apache-2.0

import Glibc
package import Model
package import TaskKit

/// Works on the machine the controller runs on, through the same launcher as every other host.
package struct LocalTransport: Sendable {
    private let secret: SecretLookup
    private let user: String
    private let shell: [String]

    /// Makes a transport.
    ///
    /// - Parameters:
    ///   - user: The user the controller runs as.
    ///   - secret: Reads the passwords that sudo or su ask for.
    ///   - shell: The shell that reads the launcher, with its own words.
    package init(user: String, secret: @escaping SecretLookup, shell: [String] = ["sh"]) {
        self.user = user
        self.shell = shell
        self.secret = secret
        // A program may end before it has read its input; writing to it is then an error to handle, not the end of this process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Opens a session; nothing is connected, so this cannot fail.
    package func open(_ host: Host) -> any SpoolingSession {
        LocalSession(host: host, user: user, secret: secret, shell: shell)
    }
}

struct LocalSession: SpoolingSession {
    let host: Host
    let user: String
    let secret: SecretLookup
    let shell: [String]

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        try await run(command, nil, tag, limit, output)
    }

    func execute(
        _ command: Command, as errand: Errand, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        try await run(command, errand, tag, limit, output)
    }

    func ground(for account: String?, become: Become) async throws(SessionFailure) -> Ground {
        let wanted = host.connection.spool
        return try await ask(account, become) { (key: String) throws(SessionFailure) in
            try LaunchRequest(groundIn: wanted, key: key)
        }.ground()
    }

    func revoke(_ errand: Errand, account: String?, become: Become) async throws(SessionFailure) -> ErrandState {
        try await ask(account, become) { (key: String) throws(SessionFailure) in
            try LaunchRequest(revoking: errand, key: key)
        }.errandState()
    }

    func forget(_ names: [String], in directory: String, keepingFrom day: String, account: String?, become: Become)
        async throws(SessionFailure)
    {
        _ = try await ask(account, become) { (key: String) throws(SessionFailure) in
            try LaunchRequest(forgetting: names, in: directory, keepingFrom: day, key: key)
        }
    }

    func close() async {}

    private func run(
        _ command: Command, _ errand: Errand?, _ tag: String, _ limit: TimeLimit?, _ output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        let opening = try await opening(for: command.account, command.become, keepsErrands: errand != nil)
        let request = try LaunchRequest(command, as: errand, tag: tag, key: opening.key)
        let process = LaunchedProcess(opening, request, host: host.name, shell: shell, output: output)
        switch await process.run(limit: limit?.duration) {
        case .finished: return try await process.execution()
        case .limit where limit?.leavesRunning == true: return Execution(exit: .leftRunning)
        case .limit, .cancelled:
            return await kill(tag, command, process, grace: limit?.grace ?? .seconds(5))
        }
    }

    /// Asks the launcher something that runs nothing.
    private func ask(
        _ account: String?, _ become: Become, _ make: (_ key: String) throws(SessionFailure) -> LaunchRequest
    ) async throws(SessionFailure) -> LaunchExchange {
        let opening = try await opening(for: account, become, keepsErrands: true)
        let process = LaunchedProcess(opening, try make(opening.key), host: host.name, shell: shell, output: NoOutput())
        _ = await process.run(limit: nil)
        _ = try await process.execution()
        return await process.exchange
    }

    private func opening(
        for account: String?, _ become: Become, keepsErrands: Bool
    ) async throws(SessionFailure) -> LaunchOpening {
        let account = account == user ? nil : account
        var password: String?
        if account != nil, let source = host.connection.becomePassword {
            password = try await secret(source, "password for \(become.rawValue)")
        }
        return try LaunchOpening(account: account, become: become, password: password, keepsErrands: keepsErrands)
    }

    /// Ends everything the attempt started, as the account it runs as.
    private func kill(_ tag: String, _ command: Command, _ process: LaunchedProcess, grace: Duration) async -> Execution
    {
        let killer = LaunchKill.command(
            ending: command, process.request, tag: tag, pid: await process.exchange.reader.pid, grace: grace)
        let session = self
        let limit = TimeLimit(grace + .seconds(10), leavesRunning: true)
        // A task of its own: the one that waits may be cancelled, and the kill must happen all the same.
        return await Task {
            let said = KeptBytes(limit: 1000)
            let end = try? await session.execute(killer, tag: "kill", limit: limit, output: said)
            return LaunchKill.ending(end, said: await said.bytes)
        }.value
    }
}
