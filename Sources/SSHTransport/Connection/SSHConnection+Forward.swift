// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Glibc
import Model
import TaskKit

// A jump host's side: a channel to another host, with a local socket before it that the other host's session uses.
extension SSHConnection {
    func forward(to endpoint: Endpoint, for other: SSHConnection, on loop: isolated SSHLoop)
        async throws(SessionFailure) -> Int32
    {
        guard let session, let channel = ssh_channel_new(session) else { throw closed }
        let deadline = MonotonicTime.now + options.connectLimit
        let number = numberOfNextChannel()
        let code: Int32
        do throws(SessionFailure) {
            code = try await untilDone(by: deadline) { _ in
                ssh_channel_open_forward(channel, endpoint.address, Int32(endpoint.port), "127.0.0.1", 0)
            }
        } catch {
            if isAlive { ssh_channel_free(channel) }
            let reason =
                error.code == .handshakeTimeout
                ? "did not connect to \(endpoint) within \(options.connectLimit.written)" : "\(error)"
            throw SessionFailure(.jump, "\(host.name) \(reason)")
        }
        guard code == SSH_OK else {
            let refusal = takeRefusal(of: number)
            ssh_channel_free(channel)
            throw SessionFailure(.jump, "\(host.name) \(reason(refusal, endpoint))")
        }
        var pair: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(O_NONBLOCK) | Int32(O_CLOEXEC), 0, &pair) == 0
        else {
            ssh_channel_free(channel)
            throw SessionFailure(.jump, "no socket pair: \(String(cString: strerror(errno)))")
        }
        let near = pair[0]
        commandsRunning += 1
        other.jump = self
        let connection = self
        let up = Task {
            _ = loop
            await connection.carryUp(near, channel)
        }
        // Ends with the other session, which closes its end of the socket and has us look.
        Task {
            _ = loop
            await connection.carryDown(channel, near)
            up.cancel()
            await up.value
            connection.commandsRunning -= 1
            connection.thread.forget(near)
            Glibc.close(near)
            if connection.session != nil { ssh_channel_free(channel) }
        }
        return pair[1]
    }

    private func reason(_ refusal: ChannelRefusal, _ endpoint: Endpoint) -> String {
        switch refusal.code {
        case 1:
            "forbids connections to \(endpoint) (\"\(refusal.text)\"); see AllowTcpForwarding and PermitOpen in its "
                + "sshd_config, and the options of the key in authorized_keys"
        case 3:
            "does not know how to forward connections (\"\(refusal.text)\"); a jump host must be an SSH server that does"
        default: "could not connect to \(endpoint): \(refusal.text)"
        }
    }

    /// From the local socket into the channel.
    private func carryUp(_ near: Int32, _ channel: ssh_channel) async {
        var buffer = [UInt8](repeating: 0, count: 32_768)
        while isAlive, await thread.ready(near, by: nil) == .ready {
            let count = read(near, &buffer, buffer.count)
            if count < 0, errno == EAGAIN { continue }
            guard count > 0 else { break }
            var sent = 0
            while sent < count, isAlive, !isLeft(near) {
                let written = counting {
                    buffer.withUnsafeBytes {
                        ssh_channel_write(channel, $0.baseAddress?.advanced(by: sent), UInt32(count - sent))
                    }
                }
                guard written >= 0 || written == SSH_AGAIN else { return }
                sent += Int(max(0, written))
                if written <= 0, await wait(by: nil) != .ready { return }
            }
        }
        if session != nil { ssh_channel_send_eof(channel) }
        thread.wake(socket)
    }

    /// From the channel into the local socket.
    private func carryDown(_ channel: ssh_channel, _ near: Int32) async {
        var buffer = [UInt8](repeating: 0, count: 32_768)
        while isAlive, !isLeft(near) {
            let count = counting { ssh_channel_read_nonblocking(channel, &buffer, UInt32(buffer.count), 0) }
            if count == 0 || count == SSH_AGAIN {
                if ssh_channel_is_eof(channel) != 0 { break }
                guard await wait(by: nil) == .ready else { break }
                continue
            }
            guard count > 0 else { break }
            var sent = 0
            while sent < Int(count) {
                let written = buffer.withUnsafeBytes {
                    write(near, $0.baseAddress?.advanced(by: sent), Int(count) - sent)
                }
                if written < 0, errno == EAGAIN {
                    guard await thread.ready(near, write: true, by: nil) == .ready else { return }
                    continue
                }
                guard written > 0 else { return }
                sent += written
            }
        }
        shutdown(near, Int32(SHUT_RDWR))
    }

    /// Whether the other session has closed its end of the local socket.
    private func isLeft(_ near: Int32) -> Bool {
        var state = pollfd(fd: near, events: 0, revents: 0)
        return poll(&state, 1, 0) > 0 && Int32(state.revents) & (POLLHUP | POLLERR) != 0
    }
}
