// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Model
import TaskKit

/// A private key that is open, perhaps with the certificate for it.
final class UserKey {
    let key: ssh_key
    /// Who may log in with it, and when; nil = it is no certificate.
    let certificate: UserCertificate?

    init(_ key: ssh_key, _ certificate: UserCertificate? = nil) {
        self.key = key
        self.certificate = certificate
    }

    deinit { ssh_key_free(key) }
}

/// Private keys, read once each, for as long as their files stay the same.
///
/// A locked key is open for those only who have its passphrase. Belongs to one loop's actor.
final class KeyRing {
    private struct Entry {
        let file: KeyFile
        /// What a passphrase opens; an empty one is that of a key that is not locked.
        var open: [String: Result<UserKey, KeyFile.Problem>] = [:]
    }

    private let secret: SecretLookup
    private var entries: [String: Entry] = [:]

    init(secret: @escaping SecretLookup) { self.secret = secret }

    /// What a key file holds that can be used: the key with its certificate (`<file>-cert.pub`), if there is one, and the key.
    ///
    /// - Throws: `SessionFailure` with why it cannot be used; another key may be.
    func keys(
        _ path: String, passphrase: SecretSource?, on loop: isolated SSHLoop
    ) async throws(SessionFailure) -> (keys: [UserKey], notes: [String]) {
        do throws(KeyFile.Problem) {
            var key = try key(path, passphrase: "")
            if key == nil {
                guard let passphrase else {
                    throw KeyFile.Problem(
                        message: "\(path) is locked, and the inventory names no passphrase (passphrase:)")
                }
                let text = try await secretText(passphrase, of: path).get()
                key = try self.key(path, passphrase: text)
            }
            guard let key else { throw KeyFile.Problem(message: "\(path) is locked, and its passphrase is empty") }
            let certificate = certified(path, key)
            return ([certificate.key, key].compactMap(\.self), certificate.notes)
        } catch {
            throw SessionFailure(.authentication, error.message)
        }
    }

    private func secretText(_ source: SecretSource, of path: String) async -> Result<String, KeyFile.Problem> {
        do throws(SessionFailure) {
            return .success(try await secret(source, "passphrase of \(path)"))
        } catch {
            return .failure(KeyFile.Problem(message: "\(path) is locked: \(error.message)"))
        }
    }

    /// The key as a passphrase opens it; nil = it is locked and none was given.
    private func key(_ path: String, passphrase: String) throws(KeyFile.Problem) -> UserKey? {
        let known = entries[path]
        let file = try KeyFile(path, isSecret: true, known: known?.file.stamp)
        if file.stamp != known?.file.stamp { entries[path] = Entry(file: file) }
        guard let entry = entries[path] else { return nil }
        if let found = entry.open[passphrase] { return try found.get() }
        guard let opened = open(entry.file.text, path, passphrase) else { return nil }
        entries[path]?.open[passphrase] = opened
        return try opened.get()
    }

    /// Nil = a passphrase is needed and none was given.
    private func open(_ text: String, _ path: String, _ passphrase: String) -> Result<UserKey, KeyFile.Problem>? {
        var isAsked = false
        var key: ssh_key?
        let code = withUnsafeMutablePointer(to: &isAsked) { asked in
            ssh_pki_import_privkey_base64(
                text, passphrase.isEmpty ? nil : passphrase,
                { _, _, _, _, _, asked in
                    asked?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, asked, &key)
        }
        if code == SSH_OK, let key { return .success(UserKey(key)) }
        if isAsked { return nil }
        let reason =
            passphrase.isEmpty
            ? "is not a private key that can be read" : "cannot be opened: its passphrase is wrong"
        return .failure(KeyFile.Problem(message: "\(path) \(reason)"))
    }

    private func certified(_ path: String, _ key: UserKey) -> (key: UserKey?, notes: [String]) {
        let path = path + "-cert.pub"
        let file: KeyFile
        do throws(KeyFile.Problem) {
            file = try KeyFile(path, isSecret: false)
        } catch {
            // Most keys have none.
            return (nil, error.message.hasSuffix("No such file or directory") ? [] : [error.message])
        }
        let words = file.text.split(whereSeparator: \.isWhitespace)
        var certificate: ssh_key?
        guard words.count >= 2, let both = ssh_key_dup(key.key) else { return (nil, ["\(path) is not a certificate"]) }
        let type = ssh_key_type_from_name(String(words[0]))
        guard ssh_pki_import_cert_base64(String(words[1]), type, &certificate) == SSH_OK, let certificate else {
            ssh_key_free(both)
            return (nil, ["\(path) is not a certificate"])
        }
        defer { ssh_key_free(certificate) }
        guard ssh_pki_copy_cert_to_privkey(certificate, both) == SSH_OK else {
            ssh_key_free(both)
            return (nil, ["\(path) is not a certificate"])
        }
        return (UserKey(both, UserCertificate(path: path, base64: String(words[1]))), [])
    }
}
