// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Glibc
import Model
import TaskKit

/// What was tried to log in, for the one who must find out why it was not enough.
struct LogInTrace {
    /// Keys and passwords that the host refused.
    var tried: [String] = []
    /// Files that could not be used, and what is wrong with certificates.
    var notes: [String] = []

    var text: String {
        let list = tried.isEmpty ? "nothing, for there is no key, agent or password" : tried.joined(separator: ", ")
        return "tried: \(list)" + (notes.isEmpty ? "" : "; \(notes.joined(separator: "; "))")
    }
}

// Logging in: the agent's keys, key files, then the password.
extension SSHConnection {
    func logIn(by deadline: MonotonicTime, on loop: isolated SSHLoop) async throws(SessionFailure) {
        var trace = LogInTrace()
        let files = host.connection.keyFiles
        if files.isEmpty, options.agentSocket != nil {
            if try await attempt("agent", &trace, by: deadline, { ssh_userauth_agent($0, nil) }) { return }
        }
        for file in files.isEmpty ? options.defaultKeyFiles.filter(exists) : files {
            if try await offer(file, &trace, by: deadline, on: loop) { return }
        }
        if let source = host.connection.password {
            let password = try await options.secret(source, "log-in password")
            if try await send(password, &trace, by: deadline) { return }
        }
        throw refused(trace)
    }

    /// Offers what a key file holds; one that cannot be used is passed over, as OpenSSH does.
    private func offer(
        _ file: String, _ trace: inout LogInTrace, by deadline: MonotonicTime, on loop: isolated SSHLoop
    ) async throws(SessionFailure) -> Bool {
        let found: (keys: [UserKey], notes: [String])
        do throws(SessionFailure) {
            found = try await loop.keys.keys(file, passphrase: host.connection.passphrase, on: loop)
        } catch {
            trace.notes.append(error.message)
            return false
        }
        trace.notes += found.notes
        for key in found.keys {
            let objection = key.certificate?.objection(to: user, at: wallClock())
            if let certificate = key.certificate, let objection {
                trace.notes.append("the certificate \(certificate.path) \(objection)")
            }
            let name = key.certificate?.path ?? file
            if try await attempt(name, &trace, by: deadline, { ssh_userauth_publickey($0, nil, key.key) }) {
                return true
            }
        }
        return false
    }

    private func exists(_ file: String) -> Bool { access(file, F_OK) == 0 }

    /// Sends the password in the ways that the host takes one.
    private func send(
        _ password: String, _ trace: inout LogInTrace, by deadline: MonotonicTime
    ) async throws(SessionFailure) -> Bool {
        // Nothing is known of what the host takes before it has refused something.
        let methods = session.map { Int($0.methods) } ?? 0
        if methods == 0 || methods & Int(SSH_AUTH_METHOD_PASSWORD) != 0 {
            if try await attempt("password", &trace, by: deadline, { ssh_userauth_password($0, nil, password) }) {
                return true
            }
        }
        guard methods == 0 || methods & Int(SSH_AUTH_METHOD_INTERACTIVE) != 0 else { return false }
        return try await answer(password, &trace, by: deadline)
    }

    /// Some servers ask for the password as a question (keyboard-interactive).
    ///
    /// It is the answer to the first question only: the next may be for a new password.
    private func answer(
        _ password: String, _ trace: inout LogInTrace, by deadline: MonotonicTime
    ) async throws(SessionFailure) -> Bool {
        var isAnswered = false
        for _ in 0..<8 {
            var isAsked = false
            let isIn = try await attempt("password", &trace, by: deadline) { session in
                let code = ssh_userauth_kbdint(session, nil, nil)
                isAsked = code == SSH_AUTH_INFO.rawValue
                return code
            }
            if isIn { return true }
            guard isAsked, let session else { return false }
            let questions = Questions(session)
            if questions.prompts.isEmpty { continue }
            guard questions.prompts.count == 1, !isAnswered else { throw asksForMore(questions) }
            ssh_userauth_kbdint_setanswer(session, 0, password)
            isAnswered = true
        }
        return false
    }

    private func asksForMore(_ questions: Questions) -> SessionFailure {
        let words = "the host says \"\(questions.text)\""
        guard questions.isAboutNewPassword else {
            return SessionFailure(
                .authentication,
                "\(endpoint) asks \(user) for more than a password, which nobody can answer here; \(words)")
        }
        return SessionFailure(
            .authentication,
            "the password of \(user) has expired on \(endpoint); \(words). Log in by hand and change it")
    }

    /// Tries one way of logging in.
    private func attempt(
        _ name: String, _ trace: inout LogInTrace, by deadline: MonotonicTime, _ call: (ssh_session) -> Int32
    ) async throws(SessionFailure) -> Bool {
        let packets = packetsSent
        let code: Int32
        do throws(SessionFailure) {
            code = try await untilDone(by: deadline) { session in
                let code = call(session)
                return code == SSH_AUTH_AGAIN.rawValue ? SSH_AGAIN : code == SSH_AUTH_ERROR.rawValue ? authError : code
            }
        } catch  where error.code == .handshakeTimeout {
            throw SessionFailure(.handshakeTimeout, "\(endpoint) did not finish the log-in of \(user) in time")
        }
        if code == SSH_AUTH_SUCCESS.rawValue { return true }
        if code == SSH_AUTH_INFO.rawValue { return false }
        // One packet asks for the service, each further one offers a key.
        let keys = Int(packetsSent - packets) - 1
        let what = name == "agent" ? "\(max(0, keys)) keys of the agent" : name
        if trace.tried.last != what { trace.tried.append(what) }
        if let session, ssh_is_connected(session) == 0 { throw ended(trace) }
        return false
    }

    private func refused(_ trace: LogInTrace) -> SessionFailure {
        SessionFailure(
            .authentication, "\(endpoint) did not let \(user) log in; \(trace.text)\(hostsWords)")
    }

    /// The host broke off.
    private func ended(_ trace: LogInTrace) -> SessionFailure {
        let text = errorText
        guard text.contains("Too many authentication failures") else {
            let reason = text.contains("Socket error") ? "" : ": \(text)"
            return SessionFailure(
                .authentication,
                "\(endpoint) closed the connection while \(user) logged in\(reason); \(trace.text)\(hostsWords)")
        }
        return SessionFailure(
            .authentication,
            "\(endpoint) said \"Too many authentication failures\" to \(user) and closed the connection; \(trace.text). "
                + "Name the right key (key: in the inventory), keep fewer keys in the agent, or raise MaxAuthTries there\(hostsWords)"
        )
    }

    /// What the host has said for people to read, such as that the account has expired.
    private var hostsWords: String {
        guard let session, let banner = ssh_get_issue_banner(session) else { return "" }
        defer { ssh_string_free_char(banner) }
        let text = flat(String(cString: banner))
        return text.isEmpty ? "" : "; the host says \"\(text)\""
    }
}

/// What a host asks in a keyboard-interactive log-in.
private struct Questions {
    var instruction = ""
    var prompts: [String] = []

    init(_ session: ssh_session) {
        instruction = ssh_userauth_kbdint_getinstruction(session).map { String(cString: $0) } ?? ""
        for index in 0..<max(0, ssh_userauth_kbdint_getnprompts(session)) {
            prompts.append(
                ssh_userauth_kbdint_getprompt(session, UInt32(index), nil).map { String(cString: $0) } ?? "")
        }
    }

    var text: String { flat(([instruction] + prompts).joined(separator: " ")) }

    var isAboutNewPassword: Bool {
        let words = text.lowercased()
        return ["expired", "change your password", "new password", "current password"].contains { words.contains($0) }
    }
}

extension ssh_session {
    /// Ways of logging in that the host takes, as it said when it refused one; 0 = not said.
    fileprivate var methods: Int32 { ssh_userauth_list(self, nil) }
}

/// Words of a host on one line, not too long, fit to be shown.
private func flat(_ text: String) -> String {
    let line = printable(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    return line.count > 300 ? line.prefix(300) + " …" : line
}

/// Stands for `SSH_AUTH_ERROR`, which has the same number as `SSH_ERROR`.
private let authError: Int32 = -100
