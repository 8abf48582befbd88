// SPDX-License-Identifier: Apache-2.0

import Model

extension Response {
    /// The body as text: read by the character set its `Content-Type` names, else as UTF-8.
    var text: String {
        let charset = contentType.flatMap(charset(ofContentType:)) ?? "utf-8"
        guard charset.lowercased() != "utf-8", let text = String(body, charset: charset) else {
            return String(decoding: body, as: UTF8.self)
        }
        return text
    }
}

/// The character set of `text/html; charset="euc-kr"`; nil where none is named.
func charset(ofContentType header: String) -> String? {
    for part in header.split(separator: ";").dropFirst() {
        let pair = part.split(separator: "=", maxSplits: 1)
        guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == "charset" else { continue }
        let name = pair[1].filter { $0 != "\"" && $0 != "'" && $0 != " " }
        return name.isEmpty ? nil : String(name)
    }
    return nil
}
