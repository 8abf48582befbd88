// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Model
import TaskKit

/// The last line of a plug-in: how its work ended.
struct PluginAnswer: Decodable, Sendable {
    enum Outcome: String, Decodable, Sendable {
        case succeeded, failed, unknown, branch
    }
    struct Finding: Decodable, Sendable {
        let level: Level
        let code: String
        let values: [String: JSONValue]?
    }
    struct Summary: Decodable, Sendable {
        let id: String
        let values: [String: JSONValue]?
    }

    let outcome: Outcome
    /// The outputs, by name.
    let values: [String: JSONValue]?
    let findings: [Finding]?
    let changed: Bool?
    let summary: Summary?
    let artifacts: [String]?
    /// Why it did not succeed, for people.
    let message: String?
    /// Why it did not succeed, for machines: a code of its own.
    let code: String?
    /// Which way to go after `branch`.
    let taken: Bool?
}

/// What a plug-in had said when it ended.
enum PluginWords: Sendable {
    case answer(PluginAnswer)
    /// It ended without an outcome.
    case nothing
    /// It wrote something that is not of the protocol.
    case broken(String)
}

/// Hears what a plug-in writes: keeps its log, and waits for its answer. A line it does not know ends the listening.
actor PluginListener: OutputSink {
    /// The most bytes of one line.
    private static let longestLine = 1_048_576

    private var words = PluginWords.nothing
    private var held: [UInt8] = []
    private var line = 0
    private let next: any OutputSink

    init(passingOnTo next: any OutputSink) { self.next = next }

    func write(_ bytes: [UInt8], to stream: OutputStream) async {
        guard stream == .standardOutput else { return await next.write(bytes, to: stream) }
        if case .broken = words { return }
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let whole = held + rest[..<end]
            held = []
            rest = rest[(end + 1)...]
            await hear(whole)
        }
        held += rest
        if held.count > PluginListener.longestLine { words = .broken("line \(line + 1) is longer than 1 MiB") }
    }

    /// What was said, once nothing more is written.
    func finish() async -> PluginWords {
        if !held.isEmpty { await hear(held) }
        held = []
        return words
    }

    private func hear(_ bytes: [UInt8]) async {
        line += 1
        guard bytes.contains(where: { $0 > 0x20 }) else { return }
        switch words {
        case .broken: return
        case .answer: words = .broken("line \(line) comes after the outcome")
        case .nothing:
            if let fault = JSONCheck.fault(in: bytes) {
                words = .broken("line \(line) \(fault)")
                return
            }
            switch read(bytes) {
            case .log(let text): await next.write(Array((text + "\n").utf8), to: .standardOutput)
            case .answer(let answer): words = .answer(answer)
            case .none: words = .broken("line \(line) is neither {\"log\": …} nor {\"outcome\": …}: \(shown(bytes))")
            }
        }
    }

    private enum Line {
        case log(String)
        case answer(PluginAnswer)
    }

    private struct Log: Decodable {
        let log: String
        let outcome: String?
    }

    private func read(_ bytes: [UInt8]) -> Line? {
        let decoder = JSONDecoder()
        if let log = try? decoder.decode(Log.self, from: Data(bytes)) {
            return log.outcome == nil ? .log(log.log) : nil
        }
        return (try? decoder.decode(PluginAnswer.self, from: Data(bytes))).map(Line.answer)
    }

    private func shown(_ bytes: [UInt8]) -> String { excerpt(String(decoding: bytes.prefix(400), as: UTF8.self)) }
}
