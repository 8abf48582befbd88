// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Model
import TaskKit

/// One request to a hand: carries what is sent and what comes back over its channel.
final class Conversation {
    enum End { case finished, limit, cancelled }

    let hand: Hand
    let request: LaunchRequest
    private let isFirst: Bool
    private(set) var exchange: LaunchExchange
    private var toSend: [UInt8] = []
    private var sent = 0
    private var pieces: [([UInt8], OutputStream)] = []

    init(_ request: LaunchRequest, _ hand: Hand, host: HostName) {
        self.request = request
        self.hand = hand
        let opening = hand.takeOpening()
        isFirst = opening != nil
        exchange = LaunchExchange(opening, request, key: hand.key, host: host)
    }

    /// Whether there is nothing more to come: the launcher said so, or it is gone.
    var isOver: Bool { exchange.isOver || hand.isGone }

    /// Whether the program runs, or has.
    var hasBegun: Bool {
        switch exchange.reader.stage {
        case .running, .output, .ended, .lost: true
        case .silent, .greeted, .becoming, .ready, .failed: false
        }
    }

    /// Whether the hand may take another request.
    var leavesHandFree: Bool { exchange.leavesLauncherFree && !hand.isGone }

    /// Whether the hand had ended before it was given the request, which it therefore cannot have taken.
    var foundNobody: Bool { !isFirst && hand.isGone && exchange.reader.stage == .silent }

    var mayHaveStarted: Bool { exchange.mayHaveStarted(isSent: sent == toSend.count && !hand.isGone) }

    /// When there is something to be said although nothing was heard.
    var nextQuestion: MonotonicTime? { exchange.nextQuestion.map { .zero + $0 } }

    /// What has come, by stream, since the last call.
    func takePieces() -> [([UInt8], OutputStream)] {
        defer { pieces = [] }
        return pieces
    }

    /// Reads and sends what goes without waiting; true when anything went.
    ///
    /// Reading never fails: what a broken connection had brought is still taken, and who calls sees that it broke.
    func move() throws(SessionFailure) -> Bool {
        let readOut = read(.standardOutput)
        let readError = read(.standardError)
        if !readOut, !readError { hand.noteEnd() }
        let wrote = isOver ? false : try send()
        return wrote || readOut || readError
    }

    private func send() throws(SessionFailure) -> Bool {
        if sent == toSend.count {
            (toSend, sent) = (try exchange.say(at: .now - .zero), 0)
            guard !toSend.isEmpty else { return exchange.endsInput && hand.sendEnd() }
        }
        let count = hand.send(toSend, from: sent)
        sent += count
        return count > 0
    }

    private func read(_ stream: OutputStream) -> Bool {
        let bytes = hand.read(stream)
        guard !bytes.isEmpty else { return false }
        let written = exchange.take(bytes, from: stream)
        if !written.isEmpty { pieces.append((written, stream)) }
        return true
    }

    /// How it ended, once it is over.
    func execution() throws(SessionFailure) -> Execution { try exchange.execution(exit: hand.exitCode) }
}
