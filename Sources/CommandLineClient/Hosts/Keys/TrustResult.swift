// SPDX-License-Identifier: Apache-2.0

import Model

/// What became of a key that was to be trusted.
struct TrustResult: Encodable, Sendable {
    enum Result: String, Encodable, Sendable {
        /// It is expected from now on.
        case trusted
        /// It is expected in place of another from now on.
        case replaced
        /// It was expected before.
        case known
        /// It is not the one expected, and nobody said that it may be replaced.
        case refused
        /// A person said no.
        case declined
        /// There was none.
        case failed
    }

    let host: HostName
    let address: String
    let result: Result
    let type: String?
    let fingerprint: String?
    let message: String?

    init(_ shown: ShownKey, isAgreed: Bool, replaces: Bool) {
        host = shown.host
        address = shown.address
        type = shown.type
        fingerprint = shown.fingerprint
        switch shown.state {
        case .pinned, .local: result = .known
        case .failed: result = .failed
        case .new: result = isAgreed ? .trusted : .declined
        case .changed: result = !replaces ? .refused : isAgreed ? .replaced : .declined
        }
        message = result == .refused ? Self.refusal(shown) : shown.message
    }

    private static func refusal(_ shown: ShownKey) -> String {
        "the key has changed: expected is \(shown.expected.joined(separator: " or ")); somebody may be in between. "
            + "If the host was really set up anew, say --replace"
    }

    static func listing(_ results: [TrustResult]) -> Listing<TrustResult> {
        Listing(
            columns: [
                .init("HOST") { $0.host.rawValue }, .init("ADDRESS") { $0.address }, .init("KEY") { $0.type ?? "" },
                .init("FINGERPRINT") { $0.fingerprint ?? "" }, .init("RESULT") { $0.result.rawValue },
                .init("NOTE") { $0.message ?? "" },
            ], items: results, name: { $0.host.rawValue })
    }
}
