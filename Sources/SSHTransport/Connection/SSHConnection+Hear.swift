// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Glibc
import Model
import TaskKit

// The host's first words. libssh throws away what is no version of SSH, and what it was is what the operator must know.
extension SSHConnection {
    /// How long the host has to speak first; then we do: a web server waits for that.
    private static let courtesy = Duration.seconds(1)

    /// Waits for the host's version, makes libssh's session over the socket, and leaves the words to it.
    func hear(_ descriptor: Int32) async throws(SessionFailure) {
        do throws(SessionFailure) {
            try await listen(to: descriptor)
            if session == nil { try begin(descriptor) }
        } catch {
            if session == nil {
                thread.forget(descriptor)
                close(descriptor)
            }
            throw error
        }
    }

    private func listen(to descriptor: Int32) async throws(SessionFailure) {
        let deadline = MonotonicTime.now + options.connectLimit
        var patience = MonotonicTime.now + SSHConnection.courtesy
        var greeting = Greeting()
        while true {
            let wake = await thread.ready(descriptor, by: min(deadline, patience))
            if Task.isCancelled { throw givenUp }
            let before = greeting.bytes.count
            greeting.look(at: descriptor)
            switch greeting.verdict {
            case .ssh: return
            case .turnedAway(let words): throw turnedAway(words)
            case .foreign(let words): throw foreign(words)
            case .unclear: break
            }
            if .now >= deadline { throw tooQuiet(greeting) }
            if wake == .deadline, session == nil {
                patience = deadline
                if try speak(over: descriptor) { return }
            } else if greeting.bytes.count == before {
                // The same words are still there to be read: the socket says so at once.
                _ = await thread.ready(-1, by: min(deadline, .now + .milliseconds(20)))
            }
        }
    }

    /// Says our version; true when the host has begun to answer meanwhile, so that libssh has its words.
    private func speak(over descriptor: Int32) throws(SessionFailure) -> Bool {
        try begin(descriptor)
        guard let session else { throw closed }
        return ssh_connect(session) != SSH_AGAIN || bytesReceived > 0
    }

    private func turnedAway(_ words: String?) -> SessionFailure {
        wasTurnedAway = true
        guard let words else {
            return SessionFailure(
                .handshake,
                "\(endpoint) closed the connection at once; it may be limiting log-ins (MaxStartups) or denying this address"
            )
        }
        return SessionFailure(
            .handshake,
            "\(endpoint) turned the connection away and said \"\(words)\"; too many log-ins are under way there, or too many "
                + "failed (MaxStartups, PerSourcePenalties in its sshd_config)")
    }

    private func foreign(_ words: String) -> SessionFailure {
        SessionFailure(.handshake, "\(endpoint) is not an SSH server: it said \"\(words)\"; is the port right?")
    }

    private func tooQuiet(_ greeting: Greeting) -> SessionFailure {
        let limit = options.connectLimit.written
        guard greeting.bytes.isEmpty else {
            return SessionFailure(
                .handshakeTimeout,
                "\(endpoint) said \"\(greeting.words)\" and no version of SSH within \(limit); is the port right?")
        }
        return SessionFailure(
            .handshakeTimeout,
            "\(endpoint) took the connection and said nothing within \(limit); is it an SSH server?")
    }
}

extension Greeting {
    /// Looks at what can be read and leaves it there.
    fileprivate mutating func look(at socket: Int32) {
        var buffer = [UInt8](repeating: 0, count: Greeting.most)
        let count = recv(socket, &buffer, buffer.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        if count > 0 { bytes = Array(buffer[..<count]) }
        if count == 0 || count < 0 && errno != EAGAIN && errno != ENOTCONN && errno != EINTR { hasEnded = true }
        guard count > 0 else { return }
        var state = pollfd(fd: socket, events: Int16(POLLIN | 0x2000), revents: 0)
        if poll(&state, 1, 0) > 0, Int32(state.revents) & (0x2000 | POLLHUP | POLLERR) != 0 { hasEnded = true }
    }
}
