// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

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
}

/// How a request ended.
enum TransferResult: Sendable {
    case answered(Response)
    case failed(CURLcode, system: Int, message: String, Timings)
    case cancelled
}

/// A request under way.
///
/// It is made, fed and freed on the thread of its loop and on no other.
final class Transfer {
    /// The most bytes of a body that are read.
    static let longestBody = 1_048_576

    let handle: UnsafeMutableRawPointer
    private var body: [UInt8] = []
    private var isCut = false
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// Prepares a request; nil when there is no memory for it.
    init?(_ request: Request) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setRoad(request)
        setTrust(request)
        setMessage(request)
        setHands()
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    /// Takes a piece of the body; false ends the request, because enough was read.
    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        body += bytes.prefix(Transfer.longestBody - body.count)
        isCut = isCut || body.count == Transfer.longestBody && !bytes.isEmpty
        return !isCut
    }

    /// What came of it.
    func result(_ code: CURLcode) -> TransferResult {
        let timings = timings()
        guard code == CURLE_OK || code == CURLE_WRITE_ERROR && isCut else {
            let said = String(cString: errorText)
            let message = said.isEmpty ? String(cString: curl_easy_strerror(code)) : said
            return .failed(code, system: number(CURLINFO_OS_ERRNO), message: message, timings)
        }
        return .answered(
            Response(
                status: number(CURLINFO_RESPONSE_CODE), body: body, isCut: isCut, timings: timings,
                certificateExpiry: certificateExpiry(of: handle), location: text(CURLINFO_REDIRECT_URL)))
    }

    // MARK: Options

    /// Where it goes and how long it may take.
    ///
    /// Nothing comes from the environment: no proxy, no .netrc, no kept connection.
    private func setRoad(_ request: Request) {
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_PROXY, request.proxy ?? "")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FRESH_CONNECT, 1)
        set(CURLOPT_FORBID_REUSE, 1)
        set(CURLOPT_DNS_CACHE_TIMEOUT, 0)
        set(CURLOPT_TIMEOUT_MS, Int(max(1, request.timeout.wholeMilliseconds)))
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, request.connectTimeout.wholeMilliseconds)))
        if let address = request.connectTo {
            // A bare IPv6 address has colons of its own.
            let isBare = address.count { $0 == ":" } > 1 && !address.hasPrefix("[")
            set(CURLOPT_CONNECT_TO, ["::" + (isBare ? "[\(address)]" : address)])
        }
    }

    private func setTrust(_ request: Request) {
        set(CURLOPT_CERTINFO, 1)
        set(CURLOPT_CA_CACHE_TIMEOUT, 60)
        set(CURLOPT_SSL_VERIFYPEER, request.verifiesCertificate ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, request.verifiesCertificate ? 2 : 0)
        if let file = request.caFile { set(CURLOPT_CAINFO, file) }
        // With a folder of certificates beside the file libcurl reads both for every request, which takes 20 ms; without it,
        // it reads the file once. A file that was asked for is then also the only one that is trusted.
        if request.caFile != nil || hasSystemBundle { _ = firstline_curl_set_pointer(handle, CURLOPT_CAPATH, nil) }
    }

    private func setMessage(_ request: Request) {
        if request.method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else {
            if !request.body.isEmpty || request.method == "POST" {
                set(CURLOPT_POSTFIELDSIZE, request.body.count)
                request.body.withUnsafeBytes { bytes in
                    let none: StaticString = ""
                    _ = firstline_curl_set_pointer(
                        handle, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? UnsafeRawPointer(none.utf8Start))
                }
            }
            set(CURLOPT_CUSTOMREQUEST, request.method)
        }
        set(CURLOPT_USERAGENT, "firstline")
        // Without it libcurl waits for a 100 that some servers never send.
        set(CURLOPT_HTTPHEADER, ["Expect:"] + request.headers)
    }

    private func setHands() {
        _ = firstline_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        _ = firstline_curl_set_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque())
        _ = firstline_curl_set_write(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, transfer in
            guard let transfer, let bytes else { return 0 }
            let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().take(piece) ? size * count : 0
        }
    }

    private func set(_ option: CURLoption, _ number: Int) { _ = firstline_curl_set_long(handle, option, number) }
    private func set(_ option: CURLoption, _ text: String) { _ = firstline_curl_set_pointer(handle, option, text) }
    private func set(_ option: CURLoption, _ lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) ?? list }
        guard let list else { return }
        lists.append(list)
        _ = firstline_curl_set_pointer(handle, option, list)
    }

    // MARK: Facts

    private func timings() -> Timings {
        Timings(
            name: time(CURLINFO_NAMELOOKUP_TIME_T), connect: time(CURLINFO_CONNECT_TIME_T),
            tls: time(CURLINFO_APPCONNECT_TIME_T), firstByte: time(CURLINFO_STARTTRANSFER_TIME_T),
            total: time(CURLINFO_TOTAL_TIME_T), isConnected: number(CURLINFO_LOCAL_PORT) > 0)
    }

    private func time(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        _ = firstline_curl_get_offset(handle, info, &value)
        return Int64(value)
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        _ = firstline_curl_get_long(handle, info, &value)
        return value
    }

    private func text(_ info: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        _ = firstline_curl_get_string(handle, info, &value)
        return value.map { String(cString: $0) }
    }
}

/// Whether libcurl was built to trust the certificates of one file, and that file can be read.
private let hasSystemBundle: Bool = {
    guard let info = curl_version_info(CURLVERSION_TENTH), let file = info.pointee.cainfo else { return false }
    return access(file, R_OK) == 0
}()

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
