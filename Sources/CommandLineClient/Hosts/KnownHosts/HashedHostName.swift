// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Model

/// A name in `known_hosts` that can be recognised but not read: `|1|salt|hash`.
///
/// The hash is HMAC-SHA1 with the salt as its key, because OpenSSH makes it so. Here it only finds a line; whether a host is
/// believed never rests on it.
struct HashedHostName: Hashable, Sendable {
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Reads a name; nil when it is not of that form.
    init?(_ text: String) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "1", let salt = Data(base64Encoded: String(parts[2])),
            let hash = Data(base64Encoded: String(parts[3])), hash.count == Insecure.SHA1.byteCount, !salt.isEmpty
        else { return nil }
        self.salt = Array(salt)
        self.hash = Array(hash)
    }

    /// Whether it is the name of an endpoint.
    func isName(of endpoint: Endpoint) -> Bool {
        let code = HMAC<Insecure.SHA1>.authenticationCode(
            for: Data(endpoint.knownAs.utf8), using: SymmetricKey(data: salt))
        return code.elementsEqual(hash)
    }
}
