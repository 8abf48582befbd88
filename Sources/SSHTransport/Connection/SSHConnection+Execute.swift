// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Model
import TaskKit

// Run a command: take a hand, send it the request, take the output, tell how it ended.
extension SSHConnection {
    /// Runs a command; as an errand it survives this connection.
    ///
    /// One that is urgent does not wait for others to end where the host allows few channels at a time.
    func execute(
        _ command: Command, as errand: Errand? = nil, tag: String, limit: TimeLimit?, output: any OutputSink,
        isUrgent: Bool = false, on loop: isolated SSHLoop
    ) async throws(SessionFailure) -> Execution {
        try await converse(
            command.account, command.become, isErrand: errand != nil, isUrgent: isUrgent, on: loop
        ) {
            (key: String) throws(SessionFailure) in
            try request(command, errand, tag, key)
        } carry: { (conversation: Conversation) async throws(SessionFailure) in
            switch try await talk(conversation, limit: limit, output: output) {
            case .finished: return try conversation.execution()
            case .limit where limit?.leavesRunning == true: return Execution(exit: .leftRunning)
            case .limit, .cancelled:
                let grace = limit?.grace ?? .seconds(5)
                return await kill(tag, conversation, command, grace: grace, on: loop)
            }
        }
    }

    /// Asks the launcher something that runs nothing; one that is started for it may tell its ground without the question.
    func ask(
        _ account: String?, _ become: Become, tellsGround: Bool, on loop: isolated SSHLoop,
        _ make: (_ key: String) throws(SessionFailure) -> LaunchRequest
    ) async throws(SessionFailure) -> LaunchExchange {
        do throws(SessionFailure) {
            return try await asked(account, become, tellsGround: tellsGround, on: loop, make)
        } catch {
            throw SessionFailure(error.code, error.message)
        }
    }

    private func asked(
        _ account: String?, _ become: Become, tellsGround: Bool, on loop: isolated SSHLoop,
        _ make: (_ key: String) throws(SessionFailure) -> LaunchRequest
    ) async throws(SessionFailure) -> LaunchExchange {
        try await converse(account, become, isErrand: true, tellsGround: tellsGround, on: loop, make) {
            (conversation: Conversation) async throws(SessionFailure) in
            _ = try await talk(conversation, limit: TimeLimit(options.launchLimit), output: NoOutput())
            guard conversation.isOver else {
                throw SessionFailure(.startTimeout, "\(host.name) was asked for its spool and did not answer")
            }
            _ = try conversation.execution()
            return conversation.exchange
        }
    }

    /// Gives a request to a hand that works as an account, and carries it out.
    private func converse<Answer>(
        _ account: String?, _ become: Become, isErrand: Bool, isUrgent: Bool = false, tellsGround: Bool = false,
        on loop: isolated SSHLoop,
        _ make: (_ key: String) throws(SessionFailure) -> LaunchRequest,
        carry: (Conversation) async throws(SessionFailure) -> Answer
    ) async throws(SessionFailure) -> Answer {
        commandsRunning += 1
        defer { commandsRunning -= 1 }
        while let hand = hands.take(for: another(account), become, forErrands: isErrand) {
            let conversation = Conversation(try make(hand.key), hand, host: host.name)
            do throws(SessionFailure) {
                return try await finish(conversation, carry)
            } catch {
                // A hand that had ended unnoticed heard nothing of it: another is opened.
                guard conversation.foundNobody, isAlive else { throw error }
            }
        }
        let opening = try await opening(
            for: another(account), become, keepsErrands: isErrand, tellsGround: tellsGround)
        let hand = try await openHand(opening, for: another(account), become, isUrgent: isUrgent)
        let conversation: Conversation
        do throws(SessionFailure) {
            let request = opening.tellsGround ? LaunchRequest(groundToldWith: hand.key) : try make(hand.key)
            conversation = Conversation(request, hand, host: host.name)
        } catch {
            hand.free(if: isAlive)
            throw error
        }
        return try await finish(conversation, carry)
    }

    private func finish<Answer>(
        _ conversation: Conversation, _ carry: (Conversation) async throws(SessionFailure) -> Answer
    ) async throws(SessionFailure) -> Answer {
        defer { putBack(conversation) }
        do throws(SessionFailure) {
            return try await carry(conversation)
        } catch {
            throw SessionFailure(
                error.code, error.message, mayHaveStarted: error.mayHaveStarted || conversation.mayHaveStarted)
        }
    }

    private func request(
        _ command: Command, _ errand: Errand?, _ tag: String, _ key: String
    ) throws(SessionFailure) -> LaunchRequest {
        try host.os == .windows
            ? LaunchRequest(windows: command, tag: tag, key: key)
            : LaunchRequest(command, as: errand, tag: tag, key: key)
    }

    private func opening(
        for account: String?, _ become: Become, keepsErrands: Bool, tellsGround: Bool
    ) async throws(SessionFailure) -> LaunchOpening {
        if host.os == .windows { return try LaunchOpening(windowsAs: account) }
        var password: String?
        if account != nil, let source = host.connection.becomePassword {
            password = try await options.secret(source, "password for \(become.rawValue)")
        }
        return try LaunchOpening(
            account: account, become: become, password: password, keepsErrands: keepsErrands, tellsGround: tellsGround)
    }

    private func putBack(_ conversation: Conversation) {
        if conversation.leavesHandFree, isAlive {
            hands.put(conversation.hand)
        } else {
            conversation.hand.free(if: session != nil)
        }
    }

    /// The account to become; nil = the one logged in.
    private func another(_ account: String?) -> String? { account == user ? nil : account }

    private func openHand(
        _ opening: LaunchOpening, for account: String?, _ become: Become, isUrgent: Bool
    ) async throws(SessionFailure) -> Hand {
        let channel = try await openChannel(isUrgent: isUrgent)
        let hand = Hand(opening, account: account, become: become, channel: channel)
        do throws(SessionFailure) {
            try await start(hand, opening.line)
        } catch {
            hand.free(if: session != nil)
            throw error
        }
        return hand
    }

    /// Opens a channel, waiting for one to become free where the host allows few at a time (MaxSessions).
    private func openChannel(isUrgent: Bool) async throws(SessionFailure) -> ssh_channel {
        var patience = MonotonicTime.now + .seconds(2)
        while true {
            do throws(SessionFailure) {
                return try await openOneChannel()
            } catch {
                // Those that rest are given up for the one that is needed; the host takes a moment to end them.
                if hands.freeAll() || commandsRunning > 1 && !isUrgent { patience = .now + .seconds(2) }
                guard isAlive, !Task.isCancelled, .now < patience else { throw error }
                _ = await thread.ready(-1, by: .now + .milliseconds(20))
            }
        }
    }

    private func openOneChannel() async throws(SessionFailure) -> ssh_channel {
        guard let session, lost == nil, let channel = ssh_channel_new(session) else { throw lost ?? closed }
        let number = numberOfNextChannel()
        let code: Int32
        do throws(SessionFailure) {
            code = try await untilDone(by: .now + options.loginLimit) { _ in ssh_channel_open_session(channel) }
        } catch {
            if self.session != nil { ssh_channel_free(channel) }
            throw error.code == .handshakeTimeout
                ? SessionFailure(.channelRefused, "\(host.name) did not open a channel in time") : error
        }
        guard code == SSH_OK else {
            let refusal = takeRefusal(of: number)
            ssh_channel_free(channel)
            throw SessionFailure(
                .channelRefused, "\(host.name) did not open a further channel (MaxSessions?): \(refusal.text)")
        }
        return channel
    }

    private func start(_ hand: Hand, _ line: String) async throws(SessionFailure) {
        var isAsked = false
        let code = try await untilDone(by: .now + options.loginLimit) { _ in
            let code = ssh_channel_request_exec(hand.channel, line)
            if !isAsked { hand.sendHead() }
            isAsked = true
            return code
        }
        guard code == SSH_OK else {
            throw SessionFailure(.noShell, "\(host.name) lets \(user) run no commands: \(errorText)")
        }
    }

    /// Sends and takes until the command has ended, its time is up, or the task is cancelled.
    private func talk(
        _ conversation: Conversation, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Conversation.End {
        // The limit counts from the program's own start.
        var deadline: MonotonicTime? = .now + options.launchLimit
        var hasBegun = false
        while true {
            guard session != nil else { throw lost ?? closed }
            let before = bytesReceived
            var progress = try counting { Result { () throws(SessionFailure) in try conversation.move() } }.get()
            // Reading one stream may have taken in what belongs to the other: look again before waiting for the socket.
            progress = progress || bytesReceived != before
            sinksBusy += 1
            for (bytes, stream) in conversation.takePieces() { await output.write(bytes, to: stream) }
            sinksBusy -= 1
            if conversation.isOver { return .finished }
            if let lost { throw lost }
            if !hasBegun, conversation.hasBegun {
                hasBegun = true
                deadline = limit.map { .now + ($0.duration - conversation.exchange.reader.age) }
            }
            if Task.isCancelled { return .cancelled }
            if progress { continue }
            let until = [deadline, conversation.nextQuestion].compactMap(\.self).min()
            guard await wait(by: until) == .deadline, let deadline, deadline <= .now else { continue }
            if hasBegun { return .limit }
            throw conversation.exchange.notStarted(within: options.launchLimit)
        }
    }

    /// Ends everything the attempt started, over a connection of its own if this one allows no further channel.
    private func kill(
        _ tag: String, _ conversation: Conversation, _ command: Command, grace: Duration, on loop: isolated SSHLoop
    ) async -> Execution {
        let pid = conversation.exchange.reader.pid
        guard host.os != .windows else { return await killWindows(pid, on: loop) }
        let killer = LaunchKill.command(ending: command, conversation.request, tag: tag, pid: pid, grace: grace)
        return await executeUncancelled(killer, TimeLimit(grace + .seconds(10), leavesRunning: true), on: loop)
    }

    private func killWindows(_ pid: Int?, on loop: isolated SSHLoop) async -> Execution {
        guard let pid else { return Execution(exit: .killed(completely: false)) }
        let limit = TimeLimit(.seconds(15), leavesRunning: true)
        return await executeUncancelled(WindowsLaunch.killer(of: pid), limit, on: loop)
    }

    /// In a task of its own: the one that waits may be cancelled, and a kill must happen all the same.
    private func executeUncancelled(
        _ killer: Command, _ limit: TimeLimit, on loop: isolated SSHLoop
    ) async -> Execution {
        let connection = self
        let work = Task { () -> Execution in
            let said = KeptBytes(limit: 1000)
            let end = try? await connection.executeSomehow(killer, limit, said, on: loop)
            return LaunchKill.ending(end, said: await said.bytes)
        }
        return await work.value
    }

    private func executeSomehow(_ command: Command, _ limit: TimeLimit, _ said: KeptBytes, on loop: isolated SSHLoop)
        async throws(SessionFailure) -> Execution
    {
        do throws(SessionFailure) {
            return try await execute(command, tag: "kill", limit: limit, output: said, isUrgent: true, on: loop)
        } catch  where !error.mayHaveStarted {
            let id = try await loop.open(host)
            defer { loop.close(id) }
            return try await loop.execute(command, tag: "kill", limit: limit, output: said, over: id)
        }
    }
}
