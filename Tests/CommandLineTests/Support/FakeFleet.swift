// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Storage
import Synchronization
import TaskKit

@testable import CommandLineClient

/// Made-up hosts, as strict as real ones: a key that is not expected ends a session before it begins, also on the way.
struct FakeFleet: Sendable {
    enum Behaviour: Sendable {
        case answers(key: HostKey, exit: Exit = .code(0))
        case isSilent
    }

    var hosts: [HostName: Behaviour] = [:]

    /// A key that differs by a number.
    static func key(_ number: Int, type: String = "ssh-ed25519") -> HostKey {
        let name = Array(type.utf8)
        let bytes = [0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 4] + [1, 2, 3, UInt8(number)]
        return HostKey(type: type, base64: base64(bytes))
    }

    @Sendable func transports(_ settings: Wiring.TransportSettings) -> Wiring.Transports {
        Wiring.Transports(
            open: { host throws(SessionFailure) in
                let (key, exit) = try answer(of: host, settings)
                try check(key, of: host, settings)
                return WithoutSpool(FakeSession(exit: exit))
            },
            scan: { host throws(SessionFailure) in try answer(of: host, settings).key },
            fingerprint: { "SHA256:" + $0.base64.suffix(8) })
    }

    private func answer(of host: Model.Host, _ settings: Wiring.TransportSettings) throws(SessionFailure) -> (
        key: HostKey, exit: Exit
    ) {
        if let name = host.connection.jump, let jump = settings.jumpHost(name) {
            try check(try answer(of: jump, settings).key, of: jump, settings)
        }
        guard case .answers(let key, let exit)? = hosts[host.name] else {
            throw SessionFailure(.connectTimeout, "\(host.connection.address) did not answer within 10s")
        }
        return (key, exit)
    }

    private func check(_ key: HostKey, of host: Model.Host, _ settings: Wiring.TransportSettings) throws(SessionFailure)
    {
        let known = settings.hostKeys(Endpoint(address: host.connection.address, port: host.connection.port))
        if known.contains(key) { return }
        throw SessionFailure(
            known.isEmpty ? .unknownHostKey : .changedHostKey, "the host key of \(host.name) is not the one expected")
    }
}

private struct FakeSession: HostSession {
    let exit: Exit

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        // Anything but the empty command would be a change nobody asked for.
        guard command == Command("/bin/sh", ["-c", ":"]) else { throw SessionFailure(.rejected, "that was not agreed") }
        return Execution(exit: exit)
    }

    func close() async {}
}

private func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
