// SPDX-License-Identifier: Apache-2.0

import CCurl
import Expressions
import Glibc
import Model
import TaskKit

/// One check from its first request to its judgement: follows redirects as far as it may and remembers what was measured.
struct Visit {
    /// The request to send next; nil when nothing is left to ask.
    private(set) var nextRequest: Request?
    /// What happened last, for the log.
    private(set) var line = ""
    private let parameters: HTTPCheck.Parameters
    /// Whether the step's own limit is shorter than the request's, so that the engine decides what its end means.
    private let endsByLimit: Bool
    private let budget: Duration
    private var spent = Duration.zero
    private var address: WebAddress
    private var redirectsLeft: Int
    private var reason: Reason?
    private var isOverLimit = false
    private var outputs: [String: Value] = [:]
    private var redirectedTo: String?
    private var unfollowed: UnfollowedRedirect?

    init(_ parameters: HTTPCheck.Parameters, _ address: WebAddress, longest: Duration?) {
        self.parameters = parameters
        self.address = address
        redirectsLeft = parameters.redirects
        endsByLimit = longest.map { $0 < parameters.request.timeout } ?? false
        budget = min(longest ?? parameters.request.timeout, parameters.request.timeout)
        var request = parameters.request
        request.timeout = budget
        nextRequest = request
    }

    /// Takes the result of the request.
    mutating func take(_ result: TransferResult) {
        guard let request = nextRequest else { return }
        nextRequest = nil
        switch result {
        case .answered(let response):
            note(response.timings)
            line =
                "\(request.method) \(excerpt(request.url, limit: 500)): \(response.status) after \(text(of: response.timings))"
            if !follow(response, from: request) { judge(response) }
        case .failed(let code, let system, let message, let timings):
            note(timings)
            reason = failure(code, system: system, message, timings, request)
            isOverLimit = code == CURLE_OPERATION_TIMEDOUT && endsByLimit
            line =
                "\(request.method) \(excerpt(request.url, limit: 500)): \(excerpt(message)) after \(text(of: timings))"
        case .cancelled: break
        }
    }

    /// The outcome, once nothing is left to ask.
    func outcome(leavesRunning: Bool) -> TaskOutcome {
        var report = Report(outputs: outputs)
        if let redirectedTo { report.outputs["redirected_to"] = .text(redirectedTo) }
        if isOverLimit {
            if leavesRunning { return .leftRunning(report) }
            return .failed(Reason(.timeLimit, "the time limit passed before the answer came"), report)
        }
        if let reason { return .failed(reason, report) }
        do {
            report.findings = try parameters.expectation.thresholds.findings(for: outputs)
        } catch {
            return .failed(Reason(.evaluation, "a threshold could not be judged: \(error)"), report)
        }
        report.level = report.findings.map(\.level).max() ?? .ok
        report.summary = Message(
            "\(outputs["status", default: .null].text) in \(outputs["total_ms", default: .null].text) ms")
        if let worst = report.findings.first(where: { $0.level == .error }) {
            return .failed(Reason(.finding, excerpt(worst.message.text(in: .english, texts: [:]))), report)
        }
        return .succeeded(report)
    }

    private mutating func judge(_ response: Response) {
        outputs["status"] = .integer(response.status)
        outputs["body_bytes"] = .integer(response.body.count)
        var daysLeft: Int?
        if let expiry = response.certificateExpiry.flatMap(instant(ofCertificateDate:)) {
            let days = Double(expiry.microseconds - now().microseconds) / 86_400_000_000
            daysLeft = Int(days.rounded(.down))
            outputs["certificate_expires"] = .text(expiry.description)
            outputs["certificate_days_left"] = daysLeft.map(Value.integer)
        }
        reason = parameters.expectation.problem(response, unfollowed, daysLeft: daysLeft)
    }

    /// Sets the next request if the answer is a redirect that may be followed.
    private mutating func follow(_ response: Response, from request: Request) -> Bool {
        guard (300...399).contains(response.status), let location = response.location else { return false }
        redirectedTo = excerpt(location, limit: 2000)
        let next: WebAddress
        do throws(UnfollowedRedirect) {
            next = try nextAddress(location)
        } catch {
            unfollowed = error
            return false
        }
        let isSame = next.host == address.host
        redirectsLeft -= 1
        var following = request
        following.url = location
        following.timeout = budget - spent
        following.connectTimeout = min(following.connectTimeout, following.timeout)
        // What was meant for one host is not told to another.
        if !isSame { (following.headers, following.connectTo) = ([], nil) }
        address = next
        nextRequest = following
        return true
    }

    /// The address a redirect leads to, if it may be followed.
    private func nextAddress(_ location: String) throws(UnfollowedRedirect) -> WebAddress {
        guard redirectsLeft > 0 else { throw .limit(parameters.redirects) }
        guard spent < budget else { throw .time }
        let next: WebAddress
        do throws(WebAddress.Refusal) { next = try WebAddress(location) } catch { throw .address(error) }
        guard next.host == address.host || parameters.otherHosts.contains(next.host) else { throw .host(next.host) }
        guard address.scheme == "http" || next.scheme == "https" else { throw .scheme }
        return next
    }

    private mutating func note(_ timings: Timings) {
        spent += .microseconds(timings.total)
        outputs["dns_ms"] = milliseconds(timings.name)
        outputs["connect_ms"] = timings.connect > 0 ? milliseconds(timings.connect - timings.name) : nil
        outputs["tls_ms"] = timings.tls > 0 ? milliseconds(timings.tls - timings.connect) : nil
        outputs["first_byte_ms"] = timings.firstByte > 0 ? milliseconds(timings.firstByte) : nil
        outputs["total_ms"] = milliseconds(spent.microseconds)
    }
}

/// To a tenth of a millisecond.
private func milliseconds(_ microseconds: Int64) -> Value {
    .number((Double(max(0, microseconds)) / 100).rounded() / 10)
}

private func text(of timings: Timings) -> String {
    let phases = [
        ("name", timings.name), ("connect", timings.connect), ("TLS", timings.tls), ("first byte", timings.firstByte),
    ]
    let reached = phases.filter { $0.1 > 0 }.map { "\($0.0) \(milliseconds($0.1).text)" }
    return "\(milliseconds(timings.total).text) ms" + (reached.isEmpty ? "" : " (\(reached.joined(separator: ", ")))")
}

private func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
}
