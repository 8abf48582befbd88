// SPDX-License-Identifier: Apache-2.0

package import APIContract
package import Engine
import Hummingbird
import HummingbirdCore
import Logging
package import Model
import NIOCore
package import ServiceLifecycle
package import Storage

/// The doors of a running server: its socket, where the command line asks, and an address where others look how it fares.
package struct WebServer: Sendable {
    /// What stands behind the doors.
    package struct Parts: Sendable {
        package var desk: Desk
        package var store: any RunReader
        package var info: ServerInfo
        /// How much of it clients can take.
        package var limits: ServerLimits
        /// Called once for each door that is open.
        package var opened: @Sendable (_ address: String) -> Void

        package init(
            desk: Desk, store: any RunReader, info: ServerInfo, limits: ServerLimits,
            opened: @escaping @Sendable (_ address: String) -> Void
        ) {
            self.desk = desk
            self.store = store
            self.info = info
            self.limits = limits
            self.opened = opened
        }
    }

    private let parts: Parts

    package init(_ parts: Parts) { self.parts = parts }

    /// The door for the command line: requests that the system vouches for, over a socket of this machine.
    ///
    /// A socket that nobody listens at any more is taken away first. Once it is there, `admit` is called to say who may use it.
    package func socket(at path: String, admit: @escaping @Sendable (_ path: String) -> Void) -> any Service {
        let router = Router(context: SocketContext.self)
        router.add(middleware: ProblemMiddleware())
        addStatusRoutes(router, parts)
        addReadingRoutes(router, parts)
        addWorkingRoutes(router, parts)
        return Application(
            router: router, server: guarded(.socket(parts.limits)),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path)),
            onServerRunning: { channel in
                await beAccepting(channel)
                admit(path)
                parts.opened(path)
            }, logger: quietLogger)
    }

    /// The door for whoever watches: whether it lives, whether it is ready, and its figures.
    package func status(host: String, port: Int) -> any Service {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        addStatusRoutes(router, parts)
        return Application(
            router: router, server: guarded(.status(parts.limits)),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                await beAccepting(channel)
                parts.opened("http://\(host):\(channel.localAddress?.port ?? port)")
            }, logger: quietLogger)
    }

    /// HTTP for a door whose connections are counted and watched.
    private func guarded(_ limits: DoorLimits) -> HTTPServerBuilder {
        let connections = Connections(limits)
        return .http1(
            configuration: .init(additionalChannelHandlers: [ConnectionGuard(limits, connections)], idleTimeout: nil))
    }

    /// Keeps a door open when connections cannot be accepted.
    private func beAccepting(_ channel: any Channel) async {
        try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(AcceptPatience(), position: .first)
        }.get()
    }

    /// The doors tell nothing but what went wrong.
    private var quietLogger: Logger {
        var logger = Logger(label: "door") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }
}
