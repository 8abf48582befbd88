// SPDX-License-Identifier: Apache-2.0

import CCurl

/// One request as it is sent.
struct Request: Sendable {
    var method: String
    var url: String
    var headers: [String]
    var body: [UInt8]
    /// The longest time for everything, and for the connection alone.
    var timeout: Duration
    var connectTimeout: Duration
    var verifiesCertificate: Bool
    /// The certificates to trust; nil = those of the system.
    var caFile: String?
    var proxy: String?
    /// Where to connect to instead of the URL's host; nil = there.
    var connectTo: String?
}

/// How long the phases took, in microseconds since the request began; 0 = not reached.
struct Timings: Hashable, Sendable {
    var name: Int64 = 0
    var connect: Int64 = 0
    var tls: Int64 = 0
    var firstByte: Int64 = 0
    var total: Int64 = 0
    /// Whether a connection came about, also where TLS then did not.
    var isConnected = false
}

/// What came back.
struct Response: Sendable {
    var status: Int
    /// The body's first 1 MiB.
    var body: [UInt8]
    /// Whether the body is longer than what was read.
    var isCut: Bool
    var timings: Timings
    /// When the server's certificate expires, as libcurl writes it.
    var certificateExpiry: String?
    /// Where a redirect leads.
    var location: String?
    /// The `Content-Type` header.
    var contentType: String?
}

/// How a request ended.
enum TransferResult: Sendable {
    case answered(Response)
    case failed(CURLcode, system: Int, message: String, Timings)
    case cancelled
}
