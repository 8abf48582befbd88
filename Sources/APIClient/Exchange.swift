// SPDX-License-Identifier: Apache-2.0

import APIContract
import CCurl
import Dispatch
import Foundation

/// One request over the server's socket, and its answer.
struct Exchange: Sendable {
    let socket: String
    let method: String
    let path: String
    let body: Data?
    let person: String
    /// How long it may take, in seconds.
    var limit = 60

    /// Does it, on a thread that nobody else waits for.
    func answer() async throws(APIProblem) -> Data {
        let result: Result<Data, APIProblem> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: perform()) }
        }
        return try result.get()
    }

    /// Does it on this thread.
    func perform() -> Result<Data, APIProblem> {
        guard let handle = curl_easy_init() else { return .failure(APIProblem(.defect, "there is no memory")) }
        defer { curl_easy_cleanup(handle) }
        var headers = curl_slist_append(nil, "Content-Type: application/json")
        headers = curl_slist_append(headers, "\(APIHeader.person): \(person.percentEncoded)")
        // Without this, a large request waits for a word of the server before it is sent.
        headers = curl_slist_append(headers, "Expect:")
        defer { curl_slist_free_all(headers) }
        var received = Data()
        let code = withUnsafeMutablePointer(to: &received) { place in
            set(handle, headers, place)
            return curl_easy_perform(handle)
        }
        guard code == CURLE_OK else { return .failure(noAnswer(code)) }
        var status = 0
        _ = firstline_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        guard (200..<300).contains(status) else { return .failure(problem(status, received)) }
        return .success(received)
    }

    private func set(
        _ handle: UnsafeMutableRawPointer, _ headers: UnsafeMutablePointer<curl_slist>?,
        _ received: UnsafeMutablePointer<Data>
    ) {
        // libcurl copies every text that it is given.
        _ = socket.withCString { firstline_curl_set_pointer(handle, CURLOPT_UNIX_SOCKET_PATH, $0) }
        _ = "http://localhost\(path)".withCString { firstline_curl_set_pointer(handle, CURLOPT_URL, $0) }
        _ = method.withCString { firstline_curl_set_pointer(handle, CURLOPT_CUSTOMREQUEST, $0) }
        _ = "".withCString { firstline_curl_set_pointer(handle, CURLOPT_PROXY, $0) }
        _ = firstline_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
        _ = firstline_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        _ = firstline_curl_set_long(handle, CURLOPT_TIMEOUT, limit)
        if let body {
            _ = firstline_curl_set_long(handle, CURLOPT_POSTFIELDSIZE, body.count)
            _ = body.withUnsafeBytes {
                firstline_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
            }
        }
        _ = firstline_curl_set_pointer(handle, CURLOPT_WRITEDATA, received)
        _ = firstline_curl_set_write(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, place in
            guard let bytes, let place else { return 0 }
            let received = place.assumingMemoryBound(to: Data.self)
            received.pointee.append(Data(bytes: bytes, count: size * count))
            return size * count
        }
    }

    private func noAnswer(_ code: CURLcode) -> APIProblem {
        guard code != CURLE_OPERATION_TIMEDOUT else {
            return APIProblem(
                .busy,
                "the server at \(socket) has not answered for \(limit) s; whether it does what it was asked is not known. Look at its "
                    + "log, or end it and start it again: what it had begun goes on")
        }
        let why = String(cString: curl_easy_strerror(code))
        return APIProblem(
            .busy, "the server at \(socket) does not answer (\(why)); 'firstline server status' tells more")
    }

    private func problem(_ status: Int, _ body: Data) -> APIProblem {
        if let problem = try? JSONDecoder().decode(APIProblem.self, from: body) { return problem }
        return APIProblem(.defect, "the server at \(socket) answered \(status), and not in a form that is known")
    }
}
