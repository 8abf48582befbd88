// SPDX-License-Identifier: Apache-2.0

import CommandLineClient
import ExternalTasks
import Glibc
import LocalTransport
import Model
import SQLiteStorage
import SSHTransport
import StandardTasks
import Storage
import TaskKit
import WebServer

/// Puts the rooms together.
enum House {
    static let wiring = Wiring(
        version: Firstline.version,
        openStore: { directory, mode throws(StoreError) in
            try await SQLiteStore.open(directory: directory, mode: mode == .readWrite ? .readWrite : .readOnly)
        },
        predecessor: { ($0 as? SQLiteStore)?.predecessor },
        recoverStore: { store throws(StoreError) in try await (store as? SQLiteStore)?.recover() },
        closeStore: { store in await (store as? SQLiteStore)?.close() },
        storeCare: SQLiteStoreCare(),
        taskTypes: standardTaskTypes,
        externalTaskTypes: externalTaskTypes,
        externalTaskType: { folder throws(Problems) in try ExternalTaskTypes.read(folder: folder) },
        transports: transports, serve: { try await serve($0) })

    private static func externalTaskTypes(_ folders: [String]) -> (types: [any TaskType], problems: Problems) {
        var types: [any TaskType] = []
        var problems = Problems()
        for folder in folders {
            let found = ExternalTaskTypes(in: folder, taken: Set((standardTaskTypes + types).map(\.name)))
            types += found.types
            problems.add(found.problems)
        }
        return (types, problems)
    }

    private static func transports(_ settings: Wiring.TransportSettings) -> Wiring.Transports {
        let ssh = SSHTransport(sshOptions(settings))
        // An account without a name is none of those that a step may name.
        let local = LocalTransport(user: user ?? "", secret: settings.secret)
        return Wiring.Transports(
            open: { host throws(SessionFailure) in
                host.connection.transport == .local ? local.open(host) : try await ssh.open(host)
            },
            scan: { host throws(SessionFailure) in try await ssh.scan(host) },
            fingerprint: \.fingerprint)
    }

    private static func sshOptions(_ settings: Wiring.TransportSettings) -> SSHOptions {
        var options = SSHOptions(
            defaultUser: user, hostKeys: settings.hostKeys, secret: settings.secret, jumpHost: settings.jumpHost)
        options.agentSocket = variable("SSH_AUTH_SOCK")
        if let home {
            options.defaultKeyFiles = ["id_ed25519", "id_ecdsa", "id_rsa"].map { home + "/.ssh/" + $0 }
        }
        return options
    }

    /// The name of the account of this process; nil when the system knows none.
    private static var user: String? { getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } }

    private static var home: String? {
        variable("HOME") ?? getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
