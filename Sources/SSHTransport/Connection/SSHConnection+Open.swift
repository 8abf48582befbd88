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
        let descriptor = try await reach(through: jump, on: loop)
        let place = await loop.gate.enter(on: loop)
        defer { loop.gate.leave(place) }
        try begin(descriptor)
        let deadline = MonotonicTime.now + options.loginLimit
        try await shakeHands(by: deadline)
        try checkHostKey()
        try await logIn(by: deadline, on: loop)
        isLoggedIn = true
    }

    func scan(through jump: SSHConnection?, on loop: isolated SSHLoop) async throws(SessionFailure) -> HostKey {
        let descriptor = try await reach(through: jump, on: loop)
        let place = await loop.gate.enter(on: loop)
        defer { loop.gate.leave(place) }
        try begin(descriptor)
        try await shakeHands(by: .now + options.loginLimit)
        return try shownHostKey()
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
            throw SessionFailure(.handshake, "the SSH handshake with \(endpoint) failed: \(errorText)")
        }
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

    private func logIn(by deadline: MonotonicTime, on loop: isolated SSHLoop) async throws(SessionFailure) {
        var tried: [String] = []
        let files = host.connection.keyFiles
        if files.isEmpty, options.agentSocket != nil {
            tried.append("agent")
            if try await attempt(by: deadline, { ssh_userauth_agent($0, nil) }) { return }
        }
        let candidates = files.isEmpty ? options.defaultKeyFiles.filter { access($0, R_OK) == 0 } : files
        for file in candidates {
            tried.append(file)
            for key in try await loop.keys.keys(file, passphrase: host.connection.passphrase, on: loop) {
                if try await attempt(by: deadline, { ssh_userauth_publickey($0, nil, key) }) { return }
            }
        }
        if let source = host.connection.password {
            tried.append("password")
            let password = try await options.secret(source, "log-in password")
            if try await attempt(by: deadline, { ssh_userauth_password($0, nil, password) }) { return }
            if try await answer(password, by: deadline) { return }
        }
        throw SessionFailure(
            .authentication,
            "\(endpoint) did not let \(user) log in; tried: \(tried.isEmpty ? "nothing, for there is no key, agent or password" : tried.joined(separator: ", "))"
        )
    }

    private func attempt(
        by deadline: MonotonicTime, _ call: (ssh_session) -> Int32
    ) async throws(SessionFailure) -> Bool {
        let code: Int32
        do throws(SessionFailure) {
            code = try await untilDone(by: deadline) { session in
                let code = call(session)
                return code == SSH_AUTH_AGAIN.rawValue ? SSH_AGAIN : code == SSH_AUTH_ERROR.rawValue ? authError : code
            }
        } catch  where error.code == .handshakeTimeout {
            throw SessionFailure(.handshakeTimeout, "\(endpoint) did not finish the log-in of \(user) in time")
        }
        if code == authError, let session, ssh_is_connected(session) == 0 {
            throw SessionFailure(
                .authentication, "\(endpoint) closed the connection while \(user) logged in: \(errorText)")
        }
        return code == SSH_AUTH_SUCCESS.rawValue
    }

    /// Some servers ask for the password as a question (keyboard-interactive).
    private func answer(_ password: String, by deadline: MonotonicTime) async throws(SessionFailure) -> Bool {
        for _ in 0..<3 {
            var info = false
            let isIn = try await attempt(by: deadline) { session in
                let code = ssh_userauth_kbdint(session, nil, nil)
                info = code == SSH_AUTH_INFO.rawValue
                return code
            }
            if isIn { return true }
            guard info, let session else { return false }
            for index in 0..<max(0, ssh_userauth_kbdint_getnprompts(session)) {
                ssh_userauth_kbdint_setanswer(session, UInt32(index), password)
            }
        }
        return false
    }
}

/// Stands for `SSH_AUTH_ERROR`, which has the same number as `SSH_ERROR`.
private let authError: Int32 = -100

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
