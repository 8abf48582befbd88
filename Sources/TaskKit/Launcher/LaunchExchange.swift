// SPDX-License-Identifier: Apache-2.0

package import Model

/// Both sides of one request to a launcher: what is to be said, what was heard, and how it ended.
///
/// A value without channel and clock: a transport carries the bytes, and tells the time as what has passed since any moment.
package struct LaunchExchange: Sendable {
    /// How long a program that has just begun may take before it is asked for what it wrote.
    private static let firstPatience = Duration.milliseconds(500)
    private static let shortest = Duration.milliseconds(250)
    private static let longest = Duration.seconds(2)

    /// When the spool is to be asked anew; nil = there is nothing to ask.
    package private(set) var nextQuestion: Duration?
    /// What was heard.
    package private(set) var reader: LaunchReader

    private let host: HostName
    private let hasPassword: Bool
    private let request: LaunchRequest
    private var dialogue: LaunchDialogue
    private var errorTail: [UInt8] = []
    private var questions = 0
    private var pace = LaunchExchange.firstPatience
    private var countAtQuestion = 0

    /// Makes an exchange.
    ///
    /// - Parameters:
    ///   - opening: The opening; nil = the launcher has had a request before.
    ///   - request: The request.
    ///   - key: The launcher's key.
    ///   - host: The host, for messages.
    package init(_ opening: LaunchOpening?, _ request: LaunchRequest, key: String, host: HostName) {
        self.host = host
        self.request = request
        hasPassword = opening?.password != nil
        reader = LaunchReader(key: key, nonce: request.nonce, opening: opening)
        dialogue = LaunchDialogue(opening, request)
    }

    /// Whether the whole request was said.
    package var isSaid: Bool { dialogue.isOver }

    /// Whether nothing more will come: the launcher said so.
    package var isOver: Bool {
        if case .failed = reader.stage { return true }
        return reader.isComplete
    }

    /// Whether the launcher may take another request now.
    package var leavesLauncherFree: Bool { reader.isComplete && !request.isLast }

    /// Whether the end of what is sent is to be told, because the program reads until then.
    package var endsInput: Bool { request.isLast && isSaid }

    /// Whether the host may have begun the program: it said so, or it has all it needs and has not said otherwise.
    ///
    /// `isSent` tells whether everything that was said has left this machine.
    package func mayHaveStarted(isSent: Bool) -> Bool {
        switch reader.stage {
        case .running, .output, .ended, .lost: true
        case .failed, .becoming: false
        case .silent, .greeted, .ready: isSaid && isSent
        }
    }

    /// What is to be said now; perhaps nothing.
    ///
    /// - Throws: `SessionFailure` when sudo wants another password.
    package mutating func say(at now: Duration) throws(SessionFailure) -> [UInt8] {
        let bytes = try dialogue.next(reader, host: host)
        guard bytes.isEmpty, let errand = request.errand, case .running = reader.stage, questions == reader.answers
        else { return bytes }
        if nextQuestion == nil { nextQuestion = now + patience() }
        guard let due = nextQuestion, reader.isDone || due <= now else { return [] }
        nextQuestion = nil
        questions += 1
        countAtQuestion = count
        return Array("R \(errand.outputOffset + reader.outputCount) \(errand.errorOffset + reader.errorCount)\n".utf8)
    }

    private var count: Int { reader.outputCount + reader.errorCount }

    /// How long to wait for the next question: less while something comes, more the longer nothing does.
    private mutating func patience() -> Duration {
        if questions == 0 { return reader.wasTaken ? .zero : pace }
        pace = count > countAtQuestion ? LaunchExchange.shortest : min(pace * 3 / 2, LaunchExchange.longest)
        return pace
    }

    /// Takes some bytes of a stream and returns those that the program wrote.
    package mutating func take(_ bytes: [UInt8], from stream: OutputStream) -> [UInt8] {
        let written = reader.take(bytes, from: stream)
        if stream == .standardError { errorTail = (errorTail + written).suffix(1000) }
        return written
    }

    /// How it ended, once it is over or the launcher is gone; `exit` is the code the launcher itself ended with, if any.
    ///
    /// - Throws: `SessionFailure` when the program was not started, or nobody can say how it ended.
    package func execution(exit: Int?) throws(SessionFailure) -> Execution {
        if case .ended = reader.stage, let left = reader.killed {
            return Execution(exit: .killed(completely: left.isEmpty), remains: printable(left))
        }
        switch reader.stage {
        case .ended(let code) where reader.isCut:
            throw SessionFailure(
                .outputLost,
                "it ended with code \(code) on \(host), but the disk of its spool was full: what it wrote may be incomplete",
                mayHaveStarted: true)
        case .ended(let code): return Execution(exit: .code(code), outputFile: reader.outputFile)
        case .running, .output:
            throw SessionFailure(
                request.errand == nil ? .launcherEnded : .connectionLost,
                "the launcher on \(host) was ended while the command ran; how it went on is not known",
                mayHaveStarted: true)
        case .silent, .greeted, .becoming, .ready, .failed, .lost:
            throw LaunchFailure.explain(
                reader.stage, exit: exit, host: host, hasPassword: hasPassword, words: words)
        }
    }

    /// What to tell when the program was not started in time.
    package func notStarted(within limit: Duration) -> SessionFailure {
        LaunchFailure.late(reader.stage, limit: limit, host: host, words: words)
    }

    /// What the host wrote beside the program's output, without control characters.
    private var words: String {
        printable(String(decoding: reader.preamble + reader.errorPreamble + errorTail, as: UTF8.self))
    }

    /// What the host answered to the question for its ground.
    package func ground() throws(SessionFailure) -> Ground {
        guard reader.answer.count > 2 else { return try refused() }
        let (boot, swept) = (reader.answer[0], reader.answer[1])
        let rest = reader.answer.dropFirst(2).joined(separator: " ")
        guard !rest.hasPrefix("/") else { return Ground(boot: boot, spool: rest, swept: swept) }
        return Ground(boot: boot, spool: nil, refusal: LaunchFailure.spoolRefusal(rest.dropFirst(2)))
    }

    /// What the host answered of an errand that was revoked.
    package func errandState() throws(SessionFailure) -> ErrandState {
        let words = reader.answer
        let numbers = words.dropFirst().compactMap { Int($0) }
        switch words.first {
        case "revoked": return .revoked
        case "running": return .running(pid: numbers.first ?? 0)
        case "ended": return .ended(code: numbers.first ?? 255, isWhole: words.last == "whole")
        case "gone": return .gone
        case "rebooted": return .rebooted
        case "empty": return .empty
        default: return try refused()
        }
    }

    private func refused<Answer>() throws(SessionFailure) -> Answer {
        _ = try execution(exit: nil)
        throw SessionFailure(.noShell, "\(host) gave no answer that makes sense")
    }
}

/// What hosts send as text, as one safe line.
package func printable(_ text: String) -> String { SafeText.line(String(text.unicodeScalars.prefix(500))) }
