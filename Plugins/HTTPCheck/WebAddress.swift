// SPDX-License-Identifier: Apache-2.0

import CCurl

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

    /// Reads a URL by libcurl's own rules, so that what is checked is what is asked.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let url = curl_url() else { return nil }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = part(url, CURLUPART_SCHEME), scheme == "http" || scheme == "https",
            let host = part(url, CURLUPART_HOST), !host.isEmpty, let port = part(url, CURLUPART_PORT),
            part(url, CURLUPART_USER) == nil, part(url, CURLUPART_PASSWORD) == nil
        else { return nil }
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
