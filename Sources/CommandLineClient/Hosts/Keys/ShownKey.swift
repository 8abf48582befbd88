// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import TaskKit

/// The key a host shows, beside the keys that are expected of it.
struct ShownKey: Encodable, Sendable {
    enum State: String, Encodable, Sendable {
        /// It is one of those expected.
        case pinned
        /// None is expected yet.
        case new
        /// Another is expected.
        case changed
        /// The host showed none.
        case failed
        /// Work on this machine needs no key.
        case local
    }

    let host: HostName
    let address: String
    let state: State
    let type: String?
    let fingerprint: String?
    /// The fingerprints of the keys expected instead.
    let expected: [String]
    let reason: String?
    let message: String?
    /// Where and what to pin.
    let endpoint: Endpoint
    let key: HostKey?

    private enum CodingKeys: String, CodingKey {
        case host, address, state, type, fingerprint, expected, reason, message
    }

    /// Asks a host for its key.
    init(of host: Host, _ reach: HostReach) async {
        let endpoint = Endpoint(address: host.connection.address, port: host.connection.port)
        self.host = host.name
        self.endpoint = endpoint
        address = HostDocument(host).endpoint
        var found: (state: State, key: HostKey?, expected: [HostKey], failure: SessionFailure?) = (.local, nil, [], nil)
        if host.connection.transport == .ssh {
            do throws(SessionFailure) {
                let shown = try await reach.transports.scan(host)
                let known = reach.known.at(endpoint)
                found =
                    known.contains(shown)
                    ? (.pinned, shown, [], nil) : (known.isEmpty ? .new : .changed, shown, known, nil)
            } catch {
                found = (.failed, nil, [], error)
            }
        }
        state = found.state
        key = found.key
        type = found.key?.type
        fingerprint = found.key.map(reach.transports.fingerprint)
        expected = found.expected.map(reach.transports.fingerprint)
        reason = found.failure?.code.rawValue
        message = found.failure?.message
    }

    /// The columns that show it.
    static var columns: [Listing<ShownKey>.Column] {
        [
            .init("HOST") { $0.host.rawValue }, .init("ADDRESS") { $0.address }, .init("KEY") { $0.type ?? "" },
            .init("FINGERPRINT") { $0.fingerprint ?? "" }, .init("STATE") { $0.stateText }, .init("NOTE") { $0.note },
        ]
    }

    private var stateText: String {
        switch state {
        case .pinned, .local: state.rawValue
        case .new: StateText.coloured(state.rawValue, .succeeded, .warning)
        case .changed, .failed: StateText.coloured(state.rawValue.uppercased(), .failed, .ok)
        }
    }

    private var note: String {
        if state == .changed { return "expected was \(expected.joined(separator: " or ")); somebody may be in between" }
        return [reason, message].compactMap(\.self).joined(separator: ": ")
    }
}
