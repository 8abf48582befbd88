// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc
import Model
import TaskKit

/// Why there is no answer: the exact cause, and what was tried on what.
func failure(
    _ code: CURLcode, system: Int, _ message: String, _ timings: Timings, _ request: Request
) -> Reason {
    let place = request.connectTo.map { "\(excerpt(request.url)) at \($0)" } ?? excerpt(request.url)
    let reason =
        code == CURLE_OPERATION_TIMEDOUT
        ? timeout(timings, request) : reasons[code.rawValue] ?? connecting(code, system)
    return Reason(reason, "\(place): \(excerpt(message))\(advice(reason, request))")
}

/// The phase in which the time was over.
private func timeout(_ timings: Timings, _ request: Request) -> ReasonCode {
    if timings.name == 0 { return .nameNotFound }
    if timings.connect == 0, !timings.isConnected { return .connectTimeout }
    if request.url.lowercased().hasPrefix("https:"), timings.tls == 0 { return .handshakeTimeout }
    return .response
}

private func connecting(_ code: CURLcode, _ system: Int) -> ReasonCode {
    guard code == CURLE_COULDNT_CONNECT else { return .response }
    switch Int32(truncatingIfNeeded: system) {
    case ECONNREFUSED: return .refused
    case ETIMEDOUT: return .connectTimeout
    default: return .networkUnreachable
    }
}

private let reasons: [UInt32: ReasonCode] = [
    CURLE_COULDNT_RESOLVE_HOST.rawValue: .nameNotFound, CURLE_COULDNT_RESOLVE_PROXY.rawValue: .nameNotFound,
    CURLE_SSL_CONNECT_ERROR.rawValue: .handshake, CURLE_PEER_FAILED_VERIFICATION.rawValue: .certificate,
    CURLE_SSL_ISSUER_ERROR.rawValue: .certificate, CURLE_SSL_INVALIDCERTSTATUS.rawValue: .certificate,
    CURLE_SSL_CACERT_BADFILE.rawValue: .badValue, CURLE_URL_MALFORMAT.rawValue: .badValue,
    CURLE_UNSUPPORTED_PROTOCOL.rawValue: .badValue, CURLE_GOT_NOTHING.rawValue: .connectionLost,
    CURLE_RECV_ERROR.rawValue: .connectionLost, CURLE_SEND_ERROR.rawValue: .connectionLost,
    CURLE_PARTIAL_FILE.rawValue: .connectionLost,
]

private func advice(_ reason: ReasonCode, _ request: Request) -> String {
    switch reason {
    case .certificate where request.caFile == nil:
        "; name the authority's certificates with caFile, or see who answers there"
    case .refused: "; nothing listens there"
    case .badValue where request.caFile != nil: "; look at caFile on the controller"
    default: ""
    }
}
