// SPDX-License-Identifier: Apache-2.0

package import Model

/// Reads both streams of a launched command: takes out the launcher's marks, hands on the program's own bytes.
///
/// A value, fed piece by piece: marks may be split at any byte. Marks of earlier requests to the same launcher are passed over.
package struct LaunchReader: Sendable {
    /// How far the launcher says it has come.
    package enum Stage: Hashable, Sendable {
        /// Nothing was heard yet of a launcher; something else may have answered.
        case silent
        /// The launcher answered, as the account that logged in.
        case greeted
        /// sudo or su was asked to change the account.
        case becoming(Become)
        /// The launcher waits for requests as the new account.
        case ready
        /// The program runs; the launcher has this process id.
        case running(pid: Int)
        /// The program ended; what it wrote to the output file comes next.
        case output
        /// The program ended with this code.
        case ended(code: Int)
        /// The launcher could not start the program.
        case failed(String)
        /// The spool cannot say how the program ended.
        case lost(String)
    }

    /// How far the launcher says it has come.
    package private(set) var stage = Stage.silent
    /// What the host wrote before the program was started (log-in texts); at most 4 KiB.
    package private(set) var preamble: [UInt8] = []
    /// What was written to standard error before the launcher took requests (start-up files, sudo's lecture); at most 4 KiB.
    private(set) var errorPreamble: [UInt8] = []
    /// What was written to the file named by `FIRSTLINE_OUTPUT`; at most 1 MiB and one byte.
    package private(set) var outputFile: [UInt8] = []
    /// The process id of the launcher that runs the program.
    package private(set) var pid: Int?
    /// How long the program had run already when the launcher told of it.
    package private(set) var age = Duration.zero
    /// Whether somebody had begun it before.
    private(set) var wasTaken = false
    /// Whether the spool says that it is worth asking how it ended.
    private(set) var isDone = false
    /// Whether it was ended by a kill, so that its exit code tells nothing; with what may still run of it.
    private(set) var killed: String?
    /// Whether some of what it wrote may be missing.
    private(set) var isCut = false
    /// How many questions to the spool were answered with "it runs".
    private(set) var answers = 0
    /// Bytes the program wrote to its standard output so far.
    private(set) var outputCount = 0
    /// Bytes the program wrote to its standard error so far.
    private(set) var errorCount = 0
    /// What the launcher answered to a request that runs nothing.
    private(set) var answer: [String] = []
    /// How often sudo has asked for the password.
    package private(set) var passwordQuestions = 0

    private let request: String
    /// The mark on standard error after which the rest is the program's; nil = it was read.
    private var awaited: String?
    private var outputMarks: MarkSplitter
    private var errorMarks: MarkSplitter
    private var outputEnded = false
    private var errorsEnded = false
    private var outputAnswers = 0
    private var errorAnswers = 0

    /// Makes a reader for one request.
    ///
    /// - Parameters:
    ///   - key: The launcher's key.
    ///   - nonce: The request's nonce, which begins with the key.
    ///   - opening: The launcher's opening; nil = it has had a request before.
    package init(key: String, nonce: String, opening: LaunchOpening? = nil) {
        request = String(nonce.dropFirst(key.count))
        awaited = opening.map { $0.change == nil ? "HELLO" : "READY" }
        outputMarks = MarkSplitter(key: key)
        errorMarks = outputMarks
    }

    /// Whether everything the request has to say was read, so that the launcher can take the next.
    package var isComplete: Bool {
        if case .failed = stage { return false }
        return outputEnded && errorsEnded
    }

    /// Takes some bytes of a stream and returns those that the program wrote.
    package mutating func take(_ bytes: [UInt8], from stream: OutputStream) -> [UInt8] {
        if stream == .standardError { return takeErrors(bytes) }
        var program: [UInt8] = []
        for piece in outputMarks.split(bytes) {
            switch piece {
            case .bytes(let bytes): pass(bytes, to: &program)
            case .mark(let words): note(words)
            }
        }
        answers = min(outputAnswers, errorAnswers)
        outputCount += program.count
        return program
    }

    private mutating func takeErrors(_ bytes: [UInt8]) -> [UInt8] {
        var program: [UInt8] = []
        for piece in errorMarks.split(bytes) {
            switch piece {
            case .bytes(let bytes) where awaited == nil: program += bytes
            case .bytes(let bytes): errorPreamble += bytes.prefix(max(0, 4096 - errorPreamble.count))
            case .mark(let words): noteError(words)
            }
        }
        answers = min(outputAnswers, errorAnswers)
        errorCount += program.count
        return program
    }

    private mutating func noteError(_ words: [Substring]) {
        if words.first == "", words.count == 2 {
            if words[1] == "PASSWORD" { passwordQuestions += 1 }
            if let awaited, words[1] == awaited { self.awaited = nil }
        }
        errorsEnded = errorsEnded || own(words)?.first == "END"
        if own(words)?.first == "AGAIN" { errorAnswers += 1 }
    }

    private func own(_ words: [Substring]) -> ArraySlice<Substring>? {
        guard let first = words.first, first == request else { return nil }
        return words.dropFirst()
    }

    private mutating func note(_ words: [Substring]) {
        // A program that has learnt the key must not move the launcher's story back.
        switch (words.first, words.dropFirst().first) {
        case ("", _) where pid != nil: break
        case ("", "BECOME"): stage = .becoming(words.last == "su" ? .su : .sudo)
        case ("", "HELLO"): stage = .greeted
        case ("", "READY"): stage = .ready
        default: noteOwn(words)
        }
    }

    private mutating func noteOwn(_ words: [Substring]) {
        guard let words = own(words), let word = words.first else { return }
        let number = words.dropFirst().first.flatMap { Int($0) }
        switch (word, number) {
        case ("START", let pid?), ("TAKEN", let pid?): begin(word, pid, age: words.last.flatMap { Int($0) } ?? 0)
        case ("OUTPUT", _): stage = .output
        case ("END", let code?): end(code)
        case ("FAIL", _): stage = .failed(words.dropFirst().first.map(String.init) ?? "")
        default: noteSpool(word, words.dropFirst().map(String.init))
        }
    }

    private mutating func noteSpool(_ word: Substring, _ rest: [String]) {
        switch word {
        case "AGAIN": outputAnswers += 1
        case "DONE": isDone = true
        case "KILLED": killed = rest.joined(separator: " ")
        case "CUT": isCut = true
        case "LOST": stage = .lost(rest.first ?? "")
        case "GROUND", "STATE": answer = rest
        default: break
        }
    }

    private mutating func begin(_ word: Substring, _ pid: Int, age: Int) {
        self.pid = pid > 0 ? pid : nil
        self.age = .seconds(max(0, age))
        wasTaken = word == "TAKEN"
        stage = .running(pid: pid)
    }

    private mutating func end(_ code: Int) {
        outputEnded = true
        switch stage {
        case .failed, .lost: break
        default: stage = .ended(code: code)
        }
    }

    private mutating func pass(_ bytes: [UInt8], to program: inout [UInt8]) {
        switch stage {
        case .running: program += bytes
        case .output: outputFile += bytes.prefix(max(0, 1_048_577 - outputFile.count))
        case .silent, .greeted, .becoming, .ready: preamble += bytes.prefix(max(0, 4096 - preamble.count))
        // What a child that outlived the program still writes belongs to nobody.
        case .ended, .failed, .lost: break
        }
    }
}

/// Splits a stream at the launcher's marks: the byte 036, `FIRSTLINE `, the key, then words up to the end of the line.
struct MarkSplitter: Sendable {
    enum Piece {
        case bytes([UInt8])
        /// The words of a mark; the first is what follows the key in the nonce.
        case mark([Substring])
    }

    /// A path may be part of it.
    private static let longest = 1024
    private let mark: [UInt8]
    private var held: [UInt8] = []

    init(key: String) { mark = [0x1E] + Array("FIRSTLINE \(key)".utf8) }

    /// Takes some bytes; what may be the beginning of a mark is held back until more comes.
    mutating func split(_ bytes: [UInt8]) -> [Piece] {
        if held.isEmpty, !bytes.contains(0x1E) { return [.bytes(bytes)] }
        let input = held + bytes
        held = []
        var pieces: [Piece] = []
        var position = 0
        var search = 0
        func pass(to end: Int) {
            if end > position { pieces.append(.bytes(Array(input[position..<end]))) }
        }
        while let start = input[search...].firstIndex(of: 0x1E) {
            let rest = input[start...].prefix(mark.count + MarkSplitter.longest)
            let isWhole = rest.starts(with: mark)
            let end = isWhole ? rest.firstIndex(of: UInt8(ascii: "\n")) : nil
            if let end {
                pass(to: start)
                let words = String(decoding: input[(start + mark.count)..<end], as: UTF8.self)
                pieces.append(.mark(words.split(separator: " ", omittingEmptySubsequences: false)))
                position = end + 1
                search = position
            } else if isWhole ? rest.count < mark.count + MarkSplitter.longest : mark.starts(with: rest) {
                pass(to: start)
                held = Array(input[start...])
                return pieces
            } else {
                search = start + 1
            }
        }
        pass(to: input.count)
        return pieces
    }
}
