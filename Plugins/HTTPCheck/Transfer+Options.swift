// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

// How a request is told to libcurl.
extension Transfer {
    /// Where it goes and how long it may take.
    ///
    /// Nothing comes from the environment: no proxy, no .netrc, no kept connection.
    func setRoad(_ request: Request) {
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_PROXY, request.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
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

    func setTrust(_ request: Request) {
        set(CURLOPT_CERTINFO, 1)
        set(CURLOPT_CA_CACHE_TIMEOUT, 60)
        set(CURLOPT_SSL_VERIFYPEER, request.verifiesCertificate ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, request.verifiesCertificate ? 2 : 0)
        if let file = request.caFile { set(CURLOPT_CAINFO, file) }
        // With a folder of certificates beside the file libcurl reads both for every request, which takes 20 ms; without it,
        // it reads the file once. A file that was asked for is then also the only one that is trusted.
        if request.caFile != nil || hasSystemBundle { _ = firstline_curl_set_pointer(handle, CURLOPT_CAPATH, nil) }
    }

    func setMessage(_ request: Request) {
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
        // Empty: all that libcurl can unpack. A server that packs its answer unasked is unpacked, too.
        set(CURLOPT_ACCEPT_ENCODING, "")
        // Without it libcurl waits for a 100 that some servers never send.
        set(CURLOPT_HTTPHEADER, ["Expect:"] + request.headers)
    }

    func setHands() {
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
