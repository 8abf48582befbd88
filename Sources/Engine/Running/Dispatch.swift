// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// What one try of a step sends to hosts: each command is kept before it is sent, so that after any crash it is known which
/// may have begun, and under which name a host still tells of it.
actor Dispatch {
    /// A command's place in the order in which the try sends them.
    struct Command: Sendable {
        let number: Int
        /// What was kept of it before this process began; nil = it was not sent yet.
        let kept: SentCommand?
    }

    /// Keeps all that was sent so far; returns when it would survive a power cut.
    typealias Keep = @Sendable ([SentCommand]) async throws(SessionFailure) -> Void

    /// The try's id.
    nonisolated let attempt: String
    /// When the try was started.
    nonisolated let startedAt: Instant
    /// Whether hosts are only asked what became of what was sent.
    nonisolated let isProbe: Bool
    /// What earlier tries have sent whose end is not known: it must not begin any more, and must not run.
    nonisolated let superseded: [SentCommand]
    /// Told while the try waits for its turn on a host.
    nonisolated let turn: Turn
    private let keep: Keep
    private var sent: [SentCommand]
    private var next = 0

    init(
        _ attempt: String, startedAt: Instant, sent: [SentCommand] = [], isProbe: Bool = false,
        superseded: [SentCommand] = [], turn: Turn = .untold, keep: @escaping Keep
    ) {
        self.attempt = attempt
        self.startedAt = startedAt
        self.sent = sent
        self.isProbe = isProbe
        self.superseded = superseded
        self.turn = turn
        self.keep = keep
    }

    /// Takes the next place.
    func begin() -> Command {
        defer { next += 1 }
        return Command(number: next, kept: next < sent.count ? sent[next] : nil)
    }

    /// Keeps a command that is about to be sent.
    func keep(_ command: SentCommand) async throws(SessionFailure) {
        sent.append(command)
        try await keep(sent)
    }

    /// The name of a command in a spool: it follows from the try alone, whichever controller asks, and whatever it has forgotten.
    ///
    /// It begins with the day of the run, by which old ones are found and forgotten.
    nonisolated func path(of command: Command, in spool: String) -> String {
        command.number == 0 ? "\(spool)/\(attempt)" : "\(spool)/\(attempt)-\(command.number + 1)"
    }

    /// Whether only one command was sent, so that the step's log is what that one wrote.
    var sentOne: Bool { sent.count == 1 }
}

extension Instant {
    /// Its day in UTC, as `yyyymmdd`.
    var day: String { String(description.filter(\.isNumber).prefix(8)) }
}
