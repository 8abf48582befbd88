// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Model
import TaskKit

/// Opens a TCP connection without blocking: libssh's own connect would block on names.
struct Dial {
    let loop: LoopThread
    let limit: Duration

    /// Connects to the first of the endpoint's addresses that takes the connection.
    ///
    /// - Throws: `SessionFailure` with the exact cause.
    func connect(_ endpoint: Endpoint) async throws(SessionFailure) -> Int32 {
        let addresses = try await resolve(endpoint)
        var failure = SessionFailure(.nameNotFound, "the name \(endpoint.address) has no address")
        for address in addresses {
            do throws(SessionFailure) {
                return try await connect(address, endpoint)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private func connect(_ address: SocketAddress, _ endpoint: Endpoint) async throws(SessionFailure) -> Int32 {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(O_NONBLOCK) | Int32(O_CLOEXEC), 0)
        guard descriptor >= 0 else {
            throw SessionFailure(
                .networkUnreachable,
                "no socket for \(endpoint): \(text(of: errno)); is the limit of open files too low?")
        }
        do throws(SessionFailure) {
            try await connect(descriptor, address, endpoint)
            return descriptor
        } catch {
            loop.forget(descriptor)
            close(descriptor)
            throw error
        }
    }

    private func connect(_ descriptor: Int32, _ address: SocketAddress, _ endpoint: Endpoint)
        async throws(SessionFailure)
    {
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 45_000)
        setOption(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        if address.connect(descriptor) == 0 { return }
        guard errno == EINPROGRESS else { throw failure(errno, endpoint) }
        if await loop.ready(descriptor, write: true, by: .now + limit) == .deadline {
            throw SessionFailure(.connectTimeout, "\(endpoint) did not answer within \(limit.written)")
        }
        if Task.isCancelled { throw cancelled(endpoint) }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        if code != 0 { throw failure(code, endpoint) }
    }

    private func cancelled(_ endpoint: Endpoint) -> SessionFailure {
        SessionFailure(.cancelledByPerson, "the connection to \(endpoint) was given up")
    }

    private func failure(_ code: Int32, _ endpoint: Endpoint) -> SessionFailure {
        switch code {
        case ECONNREFUSED:
            SessionFailure(.refused, "\(endpoint) refused the connection; is sshd running there, on that port?")
        case ECONNRESET, EPIPE:
            SessionFailure(
                .handshake,
                "\(endpoint) took the connection and reset it at once; it may be denying this address, or what listens there "
                    + "is broken")
        case ETIMEDOUT: SessionFailure(.connectTimeout, "\(endpoint) did not answer")
        default: SessionFailure(.networkUnreachable, "\(endpoint) cannot be reached: \(text(of: code))")
        }
    }

    private func text(of code: Int32) -> String { String(cString: strerror(code)) }

    private func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Numeric addresses at once; names on a thread that may block, since the resolver does.
    private func resolve(_ endpoint: Endpoint) async throws(SessionFailure) -> [SocketAddress] {
        if case .success(let addresses) = lookUp(endpoint, AI_NUMERICHOST) { return addresses }
        let result = await withUnsafeContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: lookUp(endpoint, 0)) }
        }
        return try result.get()
    }
}

/// A socket address of either family.
private struct SocketAddress: Sendable {
    let family: Int32
    private let bytes: [UInt8]

    init?(_ info: addrinfo) {
        guard let address = info.ai_addr else { return nil }
        family = info.ai_family
        bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
    }

    func connect(_ descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { raw in
            guard let address = raw.bindMemory(to: sockaddr.self).baseAddress else { return -1 }
            return Glibc.connect(descriptor, address, socklen_t(raw.count))
        }
    }
}

private func lookUp(_ endpoint: Endpoint, _ flags: Int32) -> Result<[SocketAddress], SessionFailure> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = flags | AI_ADDRCONFIG * (flags == 0 ? 1 : 0)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(endpoint.address, String(endpoint.port), &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0 else {
        let text = String(cString: gai_strerror(code))
        return .failure(SessionFailure(.nameNotFound, "the name \(endpoint.address) cannot be resolved: \(text)"))
    }
    var addresses: [SocketAddress] = []
    var next = list
    while let info = next {
        SocketAddress(info.pointee).map { addresses.append($0) }
        next = info.pointee.ai_next
    }
    return .success(addresses)
}
