// SPDX-License-Identifier: Apache-2.0

import CCurl
import TaskKit

/// A URL that may be asked: http or https, with a host, and without a user or password.
struct WebAddress: Hashable, Sendable {
    /// The URL as written.
    let text: String
    /// `http` or `https`.
    let scheme: String
    /// The host, in small letters.
    let host: String
    /// The port, written or not.
    let port: String

    /// Why a text is not a URL that may be asked.
    enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        case notHTTP(String)
        case withPassword
        case notASCII(host: String)

        /// What the URL must be.
        var description: String {
            switch self {
            case .notHTTP(let text): "must be http://… or https://… with a host, not '\(excerpt(text))'"
            case .withPassword: "must not hold a user or a password"
            case .notASCII(let host):
                "must name its host in ASCII: write '\(excerpt(host))' in its registered form, which begins with xn--"
            }
        }
    }

    /// Reads a URL by libcurl's own rules, so that what is checked is what is asked.
    init(_ text: String) throws(Refusal) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let url = curl_url() else { throw .notHTTP(text) }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = part(url, CURLUPART_SCHEME), scheme == "http" || scheme == "https",
            let host = part(url, CURLUPART_HOST), !host.isEmpty, let port = part(url, CURLUPART_PORT)
        else { throw .notHTTP(text) }
        guard part(url, CURLUPART_USER) == nil, part(url, CURLUPART_PASSWORD) == nil else { throw .withPassword }
        guard host.utf8.allSatisfy({ $0 < 0x80 }) else { throw .notASCII(host: host) }
        self.text = text
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
    }
}

private func part(_ url: OpaquePointer, _ part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(url, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
}
