// SPDX-License-Identifier: Apache-2.0

import Model

/// A host as programs see it; of a secret it holds only where it is read.
struct HostDocument: Encodable, Sendable {
    struct Instance: Encodable, Sendable {
        let name: InstanceName
        let software: String
        let version: Version?
        let labels: [String: String]
        let variables: [String: Value]

        init(_ instance: Model.Instance) {
            name = instance.name
            software = instance.software
            version = instance.version
            labels = instance.labels
            variables = instance.variables.shown
        }
    }

    let name: HostName
    let address: String
    let port: Int
    let user: String?
    let transport: Connection.Transport
    let jump: HostName?
    let keyFiles: [String]
    let password: String?
    let becomePassword: String?
    let passphrase: String?
    let oldAlgorithms: Bool
    let os: OperatingSystem
    let osVersion: Version?
    let enabled: Bool
    let groups: [String]
    let services: [String]
    let labels: [String: String]
    let accounts: [String]
    let become: Become
    let variables: [String: Value]
    let instances: [Instance]
    let file: String?
    let line: Int?

    init(_ host: Host) {
        name = host.name
        address = host.connection.address
        port = host.connection.port
        user = host.connection.user
        transport = host.connection.transport
        jump = host.connection.jump
        keyFiles = host.connection.keyFiles
        password = host.connection.password?.description
        becomePassword = host.connection.becomePassword?.description
        passphrase = host.connection.passphrase?.description
        oldAlgorithms = host.connection.oldAlgorithms ?? false
        os = host.os
        osVersion = host.osVersion
        enabled = host.enabled
        groups = host.groups
        services = host.services
        labels = host.labels
        accounts = host.accounts
        become = host.become
        variables = host.variables.shown
        instances = host.instances.map(Instance.init)
        file = host.place?.file
        line = host.place?.line
    }

    /// `address:port`, or that it is this machine.
    var endpoint: String {
        transport == .local ? "this machine" : Endpoint(address: address, port: port).description
    }

    /// The system with its version.
    var system: String { [os.rawValue, osVersion?.description].compactMap(\.self).joined(separator: " ") }

    /// The software on it with its versions, each once.
    var software: [String] {
        var seen: Set<String> = []
        return instances.map { [$0.software, $0.version?.description].compactMap(\.self).joined(separator: " ") }
            .filter { seen.insert($0).inserted }
    }
}

extension [String: Value] {
    private static let secretWords = [
        "password", "passwd", "passphrase", "secret", "token", "private_key", "credential",
    ]

    /// The variables as they may be shown: what somebody wrote into the inventory under the name of a secret is not.
    fileprivate var shown: [String: Value] {
        reduce(into: [:]) { result, entry in
            let name = entry.key.lowercased()
            let isSource = SecretSource(entry.value.text) != nil
            let isHidden = !isSource && Self.secretWords.contains { name.contains($0) }
            result[entry.key] = isHidden ? .text("•••") : entry.value
        }
    }
}

extension [String: String] {
    /// `a=1 b=2`, by name.
    var pairs: String { sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
}
