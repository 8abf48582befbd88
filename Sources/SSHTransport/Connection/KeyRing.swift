// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Glibc
import Model
import TaskKit

/// Private keys, read once each.
///
/// Belongs to one loop's actor.
final class KeyRing {
    private let secret: SecretLookup
    private var keys: [String: ssh_key] = [:]
    private var certificates: [String: ssh_key] = [:]

    init(secret: @escaping SecretLookup) { self.secret = secret }

    deinit {
        for key in keys.values { ssh_key_free(key) }
        for key in certificates.values { ssh_key_free(key) }
    }

    /// The keys of a file: with its certificate (`<file>-cert.pub`) first, if there is one, then the plain key.
    func keys(_ path: String, passphrase: SecretSource?, on loop: isolated SSHLoop) async throws(SessionFailure)
        -> [ssh_key]
    {
        if let key = keys[path] { return [certificates[path], key].compactMap(\.self) }
        guard access(path, R_OK) == 0 else {
            throw SessionFailure(
                .authentication, "the key file \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        var text: String?
        if let passphrase { text = try await secret(passphrase, "passphrase of \(path)") }
        var key: ssh_key?
        guard ssh_pki_import_privkey_file(path, text, { _, _, _, _, _, _ in -1 }, nil, &key) == SSH_OK, let key else {
            throw SessionFailure(
                .authentication,
                "the key file \(path) is not a private key, or its passphrase is "
                    + (passphrase == nil ? "missing: say passphrase in the inventory" : "wrong"))
        }
        // Another lane may have read it while this one asked for the passphrase.
        if let known = keys[path] {
            ssh_key_free(key)
            return [certificates[path], known].compactMap(\.self)
        }
        keys[path] = key
        certificates[path] = certificate(path, key)
        return [certificates[path], key].compactMap(\.self)
    }

    private func certificate(_ path: String, _ key: ssh_key) -> ssh_key? {
        var certificate: ssh_key?
        guard access(path + "-cert.pub", R_OK) == 0,
            ssh_pki_import_cert_file(path + "-cert.pub", &certificate) == SSH_OK, let certificate
        else { return nil }
        defer { ssh_key_free(certificate) }
        guard let both = ssh_key_dup(key) else { return nil }
        guard ssh_pki_copy_cert_to_privkey(certificate, both) == SSH_OK else {
            ssh_key_free(both)
            return nil
        }
        return both
    }
}
