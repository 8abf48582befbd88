// SPDX-License-Identifier: Apache-2.0

import TaskKit

/// Why a redirect was not followed.
enum UnfollowedRedirect: Error, Hashable, Sendable, CustomStringConvertible {
    /// `redirects` allows this many.
    case limit(Int)
    /// The host is another one and not among `redirectHosts`.
    case host(String)
    /// It leads from https to http.
    case scheme
    case address(WebAddress.Refusal)
    case time

    /// The reason, as a part of a sentence.
    var description: String {
        switch self {
        case .limit(0): "redirects are not followed; 'redirects' allows some"
        case .limit(let count): "'redirects' allows \(count), and all of them were followed"
        case .host(let host): "'redirectHosts' does not name \(excerpt(host))"
        case .scheme: "it leads from https to http"
        case .address(let refusal): "the URL \(refusal)"
        case .time: "the time was used up"
        }
    }
}
