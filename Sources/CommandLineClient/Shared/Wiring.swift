// SPDX-License-Identifier: Apache-2.0

package import APIContract
package import Definitions
package import Engine
package import Model
package import Storage
package import TaskKit

/// What the commands are given by the executable: the rooms they may not know themselves.
package struct Wiring: Sendable {
    /// Whether a store may be written to.
    package enum StoreMode: Sendable {
        case readWrite, readOnly
    }

    /// An external task type, and what is only worth a warning to who writes it.
    package typealias ReadTaskType = (type: any TaskType, warnings: Problems)

    /// The ways to hosts.
    package struct Transports: Sendable {
        package var open: SessionOpener
        /// Reads the key a host shows, without believing it.
        package var scan: @Sendable (Host) async throws(SessionFailure) -> HostKey
        /// The fingerprint of a key, as OpenSSH shows it.
        package var fingerprint: @Sendable (HostKey) -> String
        package init(
            open: @escaping SessionOpener, scan: @escaping HostKeyScanner,
            fingerprint: @escaping @Sendable (HostKey) -> String
        ) {
            self.open = open
            self.scan = scan
            self.fingerprint = fingerprint
        }
    }

    /// What the transports need to know.
    package struct TransportSettings: Sendable {
        package var hostKeys: @Sendable (Endpoint) -> [HostKey]
        package var secret: SecretLookup
        package var jumpHost: @Sendable (HostName) -> Host?
        package init(
            hostKeys: @escaping @Sendable (Endpoint) -> [HostKey], secret: @escaping SecretLookup,
            jumpHost: @escaping @Sendable (HostName) -> Host?
        ) {
            self.hostKeys = hostKeys
            self.secret = secret
            self.jumpHost = jumpHost
        }
    }

    /// What a server serves and does.
    package struct Service: Sendable {
        package var desk: Desk
        package var store: any RunReader
        package var info: ServerInfo
        /// Where its socket is made.
        package var socket: String
        /// Where it tells how it fares; nil = nowhere.
        package var status: ServerConfiguration.Address?
        /// How much of it clients can take.
        package var limits: ServerLimits
        /// Says who may use the socket, once it is there.
        package var admit: @Sendable () -> Void
        /// Told of each door that is open.
        package var opened: @Sendable (_ address: String) -> Void
        /// What it does besides, until it is cancelled.
        package var work: @Sendable () async throws -> Void
        /// Reads its files anew.
        package var reload: @Sendable () async -> Void
    }

    /// A door of a server cannot be opened.
    package struct DoorFailure: Error {
        package var address: String
        package var reason: String
        package init(address: String, reason: String) {
            self.address = address
            self.reason = reason
        }
    }

    package var version: String
    /// Opens the store in a directory.
    package var openStore: @Sendable (_ directory: String, StoreMode) async throws(StoreError) -> any RunStore
    /// Who wrote a store before, where it was not closed.
    package var predecessor: @Sendable (any RunStore) -> Predecessor?
    /// Makes a store usable again after its disk failed.
    package var recoverStore: @Sendable (any RunStore) async throws(StoreError) -> Void
    /// Closes it again, so that the next process finds it clean.
    package var closeStore: @Sendable (any RunStore) async -> Void
    /// Copies, restores and checks stores; nil = they are not kept in files.
    package var storeCare: (any StoreCare)?
    /// The task types that ship.
    package var taskTypes: [any TaskType]
    /// The task types of manifests below these directories, and what is wrong with those that could not be taken.
    package var externalTaskTypes: @Sendable (_ directories: [String]) -> (types: [any TaskType], problems: Problems)
    /// The task type of one folder.
    package var externalTaskType: @Sendable (_ folder: String) throws(Problems) -> ReadTaskType
    package var transports: @Sendable (TransportSettings) -> Transports
    /// Serves until a signal ends it.
    package var serve: @Sendable (Service) async throws -> Void

    package init(
        version: String,
        openStore: @escaping @Sendable (_ directory: String, StoreMode) async throws(StoreError) -> any RunStore,
        predecessor: @escaping @Sendable (any RunStore) -> Predecessor? = { _ in nil },
        recoverStore: @escaping @Sendable (any RunStore) async throws(StoreError) -> Void = { _ in },
        closeStore: @escaping @Sendable (any RunStore) async -> Void, storeCare: (any StoreCare)? = nil,
        taskTypes: [any TaskType],
        externalTaskTypes: @escaping @Sendable (_ directories: [String]) -> (types: [any TaskType], problems: Problems),
        externalTaskType: @escaping @Sendable (_ folder: String) throws(Problems) -> ReadTaskType,
        transports: @escaping @Sendable (TransportSettings) -> Transports,
        serve: @escaping @Sendable (Service) async throws -> Void
    ) {
        self.version = version
        self.openStore = openStore
        self.predecessor = predecessor
        self.recoverStore = recoverStore
        self.closeStore = closeStore
        self.storeCare = storeCare
        self.taskTypes = taskTypes
        self.externalTaskTypes = externalTaskTypes
        self.externalTaskType = externalTaskType
        self.transports = transports
        self.serve = serve
    }

    /// The wiring of this process; set once, around `Firstline.main`.
    @TaskLocal package static var current: Wiring?

    /// The wiring of this process.
    static func required() throws -> Wiring {
        guard let current else { throw CommandFailure(.internalError, "the command was started without its wiring") }
        return current
    }
}

/// Reads the key a host shows.
package typealias HostKeyScanner = @Sendable (Host) async throws(SessionFailure) -> HostKey
