// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Glibc
import Model
import TaskKit

// Connect, check who it is, log in.
extension SSHConnection {
    func open(through jump: SSHConnection?, on loop: isolated SSHLoop) async throws(SessionFailure) {
        guard !user.isEmpty else {
            throw SessionFailure(
                .authentication,
                "there is no user to log in to \(host.name) as: the inventory names none, and the account of this process (user id "
                    + "\(getuid())) has no name on this machine; say 'user' in the inventory")
        }
        try await inTurn(through: jump, on: loop) { (deadline: MonotonicTime) async throws(SessionFailure) in
            try checkHostKey()
            try await logIn(by: deadline, on: loop)
            isLoggedIn = true
        }
    }

    func scan(through jump: SSHConnection?, on loop: isolated SSHLoop) async throws(SessionFailure) -> HostKey {
        try await inTurn(through: jump, on: loop) { (_: MonotonicTime) throws(SessionFailure) in try shownHostKey() }
    }

    /// Waits for a place, connects, shakes hands, and does the rest before it gives the place back.
    private func inTurn<Answer>(
        through jump: SSHConnection?, on loop: isolated SSHLoop,
        _ rest: (MonotonicTime) async throws(SessionFailure) -> Answer
    ) async throws(SessionFailure) -> Answer {
        guard let place = await loop.gate.enter(on: loop) else { throw givenUp }
        var end = HandshakeEnd.failed
        defer { loop.gate.leave(place, wasTurnedAway ? .dropped : end) }
        if Task.isCancelled { throw givenUp }
        let descriptor = try await reach(through: jump, on: loop)
        loop.gate.noteConnected(place)
        let deadline = MonotonicTime.now + options.loginLimit
        try await hear(descriptor)
        try await shakeHands(by: deadline)
        let answer = try await rest(deadline)
        end = .through
        return answer
    }

    private func reach(through jump: SSHConnection?, on loop: isolated SSHLoop) async throws(SessionFailure) -> Int32 {
        guard let jump else { return try await Dial(loop: thread, limit: options.connectLimit).connect(endpoint) }
        return try await jump.forward(to: endpoint, for: self, on: loop)
    }

    private func shakeHands(by deadline: MonotonicTime) async throws(SessionFailure) {
        let code: Int32
        do throws(SessionFailure) {
            code = try await untilDone(by: deadline) { ssh_connect($0) }
        } catch  where error.code == .handshakeTimeout {
            throw SessionFailure(
                .handshakeTimeout, "\(endpoint) did not finish the SSH handshake within \(options.loginLimit.written)")
        }
        guard code == SSH_OK else {
            throw SessionFailure(.handshake, Algorithms.explain(errorText, endpoint, host))
        }
    }

    var givenUp: SessionFailure {
        SessionFailure(.cancelledByPerson, "the connection to \(endpoint) was given up")
    }

    private func shownHostKey() throws(SessionFailure) -> HostKey {
        var key: ssh_key?
        guard let session, ssh_get_server_publickey(session, &key) == SSH_OK, let key else {
            throw SessionFailure(.handshake, "\(endpoint) showed no host key: \(errorText)")
        }
        defer { ssh_key_free(key) }
        var base64: UnsafeMutablePointer<CChar>?
        guard ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK, let base64 else {
            throw SessionFailure(.handshake, "the host key of \(endpoint) cannot be read")
        }
        defer { ssh_string_free_char(base64) }
        return HostKey(type: name(of: key), base64: String(cString: base64))
    }

    private func name(of key: ssh_key) -> String {
        let type = ssh_key_type(key)
        if type == SSH_KEYTYPE_ECDSA_P256 || type == SSH_KEYTYPE_ECDSA_P384 || type == SSH_KEYTYPE_ECDSA_P521,
            let name = ssh_pki_key_ecdsa_name(key)
        {
            return String(cString: name)
        }
        return ssh_key_type_to_char(type).map { String(cString: $0) } ?? "unknown"
    }

    /// Strict: an unknown or changed key ends it here, before any secret is sent.
    private func checkHostKey() throws(SessionFailure) {
        let shown = try shownHostKey()
        let known = options.hostKeys(endpoint)
        if known.contains(shown) { return }
        let print = shown.fingerprint
        guard let pinned = known.first(where: { $0.type == shown.type }) ?? known.first else {
            throw SessionFailure(
                .unknownHostKey,
                "the host key of \(endpoint) is not known (\(shown.type) \(print)); compare it and say "
                    + "'firstline host trust \(host.name)'")
        }
        throw SessionFailure(
            .changedHostKey,
            "the host key of \(endpoint) HAS CHANGED: known is \(pinned.type) \(pinned.fingerprint), shown was "
                + "\(shown.type) \(print). Somebody may be in between. If the host was really set up anew, say "
                + "'firstline host trust --replace \(host.name)'")
    }
}

extension HostKey {
    /// The fingerprint as OpenSSH shows it: `SHA256:…`.
    package var fingerprint: String {
        var key: ssh_key?
        guard ssh_pki_import_pubkey_base64(base64, ssh_key_type_from_name(type), &key) == SSH_OK, let key else {
            return "unreadable"
        }
        defer { ssh_key_free(key) }
        var hash: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == SSH_OK else {
            return "unreadable"
        }
        defer { ssh_clean_pubkey_hash(&hash) }
        guard let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length) else { return "unreadable" }
        defer { ssh_string_free_char(text) }
        return String(cString: text)
    }
}
