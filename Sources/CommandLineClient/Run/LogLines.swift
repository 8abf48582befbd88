// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Model
import Storage
import TaskKit

/// One line that a step wrote, for programs.
struct LogLine: Encodable, Sendable {
    let target: String
    let step: StepPath
    let attempt: Int
    let state: StepState
    /// When the step began and ended; the moment of a line is not known.
    let startedAt: String?
    let endedAt: String?
    /// `stdout` or `stderr`; nil where bytes were cut.
    let stream: String?
    /// The line without its end, where it is UTF-8.
    let text: String?
    /// The line without its end, where it is not.
    let base64: String?
    /// How many bytes were cut out here.
    let cutBytes: Int?

    /// All lines of a step's output.
    static func all(of view: StepView, _ target: String, _ reader: OutputReader) async throws -> [LogLine] {
        var splitter = LineSplitter()
        var reader = reader
        var parts: [LineSplitter.Part] = []
        while true {
            let pieces = try await storeCall { () async throws(StoreError) in try await reader.next() }
            guard !pieces.isEmpty else { break }
            for piece in pieces { parts += splitter.take(piece) }
        }
        return (parts + splitter.rest()).map { LogLine(view, target, $0) }
    }

    private init(_ view: StepView, _ target: String, _ part: LineSplitter.Part) {
        self.target = target
        step = view.path
        attempt = view.record.attempt
        state = view.record.state
        startedAt = view.record.startedAt?.description
        endedAt = view.record.endedAt?.description
        switch part {
        case .line(let bytes, let stream):
            self.stream = stream == OutputStream.standardError.rawValue ? "stderr" : "stdout"
            text = String(validating: bytes, as: UTF8.self)
            base64 = text == nil ? Data(bytes).base64EncodedString() : nil
            cutBytes = nil
        case .cut(let count):
            (stream, text, base64) = (nil, nil, nil)
            cutBytes = count
        }
    }

    static func listing(_ lines: [LogLine]) -> Listing<LogLine> {
        Listing(
            columns: [
                .init("TARGET") { $0.target }, .init("STEP") { $0.step.rawValue },
                .init("TRY") { String($0.attempt) }, .init("STREAM") { $0.stream ?? "" },
                .init("TEXT") { $0.text ?? "" }, .init("BASE64") { $0.base64 ?? "" },
                .init("CUT BYTES") { $0.cutBytes.map(String.init) ?? "" },
            ], items: lines, name: { "\($0.target) \($0.step)" })
    }
}

/// Cuts what two streams wrote into lines, each when it is whole.
struct LineSplitter {
    enum Part: Hashable {
        case line([UInt8], stream: UInt8)
        case cut(Int)
    }

    private var open: [UInt8: [UInt8]] = [:]

    mutating func take(_ piece: OutputReader.Piece) -> [Part] {
        switch piece {
        case .cut(let count): return rest() + [.cut(count)]
        case .bytes(let bytes, let stream):
            var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
            lines[0] = (open[stream] ?? []) + lines[0]
            open[stream] = lines.removeLast()
            return lines.map { .line($0, stream: stream) }
        }
    }

    /// The lines that have no end.
    mutating func rest() -> [Part] {
        defer { open = [:] }
        return open.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { .line($0.value, stream: $0.key) }
    }
}
