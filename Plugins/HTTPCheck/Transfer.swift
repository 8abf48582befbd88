// SPDX-License-Identifier: Apache-2.0

import CCurl

/// A request under way.
///
/// It is made, fed and freed on the thread of its loop and on no other.
final class Transfer {
    /// The most bytes of a body that are read.
    static let longestBody = 1_048_576

    let handle: UnsafeMutableRawPointer
    private var body: [UInt8] = []
    private var isCut = false
    var lists: [UnsafeMutablePointer<curl_slist>] = []
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

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
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
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
                certificateExpiry: certificateExpiry(of: handle), location: text(CURLINFO_REDIRECT_URL),
                contentType: text(CURLINFO_CONTENT_TYPE)))
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
