// SPDX-License-Identifier: Apache-2.0

import CommandLineClient
import Definitions
import Foundation
import Glibc
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals
import WebServer

/// Runs a server's services as one group: they start together, and stop in the opposite order on SIGTERM or SIGINT.
func serve(_ service: Wiring.Service) async throws {
    // Nobody else may use the socket until it is said who may.
    let mask = umask(0o077)
    let web = WebServer(
        WebServer.Parts(
            desk: service.desk, store: service.store, info: service.info, limits: service.limits,
            opened: service.opened))
    var services: [any Service] = [
        Work(service.work), Reloading(service.reload),
        Door(
            service.socket,
            web.socket(at: service.socket) { _ in
                // What jobs on this machine write is as open as without a server.
                umask(mask)
                service.admit()
                tellServiceManager("READY=1")
            }),
    ]
    if let status = service.status {
        services.append(Door("\(status.host):\(status.port)", web.status(host: status.host, port: status.port)))
    }
    // Also where the work fails, doors are closed and not torn away: a connection that has just come in would end the process.
    var configuration = ServiceGroupConfiguration(
        services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger)
    configuration.maximumGracefulShutdownDuration = .seconds(10)
    try await ServiceGroup(configuration: configuration).run()
    unlink(service.socket)
}

/// A door that says which it is when it cannot be opened.
private struct Door: Service {
    private let address: String
    private let service: any Service

    init(_ address: String, _ service: any Service) {
        self.address = address
        self.service = service
    }

    func run() async throws {
        do {
            try await service.run()
        } catch {
            throw Wiring.DoorFailure(address: address, reason: Door.reason(of: error))
        }
    }

    /// What the system says, without the names of its functions.
    private static func reason(of error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode))
    }
}

/// The work of a server besides its doors.
private struct Work: Service {
    private let work: @Sendable () async throws -> Void

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    func run() async throws { try await cancelWhenGracefulShutdown(work) }
}

/// Reads files anew whenever SIGHUP comes.
private struct Reloading: Service {
    private let reload: @Sendable () async -> Void

    init(_ reload: @escaping @Sendable () async -> Void) { self.reload = reload }

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { await reload() }
    }
}

/// Tells systemd how it stands, where it asked for that (`Type=notify`; see sd_notify(3)).
private func tellServiceManager(_ state: String) {
    guard let name = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"], name.utf8.count < 108 else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    // A name that begins with @ is one of Linux's abstract sockets, which begin with a zero byte.
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = sendto(descriptor, state, state.utf8.count, 0, $0, length)
        }
    }
}

private var quietLogger: Logger {
    var logger = Logger(label: "services") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .critical
    return logger
}
