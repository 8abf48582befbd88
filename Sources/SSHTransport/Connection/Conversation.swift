// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Model
import TaskKit

/// One request to a hand: what is sent, what comes back, and how it ended.
final class Conversation {
    enum End { case finished, limit, cancelled }

    let hand: Hand
    var nonce: String { request.nonce }
    private let request: LaunchRequest
    private let host: HostName
    private let isFirst: Bool
    private var reader: LaunchReader
    private var dialogue: LaunchDialogue
    private var toSend: [UInt8] = []
    private var sent = 0
    private var pieces: [([UInt8], OutputStream)] = []
    private var errorTail: [UInt8] = []

    init(_ request: LaunchRequest, _ hand: Hand, host: HostName) {
        self.request = request
        self.hand = hand
        self.host = host
        reader = LaunchReader(key: hand.key, nonce: request.nonce)
        let opening = hand.takeOpening()
        isFirst = opening != nil
        dialogue = LaunchDialogue(opening, request)
    }

    /// The process id of the launcher that runs the program.
    var pid: Int? { reader.pid }

    /// Whether there is nothing more to come: the launcher said so, or it is gone.
    var isOver: Bool {
        if reader.isComplete || hand.isGone { return true }
        if case .failed = reader.stage { return true }
        return false
    }

    /// Whether the hand may take another request.
    var leavesHandFree: Bool { reader.isComplete && !request.isLast && !hand.isGone }

    /// Whether the hand had ended before it was given the request, which it therefore cannot have taken.
    var foundNobody: Bool { !isFirst && hand.isGone && reader.stage == .silent }

    /// Whether the host may have begun the program: it said so, or it has all it needs and has not said otherwise.
    var mayHaveStarted: Bool {
        switch reader.stage {
        case .running, .output, .ended: true
        case .failed, .becoming: false
        case .silent, .ready: dialogue.isOver && sent == toSend.count && !hand.isGone
        }
    }

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
            (toSend, sent) = (try dialogue.next(reader, host: host), 0)
            guard !toSend.isEmpty else { return request.isLast && dialogue.isOver && hand.sendEnd() }
        }
        let count = hand.send(toSend, from: sent)
        sent += count
        return count > 0
    }

    private func read(_ stream: OutputStream) -> Bool {
        let bytes = hand.read(stream)
        guard !bytes.isEmpty else { return false }
        let written = reader.take(bytes, from: stream)
        if stream == .standardError { errorTail = (errorTail + written).suffix(1000) }
        if !written.isEmpty { pieces.append((written, stream)) }
        return true
    }

    /// How it ended, once it is over.
    func execution() throws(SessionFailure) -> Execution {
        switch reader.stage {
        case .ended(let code): return Execution(exit: .code(code), outputFile: reader.outputFile)
        case .running, .output:
            throw SessionFailure(
                .launcherEnded, "the launcher on \(host) was ended while the command ran; how it went on is not known")
        case .silent, .becoming, .ready, .failed:
            throw LaunchFailure.explain(
                reader.stage, exit: hand.exitCode, host: host,
                words: printable(String(decoding: reader.preamble + errorTail, as: UTF8.self)))
        }
    }
}
