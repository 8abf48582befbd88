// SPDX-License-Identifier: Apache-2.0

import CCurl
import Model

/// When the server's own certificate expires, as libcurl writes it; nil without TLS.
func certificateExpiry(of handle: UnsafeMutableRawPointer) -> String? {
    var info: UnsafeMutablePointer<curl_certinfo>?
    guard firstline_curl_get_certificates(handle, &info) == CURLE_OK, let info, info.pointee.num_of_certs > 0 else {
        return nil
    }
    var line = info.pointee.certinfo?[0]
    while let current = line {
        if let data = current.pointee.data {
            let text = String(cString: data)
            if text.hasPrefix("Expire date:") { return String(text.dropFirst("Expire date:".count)) }
        }
        line = current.pointee.next
    }
    return nil
}

private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/// Reads `Nov  1 04:20:00 2026 GMT`.
func instant(ofCertificateDate text: String) -> Instant? {
    let words = text.split(separator: " ")
    guard words.count == 5, words[4] == "GMT", let month = months.firstIndex(of: String(words[0])),
        let day = Int64(words[1]), let year = Int64(words[3])
    else { return nil }
    let clock = words[2].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, (1...31).contains(day), (1950...9999).contains(year) else { return nil }
    let seconds = dayNumber(year, Int64(month) + 1, day) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    return Instant(microseconds: seconds * 1_000_000)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, by years that begin in March.
private func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
}
