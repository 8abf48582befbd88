// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

extension HTTPCheck {
    /// What a task wrote, decoded.
    package struct Parameters: Sendable {
        /// The request as it is sent first.
        let request: Request
        /// The URL; nil while its value is still to come.
        let address: WebAddress?
        /// What the answer must be.
        let expectation: Expectation
        /// How many redirects are followed.
        let redirects: Int
        /// Other hosts that may be followed to.
        let otherHosts: Set<String>

        init(_ values: ParameterValues) throws(ParameterError) {
            request = try readRequest(values)
            expectation = try Expectation(values)
            address = try readAddress(values)
            redirects = try readCount(values, "redirects", 0...20) ?? 0
            otherHosts = Set(try values.texts("redirectHosts").map { $0.lowercased() })
            guard redirects == 0 || ["GET", "HEAD"].contains(request.method) else {
                throw ParameterError(
                    "redirects", "are followed for GET and HEAD only", at: values.setting("redirects")?.place)
            }
        }
    }
}

/// The methods that may be used.
enum Method: String, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

private func readAddress(_ values: ParameterValues) throws(ParameterError) -> WebAddress? {
    let url = try values.text("url")
    if values.isPending(text: url) { return nil }
    do throws(WebAddress.Refusal) {
        return try WebAddress(url)
    } catch {
        throw ParameterError("url", error.description, at: values.setting("url")?.place)
    }
}

private func readRequest(_ values: ParameterValues) throws(ParameterError) -> Request {
    let timeout = try values.duration("timeout") ?? .seconds(10)
    guard timeout > .zero else {
        throw ParameterError("timeout", "must be longer than 0", at: values.setting("timeout")?.place)
    }
    return Request(
        method: try values.choice("method", default: Method.get).rawValue, url: try values.text("url"),
        headers: try readHeaders(values), body: Array(try (values.optionalText("body") ?? "").utf8), timeout: timeout,
        connectTimeout: min(timeout, try values.duration("connectTimeout") ?? .seconds(5)),
        verifiesCertificate: try values.flag("verify", default: true), caFile: try readPath(values, "caFile"),
        proxy: try readPeer(values, "proxy"), connectTo: try readPeer(values, "connectTo"))
}

private func readHeaders(_ values: ParameterValues) throws(ParameterError) -> [String] {
    var lines: [String] = []
    for (name, value) in try values.map("headers").sorted(by: { $0.key < $1.key }) {
        let isFine =
            !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
            && !value.utf8.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D }
        guard isFine else {
            throw ParameterError("headers/\(name)", "cannot be a header", at: values.setting("headers")?.place)
        }
        // libcurl takes a header without a value for one to leave out, unless it ends in a semicolon.
        lines.append(value.isEmpty ? name + ";" : "\(name): \(value)")
    }
    return lines
}

private func readPath(_ values: ParameterValues, _ key: String) throws(ParameterError) -> String? {
    _ = try values.value(key, .path)
    return try values.optionalText(key)
}

/// A host, perhaps with a port, that must not be taken for anything else.
private func readPeer(_ values: ParameterValues, _ key: String) throws(ParameterError) -> String? {
    guard let text = try values.optionalText(key), !text.isEmpty else { return nil }
    guard values.isPending(text: text) || text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) && !text.hasPrefix("-")
    else {
        throw ParameterError(key, "must be an address, perhaps with a port", at: values.setting(key)?.place)
    }
    return text
}

func readCount(
    _ values: ParameterValues, _ key: String, _ range: ClosedRange<Int>
) throws(ParameterError) -> Int? {
    guard let number = try values.integer(key) else { return nil }
    guard range.contains(number) else {
        throw ParameterError(
            key, "must be between \(range.lowerBound) and \(range.upperBound)", at: values.setting(key)?.place)
    }
    return number
}
