// SPDX-License-Identifier: Apache-2.0

package import Model

/// Where each message goes; both ends take it from here.
package enum APIPath {
    /// What every path begins with; a change that old clients do not understand gives it a new number.
    package static let root = "/api/v1"

    package static let server = root + "/server"
    package static let reload = root + "/server/reload"
    package static let runs = root + "/runs"
    package static let runCounts = root + "/run-counts"
    package static let hostKeys = root + "/host-keys"
    package static let slots = root + "/slots"
    package static let events = root + "/events"
    package static let scheduleMarks = root + "/schedule-marks"

    package static func run(_ id: RunID) -> String { runs + "/" + id.rawValue.percentEncoded }
    package static func plan(of id: RunID) -> String { run(id) + "/plan" }
    package static func steps(of id: RunID) -> String { run(id) + "/steps" }
    package static func actions(on id: RunID) -> String { run(id) + "/actions" }
    package static func output(of attempt: AttemptKey) -> String {
        run(attempt.run) + "/steps/\(attempt.key.step)/lanes/\(attempt.key.lane)/attempts/\(attempt.attempt)/output"
    }
    package static func slot(_ id: SlotID) -> String { slots + "/" + id.rawValue.percentEncoded }
}

/// What a client says of itself.
package enum APIHeader {
    /// Who asks, percent-encoded.
    ///
    /// It counts only where the other end of the socket may speak for others; else the system's word counts.
    package static let person = "Firstline-Operator"
}

/// The names of the values behind a path's question mark.
package enum APIQuery {
    package static let state = "state"
    package static let job = "job"
    package static let limit = "limit"
    /// More than this is not given at once.
    package static let largestLimit = 100_000
    package static let after = "after"
    package static let from = "from"
    package static let through = "through"
    package static let named = "named"
}

extension String {
    /// As a part of a path or a value of a query.
    package var percentEncoded: String {
        var result = ""
        for byte in utf8 {
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    true
                default: false
                }
            let digits = String(byte, radix: 16, uppercase: true)
            result += isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
        }
        return result
    }
}
