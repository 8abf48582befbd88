// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Glibc
import Model
import TaskKit

// Run a command: open a channel, send the launcher and its items, take the output, tell how it ended.
extension SSHConnection {
    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink, on loop: isolated SSHLoop
    ) async throws(SessionFailure) -> Execution {
        let request = try await request(for: command, tag: tag)
        commandsRunning += 1
        defer { commandsRunning -= 1 }
        return try await execute(request, command, tag: tag, limit: limit, output: output, on: loop)
    }

    private func execute(
        _ request: LaunchRequest, _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink,
        on loop: isolated SSHLoop
    ) async throws(SessionFailure) -> Execution {
        let channel = try await openChannel()
        let conversation = Conversation(request, channel: channel, host: host.name)
        defer { conversation.free(if: session != nil) }
        do throws(SessionFailure) {
            try await start(request.line, on: channel)
            let end = try await talk(conversation, limit: limit, output: output)
            switch end {
            case .finished: return try conversation.execution()
            case .limit where limit?.leavesRunning == true: return Execution(exit: .leftRunning)
            case .limit, .cancelled:
                let grace = limit?.grace ?? .seconds(5)
                let complete = await kill(tag, conversation, command, grace: grace, on: loop)
                return Execution(exit: .killed(completely: complete))
            }
        } catch {
            throw SessionFailure(error.code, error.message, mayHaveStarted: conversation.mayHaveStarted)
        }
    }

    private func request(for command: Command, tag: String) async throws(SessionFailure) -> LaunchRequest {
        var password: String?
        if command.account != nil, command.account != user, let source = host.connection.becomePassword {
            password = try await options.secret(source)
        }
        return try LaunchRequest(
            command, tag: tag, nonce: LaunchRequest.makeNonce(), login: user, becomePassword: password)
    }

    private func openChannel() async throws(SessionFailure) -> ssh_channel {
        guard let session, lost == nil, let channel = ssh_channel_new(session) else { throw lost ?? closed }
        let code: Int32
        do throws(SessionFailure) {
            code = try await untilDone(by: .now + options.loginLimit) { _ in ssh_channel_open_session(channel) }
        } catch {
            if self.session != nil { ssh_channel_free(channel) }
            throw error.code == .handshakeTimeout
                ? SessionFailure(.connectionLost, "\(host.name) did not open a channel in time") : error
        }
        guard code == SSH_OK else {
            let text = errorText
            ssh_channel_free(channel)
            throw SessionFailure(.connectionLost, "\(host.name) did not open a channel: \(text)")
        }
        return channel
    }

    private func start(_ line: String, on channel: ssh_channel) async throws(SessionFailure) {
        let code = try await untilDone(by: .now + options.loginLimit) { _ in ssh_channel_request_exec(channel, line) }
        guard code == SSH_OK else {
            throw SessionFailure(.noShell, "\(host.name) lets \(user) run no commands: \(errorText)")
        }
    }

    /// Sends and takes until the command has ended, its time is up, or the task is cancelled.
    private func talk(
        _ conversation: Conversation, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Conversation.End {
        // The limit counts from the program's own start; until then the host has as long as it has for a log-in.
        var deadline: MonotonicTime? = .now + options.loginLimit
        var hasBegun = false
        while true {
            guard session != nil, lost == nil else { throw lost ?? closed }
            let before = bytesReceived
            var progress = try counting { Result { () throws(SessionFailure) in try conversation.move() } }.get()
            // Reading one stream may have taken in what belongs to the other: look again before waiting for the socket.
            progress = progress || bytesReceived != before
            for (bytes, stream) in conversation.takePieces() { await output.write(bytes, to: stream) }
            if conversation.isOver { return .finished }
            if !hasBegun, conversation.pid != nil {
                hasBegun = true
                deadline = limit.map { .now + $0.duration }
            }
            // A program that ended may leave a child that keeps the streams open: do not wait for that one.
            if conversation.hasEnded, deadline != conversation.patience { deadline = conversation.patience }
            if progress { continue }
            if Task.isCancelled { return .cancelled }
            guard await wait(by: deadline) == .deadline else { continue }
            if conversation.hasEnded { return .finished }
            if hasBegun { return .limit }
            throw SessionFailure(
                .connectionLost, "\(host.name) did not start the command within \(options.loginLimit.written)")
        }
    }

    /// Ends everything the attempt started, over a channel of its own, as the account it runs as.
    private func kill(
        _ tag: String, _ conversation: Conversation, _ command: Command, grace: Duration, on loop: isolated SSHLoop
    ) async -> Bool {
        guard isAlive else { return false }
        var killer = Command("/bin/sh", ["-c", LaunchText.killScript])
        killer.account = command.account
        killer.become = command.become
        let items = [tag, String(conversation.pid ?? 0), String(max(1, grace.milliseconds / 1000)), conversation.nonce]
        killer.standardInput = Array((items.joined(separator: "\n") + "\n").utf8)
        let limit = TimeLimit(grace + .seconds(10), leavesRunning: true)
        // A task of its own: the one that waits may be cancelled, and the kill must happen all the same.
        let connection = self
        let killing = Task { () -> Bool in
            let end = try? await connection.execute(killer, tag: "kill", limit: limit, output: NoOutput(), on: loop)
            return end?.exit == .code(0)
        }
        return await killing.value
    }
}

/// One command's traffic on its channel.
final class Conversation {
    enum End { case finished, limit, cancelled }

    let nonce: String
    private let host: HostName
    private let channel: ssh_channel
    private let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>
    private var reader: LaunchReader
    private var toSend: [UInt8]
    private var afterReady: [UInt8]
    private var sent = 0
    private var sentEOF = false
    private var buffer = [UInt8](repeating: 0, count: 32_768)
    private var pieces: [([UInt8], OutputStream)] = []
    private var sawEOF = false
    private var errorTail: [UInt8] = []
    private(set) var pid: Int?
    private(set) var patience: MonotonicTime?
    private let exit = ExitNote()

    init(_ request: LaunchRequest, channel: ssh_channel, host: HostName) {
        nonce = request.nonce
        self.host = host
        self.channel = channel
        reader = LaunchReader(nonce: request.nonce)
        toSend = request.head
        afterReady = request.body
        callbacks = .allocate(capacity: 1)
        firstline_channel_callbacks_init(callbacks)
        callbacks.pointee.userdata = Unmanaged.passUnretained(exit).toOpaque()
        callbacks.pointee.channel_exit_status_function = { _, _, status, note in
            note.map { Unmanaged<ExitNote>.fromOpaque($0).takeUnretainedValue().code = Int(status) }
        }
        callbacks.pointee.channel_exit_signal_function = { _, _, signal, _, _, _, note in
            guard let note, let signal else { return }
            let number = signalNumbers[String(cString: signal)] ?? 0
            Unmanaged<ExitNote>.fromOpaque(note).takeUnretainedValue().code = 128 + number
        }
        ssh_set_channel_callbacks(channel, callbacks)
    }

    deinit { callbacks.deallocate() }

    /// Closes the channel; must be called before this value goes.
    ///
    /// A session that is gone has taken its channels along.
    func free(if isAlive: Bool) {
        guard isAlive else { return }
        ssh_remove_channel_callbacks(channel, callbacks)
        ssh_channel_free(channel)
    }

    var isOver: Bool { sawEOF && (exit.code != nil || ssh_channel_is_closed(channel) != 0) }
    var hasEnded: Bool { patience != nil }

    /// Whether the host may have begun the program: it said so, or it has all it needs and has not said otherwise.
    var mayHaveStarted: Bool {
        switch reader.stage {
        case .running, .ended: true
        case .failed, .becoming: false
        case .silent, .ready: sent > 0 && sent == toSend.count && afterReady.isEmpty && exit.code == nil
        }
    }

    /// What has come, by stream, since the last call.
    func takePieces() -> [([UInt8], OutputStream)] {
        defer { pieces = [] }
        return pieces
    }

    /// Sends and reads what goes without waiting; true when anything went.
    func move() throws(SessionFailure) -> Bool {
        let wrote = try send()
        let readOut = try read(.standardOutput)
        let readError = try read(.standardError)
        if case .running(let number) = reader.stage { pid = number }
        if reader.stage == .ready, !afterReady.isEmpty {
            toSend += afterReady
            afterReady = []
        }
        if case .ended = reader.stage, patience == nil { patience = .now + .seconds(2) }
        if ssh_channel_is_eof(channel) != 0, !readOut, !readError { sawEOF = true }
        // After the end of the streams libssh reads no further for them; the exit code may still be on its way.
        if sawEOF, exit.code == nil { _ = ssh_channel_get_exit_status(channel) }
        return wrote || readOut || readError
    }

    private func send() throws(SessionFailure) -> Bool {
        guard sent < toSend.count else {
            guard !sentEOF, afterReady.isEmpty else { return false }
            sentEOF = true
            return ssh_channel_send_eof(channel) == SSH_OK
        }
        let count = toSend.withUnsafeBytes {
            ssh_channel_write(channel, $0.baseAddress?.advanced(by: sent), UInt32(min(toSend.count - sent, 65_536)))
        }
        if count == SSH_AGAIN || count == 0 { return false }
        guard count > 0 else {
            // The program may have ended without reading its input; then the rest is not wanted.
            if ssh_channel_is_eof(channel) != 0 || ssh_channel_is_closed(channel) != 0 {
                sent = toSend.count
                return true
            }
            throw SessionFailure(.connectionLost, "the connection to \(host) broke while the command was sent")
        }
        sent += Int(count)
        return true
    }

    private func read(_ stream: OutputStream) throws(SessionFailure) -> Bool {
        let isError: Int32 = stream == .standardError ? 1 : 0
        let count = ssh_channel_read_nonblocking(channel, &buffer, UInt32(buffer.count), isError)
        if count == 0 || count == SSH_AGAIN || count == SSH_EOF { return false }
        guard count > 0 else {
            if ssh_channel_is_closed(channel) != 0 || exit.code != nil { return false }
            throw SessionFailure(.connectionLost, "the connection to \(host) broke while the command ran")
        }
        var bytes = Array(buffer[..<Int(count)])
        if stream == .standardOutput {
            bytes = reader.take(bytes)
        } else {
            errorTail = (errorTail + bytes).suffix(1000)
        }
        if !bytes.isEmpty { pieces.append((bytes, stream)) }
        return true
    }

    /// How it ended, once it is over.
    func execution() throws(SessionFailure) -> Execution {
        switch reader.stage {
        case .ended(let code): return Execution(exit: .code(code), outputFile: reader.outputFile)
        case .running:
            guard let code = exit.code else {
                throw SessionFailure(.connectionLost, "\(host) closed the channel without saying how the command ended")
            }
            return Execution(exit: .code(code))
        case .silent, .becoming, .ready, .failed:
            throw LaunchFailure.explain(
                reader.stage, exit: exit.code, host: host,
                words: printable(String(decoding: reader.preamble + errorTail, as: UTF8.self)))
        }
    }
}

/// Where libssh's callbacks write how the program ended.
private final class ExitNote {
    var code: Int?
}

private let signalNumbers = [
    "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
    "SEGV": 11,
    "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "XCPU": 24, "XFSZ": 25,
]
