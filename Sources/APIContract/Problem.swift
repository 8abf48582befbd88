// SPDX-License-Identifier: Apache-2.0

package import Model

/// Why a request was not done, in the form of RFC 9457 (`application/problem+json`).
package struct APIProblem: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// What kind of a problem it is; clients go by it.
    package enum Kind: String, Codable, CaseIterable, Sendable {
        /// The request is wrong; nothing was done.
        case invalid
        /// The request is larger than such a request may be; nothing was done.
        case tooLarge = "too-large"
        /// The request came too slowly; nothing was done.
        case slow
        /// What it is about is not there.
        case notFound = "not-found"
        /// A guard or the state of things does not allow it, or the plan is not what was agreed.
        case refused
        /// A window or a freeze wants a person to agree; the same may be asked again with that.
        case asks
        /// This person may not do that.
        case notAllowed = "not-allowed"
        /// The server is not ready, or does not answer; the same may be asked again later.
        case busy
        /// The store cannot be read or written.
        case storage
        /// A defect of the product.
        case defect

        /// The status of the answer.
        package var status: Int {
            switch self {
            case .invalid: 400
            case .tooLarge: 413
            case .slow: 408
            case .notFound: 404
            case .refused, .asks: 409
            case .notAllowed: 403
            case .busy: 503
            case .storage: 507
            case .defect: 500
            }
        }
    }

    package let type: String
    package let title: String
    package let status: Int
    package let detail: String
    /// The same for clients that show it in another language, where it has one.
    package let sentence: Sentence?

    package init(_ kind: Kind, _ detail: String) {
        type = "urn:firstline:problem:" + kind.rawValue
        title = kind.rawValue
        status = kind.status
        self.detail = detail
        sentence = nil
    }

    package init(_ kind: Kind, _ sentence: Sentence) {
        type = "urn:firstline:problem:" + kind.rawValue
        title = kind.rawValue
        status = kind.status
        detail = sentence.description
        self.sentence = sentence
    }

    package var kind: Kind { Kind(rawValue: title) ?? .defect }
    package var description: String { detail }
}
