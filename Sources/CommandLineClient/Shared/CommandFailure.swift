// SPDX-License-Identifier: Apache-2.0

import Model
import Storage

/// How the process ends; documented in the operator guide and never changed in meaning.
struct ExitStatus: Hashable, Sendable {
    let code: Int32
    /// Every host is proven OK.
    static let success = ExitStatus(code: 0)
    /// The run ended with an error outside hosts, or the command failed.
    static let failure = ExitStatus(code: 1)
    /// Bit: some hosts failed.
    static let hostsFailed = ExitStatus(code: 2)
    /// Bit: some hosts were not reached, or what became of them is not known.
    static let hostsUnknown = ExitStatus(code: 4)
    /// Refused by a guard, or the plan is not the one that was agreed to.
    static let refused = ExitStatus(code: 8)
    /// The command line, a file or a value is wrong; nothing was done.
    static let usage = ExitStatus(code: 64)
    /// The store cannot be written.
    static let storage = ExitStatus(code: 74)
    /// Something else holds what is needed; try later.
    static let busy = ExitStatus(code: 75)
    /// This person may not do that.
    static let notAllowed = ExitStatus(code: 77)
    /// A defect of the product.
    static let internalError = ExitStatus(code: 70)
    /// A person interrupted it; the run goes on or can be taken up.
    static let interrupted = ExitStatus(code: 130)
}

/// A command that could not do what it was asked: what is wrong, what to try, and the exit code.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String
    /// What is said to the person.
    let said: String
    /// The problems of files it comes from, if it does.
    let problems: Problems?

    /// Whether it could be done if a person agreed to it.
    let isAsking: Bool

    init(_ status: ExitStatus, _ message: String, asks: Bool = false) {
        self.status = status
        isAsking = asks
        description = message
        said = "firstline: " + message
        problems = nil
    }

    /// Problems of files and values: all of them, one a line; those with a place begin with it, as editors expect.
    init(_ problems: Problems) {
        self.problems = problems
        isAsking = false
        status = .usage
        description = problems.description
        said = problems.all.map { ($0.place == nil ? "firstline: " : "") + $0.description }.joined(separator: "\n")
    }

    /// Several of them at once; they are all about files and names.
    init(_ failures: [CommandFailure]) {
        var all = Problems()
        for failure in failures { all.add(failure.problems ?? Problems(failure.description)) }
        problems = all
        isAsking = false
        status = .usage
        description = all.description
        said = failures.map(\.said).joined(separator: "\n")
    }

    init(_ error: StoreError) {
        switch error {
        case .notFound, .alreadyExists, .absent: self.init(.usage, error.description)
        case .inUse, .unanswered: self.init(.busy, error.description)
        default: self.init(.storage, error.description)
        }
    }
}
