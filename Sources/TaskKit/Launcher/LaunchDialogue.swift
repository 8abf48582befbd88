// SPDX-License-Identifier: Apache-2.0

import Model

/// What is said to a launcher, and when: the opening; when it has answered, the account to become; the password once it is
/// asked for; and then the request.
///
/// Whatever answers at a host may be another shell than was meant. So nothing that varies is said before the launcher has
/// answered with its key.
struct LaunchDialogue: Sendable {
    private enum Step { case opening, answer, password, ready, over }

    private let opening: LaunchOpening?
    private let request: LaunchRequest
    private var step: Step

    /// Makes a dialogue.
    ///
    /// - Parameters:
    ///   - opening: The opening; nil = the launcher has had a request before.
    ///   - request: The request.
    init(_ opening: LaunchOpening?, _ request: LaunchRequest) {
        self.opening = opening
        self.request = request
        step = opening == nil ? .ready : .opening
    }

    /// Whether all was said.
    var isOver: Bool { step == .over }

    /// What is to be said now, by what was heard; perhaps nothing.
    ///
    /// A password is sent once, and only if it is asked for: several wrong ones could lock the account.
    ///
    /// - Throws: `SessionFailure` when sudo asks a second time.
    mutating func next(_ reader: LaunchReader, host: HostName) throws(SessionFailure) -> [UInt8] {
        switch step {
        case .opening:
            step = .answer
            return opening?.head ?? []
        case .answer:
            guard reader.stage != .silent else { return [] }
            step = opening?.password == nil ? .ready : .password
            if let change = opening?.change { return change }
        case .password:
            if reader.passwordQuestions > 0 || reader.stage == .becoming(.su) {
                step = .ready
                return opening?.password ?? []
            }
        case .ready, .over: break
        }
        guard step != .over, opening?.isAnswered(by: reader.stage) ?? true else {
            guard step != .ready || reader.passwordQuestions < 2 else {
                throw SessionFailure(.becomeFailed, "the password for sudo on \(host) is wrong")
            }
            return []
        }
        step = .over
        return request.bytes
    }
}
