// SPDX-License-Identifier: Apache-2.0

/// Reads the standard output of a launched command: takes out the launcher's marks, hands on the program's own bytes.
///
/// A value, fed piece by piece: marks may be split at any byte.
package struct LaunchReader: Sendable {
    /// How far the launcher says it has come.
    package enum Stage: Hashable, Sendable {
        /// Nothing was heard yet.
        case silent
        /// sudo or su was asked to change the account.
        case becoming
        /// The launcher waits for its items as the new account.
        case ready
        /// The program runs, with this process id.
        case running(pid: Int)
        /// The program ended with this code; what follows is the output file.
        case ended(code: Int)
        /// The launcher could not start the program.
        case failed(String)
    }

    /// How far the launcher says it has come.
    package private(set) var stage = Stage.silent
    /// What the host wrote before the program was started (log-in texts, errors of sudo); at most 4 KiB.
    package private(set) var preamble: [UInt8] = []
    /// What was written to the file named by `FIRSTLINE_OUTPUT`; at most 1 MiB and one byte.
    package private(set) var outputFile: [UInt8] = []

    private let mark: [UInt8]
    private var held: [UInt8] = []

    /// Makes a reader for a request's nonce.
    package init(nonce: String) {
        mark = [0x1E] + Array("FIRSTLINE \(nonce) ".utf8)
    }

    /// Takes some bytes and returns those that the program wrote.
    package mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        if held.isEmpty, case .running = stage, !bytes.contains(0x1E) { return bytes }
        let input = held + bytes
        held = []
        var program: [UInt8] = []
        var position = 0
        while let start = input[position...].firstIndex(of: 0x1E) {
            pass(input[position..<start], to: &program)
            let rest = input[start...].prefix(mark.count + 24)
            guard rest.starts(with: mark) else {
                if rest.count < mark.count, mark.starts(with: rest) {
                    // Perhaps the beginning of a mark: known only when more comes.
                    held = Array(input[start...])
                    return program
                }
                pass(input[start...start], to: &program)
                position = start + 1
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                held = Array(input[start...])
                return program
            }
            note(String(decoding: input[(start + mark.count)..<end], as: UTF8.self))
            position = end + 1
        }
        pass(input[position...], to: &program)
        return program
    }

    /// Takes the end of the stream and returns what was still held back.
    package mutating func finish() -> [UInt8] {
        var program: [UInt8] = []
        pass(held[...], to: &program)
        held = []
        return program
    }

    private mutating func note(_ words: String) {
        let parts = words.split(separator: " ")
        let number = parts.count > 1 ? Int(parts[1]) : nil
        switch (parts.first, number) {
        case ("READY", _): stage = .ready
        case ("BECOME", _): stage = .becoming
        case ("START", let pid?): stage = .running(pid: pid)
        case ("END", let code?): stage = .ended(code: code)
        case ("FAIL", _): stage = .failed(parts.count > 1 ? String(parts[1]) : "")
        default: break
        }
    }

    private mutating func pass(_ bytes: ArraySlice<UInt8>, to program: inout [UInt8]) {
        switch stage {
        case .running: program += bytes
        case .ended: outputFile += bytes.prefix(max(0, 1_048_577 - outputFile.count))
        default: preamble += bytes.prefix(max(0, 4096 - preamble.count))
        }
    }
}
