// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Glibc
import Model
import TaskKit

/// One connection to one host.
///
/// Belongs to one loop's actor, on whose thread all of it happens.
final class SSHConnection {
    let host: Host
    let endpoint: Endpoint
    let user: String
    let thread: LoopThread
    let options: SSHOptions
    private(set) var session: ssh_session?
    private(set) var socket: Int32 = -1
    /// Bytes read from the socket so far, counted by libssh: tells whether a call took packets that may be somebody else's.
    private let received = UnsafeMutablePointer<ssh_counter_struct>.allocate(capacity: 1)
    /// The session to the jump host that carries for this one.
    var jump: SSHConnection?
    /// Launchers on the host that wait for work.
    var hands = RestingHands()
    /// Commands on their way; a sign of life is asked for only while there are any.
    var commandsRunning = 0 {
        didSet { if oldValue == 0 { quietSince = .now } }
    }
    /// Commands whose output is being taken by their sink right now: meanwhile nothing is read.
    var sinksBusy = 0 {
        didSet { if sinksBusy == 0 { quietSince = .now } }
    }
    /// Since when nothing has come although somebody waits.
    private var quietSince = MonotonicTime.now
    /// Whether the log-in is done, so that from now on a broken connection is a lost one.
    var isLoggedIn = false
    /// Whether the host closed the connection before it spoke, as a server does that has too many: another try may succeed.
    var wasTurnedAway = false
    /// Channels asked for so far; libssh numbers them in this order.
    private var channelsAsked: UInt32 = 0
    /// Why the host refused channels, by their numbers.
    private var refusals: [UInt32: ChannelRefusal] = [:]
    /// What libssh said when both sides had no algorithm in common.
    private var mismatch: String?
    /// Why the connection is of no more use.
    private(set) var lost: SessionFailure?

    init(host: Host, loop: isolated SSHLoop) {
        self.host = host
        thread = loop.thread
        options = loop.options
        endpoint = Endpoint(address: host.connection.address, port: host.connection.port)
        user = host.connection.user ?? loop.options.defaultUser ?? ""
        received.initialize(to: ssh_counter_struct())
    }

    deinit {
        received.deallocate()
    }

    var isAlive: Bool { session != nil && lost == nil }

    /// Ends the connection at once.
    ///
    /// Whoever waits for it is woken and finds it lost.
    func free() {
        // What carries for this session there sees that it is gone.
        defer { jump.map { $0.thread.wake($0.socket) } }
        guard let session else { return }
        if lost == nil { lost = SessionFailure(.connectionLost, "the session to \(host.name) was closed") }
        hands.leave()
        self.session = nil
        thread.forget(socket)
        // libssh leaves a socket that it was given open, unless it closed it when the connection broke; then the number may
        // belong to another connection by now.
        let isOpen = ssh_get_fd(session) == socket
        // The reply of a host that hangs is not waited for. Farewell goes only where nothing has just been written, so the
        // channels are not closed before it.
        ssh_disconnect(session)
        ssh_free(session)
        if isOpen { close(socket) }
    }

    func lose(_ failure: SessionFailure) {
        if lost == nil { lost = failure }
        thread.wake(socket)
    }

    /// Makes libssh's session over a socket, which stays the caller's where there can be none.
    func begin(_ descriptor: Int32) throws(SessionFailure) {
        guard let session = ssh_new() else {
            throw SessionFailure(.handshake, "libssh could not make a session")
        }
        self.session = session
        socket = descriptor
        ssh_set_counters(session, nil, received)
        set(SSH_OPTIONS_HOST, endpoint.address)
        // A key is shown to anybody; no log-in comes without a user.
        set(SSH_OPTIONS_USER, user.isEmpty ? "nobody" : user)
        if let agent = options.agentSocket { set(SSH_OPTIONS_IDENTITY_AGENT, agent) }
        // Nothing of the controller's own SSH configuration counts: no ProxyCommand, no known_hosts.
        var off: Int32 = 0
        ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &off)
        set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
        set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
        chooseAlgorithms()
        var file = descriptor
        ssh_options_set(session, SSH_OPTIONS_FD, &file)
        ssh_set_blocking(session, 0)
    }

    private func chooseAlgorithms() {
        let old = host.connection.oldAlgorithms == true
        set(SSH_OPTIONS_KEY_EXCHANGE, Algorithms.keyExchange(old: old))
        set(SSH_OPTIONS_CIPHERS_C_S, Algorithms.ciphers(old: old))
        set(SSH_OPTIONS_CIPHERS_S_C, Algorithms.ciphers(old: old))
        set(SSH_OPTIONS_HMAC_C_S, Algorithms.macs(old: old))
        set(SSH_OPTIONS_HMAC_S_C, Algorithms.macs(old: old))
        let keys = Algorithms.hostKeys(preferring: options.hostKeys(endpoint).map(\.type), old: old)
        set(SSH_OPTIONS_HOSTKEYS, keys)
        // Signatures of our own RSA keys.
        if old { set(SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, keys) }
    }

    private func set(_ option: ssh_options_e, _ value: String) {
        guard let session else { return }
        ssh_options_set(session, option, value)
    }

    /// Calls libssh again and again, waiting for the socket in between, until it no longer says "again".
    ///
    /// - Returns: What libssh said; `SSH_ERROR` stays for the caller to explain.
    func untilDone(
        by deadline: MonotonicTime, _ call: (ssh_session) -> Int32
    ) async throws(SessionFailure) -> Int32 {
        while true {
            guard let session, lost == nil else { throw lost ?? closed }
            let code = counting { call(session) }
            if let lost { throw lost }
            if code != SSH_AGAIN { return code }
            // A call that waited for an answer goes on waiting when the connection has ended.
            if ssh_is_connected(session) == 0 { return SSH_ERROR }
            if Task.isCancelled { throw SessionFailure(.cancelledByPerson, "the work on \(host.name) was given up") }
            answerQuickly()
            if await wait(by: deadline) == .deadline {
                throw SessionFailure(.handshakeTimeout, "\(endpoint) was too slow")
            }
        }
    }

    /// Acknowledges at once what comes next.
    ///
    /// sshd answers the opening of a channel in two small packets and holds the second back until the first is acknowledged,
    /// which would otherwise take 40 ms. The kernel forgets the option, so it is set anew each time.
    private func answerQuickly() {
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_QUICKACK, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Waits until the socket has something, or can take what libssh still holds.
    func wait(by deadline: MonotonicTime?) async -> Wake {
        let pending = session.map { ssh_get_poll_flags($0) & SSH_WRITE_PENDING != 0 } ?? false
        return await thread.ready(socket, write: pending, by: deadline)
    }

    /// Makes a call, and wakes the others who wait for this socket if the call may have read what is theirs.
    func counting<Answer>(_ call: () -> Answer) -> Answer {
        let before = received.pointee.in_bytes
        let answer = call()
        if received.pointee.in_bytes != before {
            quietSince = .now
            thread.wake(socket)
            for error in thread.takeErrors() { note(error) }
        }
        if isLoggedIn, lost == nil, let session, ssh_is_connected(session) == 0 {
            lose(SessionFailure(.connectionLost, "the connection to \(host.name) broke: \(errorText)"))
        }
        return answer
    }

    /// Keeps what libssh itself would forget: its session has room for the last error only.
    private func note(_ error: String) {
        if let refusal = ChannelRefusal(error) { refusals[refusal.channel] = refusal }
        if error.contains("no match for method") { mismatch = printable(error) }
    }

    /// SSH packets sent so far.
    var packetsSent: UInt64 { received.pointee.out_packets }

    var bytesReceived: UInt64 { received.pointee.in_bytes }

    /// What libssh says went wrong.
    var errorText: String {
        if let mismatch { return mismatch }
        guard let session, let text = ssh_get_error(UnsafeMutableRawPointer(session)) else { return "no reason given" }
        let message = printable(String(cString: text))
        // The host's own words, where it said farewell.
        return message.firstMatch(of: /Received SSH_MSG_DISCONNECT: \d+:(.*)/).map { String($0.1) } ?? message
    }

    /// The number that libssh gives to the channel that is asked for next; its first is 43.
    func numberOfNextChannel() -> UInt32 {
        channelsAsked += 1
        return 42 + channelsAsked
    }

    /// Why the host refused a channel.
    ///
    /// Several may be asked for at once, and libssh itself keeps the reason of the last only.
    func takeRefusal(of channel: UInt32) -> ChannelRefusal {
        refusals.removeValue(forKey: channel) ?? ChannelRefusal(channel: channel, code: 0, text: errorText)
    }

    var closed: SessionFailure { SessionFailure(.connectionLost, "the session to \(host.name) was closed") }

    /// Asks a silent host for a sign of life while commands run on it, and gives it up when none comes.
    ///
    /// The task belongs to the connection: it ends by itself at the latest `keepAlive` after that was freed.
    func watch(on loop: isolated SSHLoop) {
        let connection = self
        Task {
            _ = loop
            while connection.isAlive { await connection.listen() }
        }
    }

    private func listen() async {
        guard commandsRunning > 0 else {
            _ = await thread.ready(-1, by: .now + options.keepAlive)
            return
        }
        let quiet = quietSince
        _ = await thread.ready(-1, by: quiet + options.keepAlive)
        guard isQuiet(since: quiet), let session else { return }
        _ = counting { ssh_send_keepalive(session) }
        let patience = options.keepAlive + options.silenceLimit
        _ = await thread.ready(-1, by: quiet + patience)
        guard isQuiet(since: quiet) else { return }
        lose(
            SessionFailure(
                .connectionLost, "\(host.name) has been silent for \(patience.written); the connection is given up"))
    }

    /// Whether somebody has waited for the host all the time and nothing came.
    private func isQuiet(since quiet: MonotonicTime) -> Bool {
        isAlive && commandsRunning > 0 && sinksBusy == 0 && quietSince == quiet
    }
}
