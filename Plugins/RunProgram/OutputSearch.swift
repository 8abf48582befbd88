// SPDX-License-Identifier: Apache-2.0

import Expressions
import TaskKit

/// Looks for what a task wants to know in the lines a program writes.
///
/// A value; memory does not grow with what is written.
struct OutputSearch: Sendable {
    /// A mark of failure that was found, with the line it stood in.
    struct Hit: Hashable, Sendable {
        let mark: ErrorCondition.Mark
        let line: String
    }

    /// The first mark that was found.
    private(set) var hit: Hit?
    /// The texts found for outputs, by name; the first match counts.
    private(set) var values: [String: String] = [:]
    /// Why looking was given up.
    private(set) var failure: String?
    private var marks: [ErrorCondition.Mark]
    private var outputs: [(name: String, source: DeclaredOutput.Source)]

    init(_ condition: ErrorCondition, _ outputs: [DeclaredOutput]) {
        marks = condition.marks
        self.outputs = outputs.compactMap { output in output.source.map { (output.spec.name, $0) } }
    }

    /// Whether there is nothing to look for, or nothing any more.
    var isEmpty: Bool { marks.isEmpty && outputs.isEmpty }

    /// Whether anything is still looked for in a stream.
    func wants(_ stream: OutputStream) -> Bool {
        marks.contains { $0.stream == stream } || outputs.contains { $0.source.stream == stream }
    }

    /// Looks at one line.
    mutating func look(at line: ArraySlice<UInt8>, of stream: OutputStream) {
        guard wants(stream) else { return }
        do throws(PatternError) {
            try lookForMark(line, stream)
            try lookForValues(line, stream)
        } catch {
            failure = error.message
            (marks, outputs) = ([], [])
        }
    }

    private mutating func lookForMark(_ line: ArraySlice<UInt8>, _ stream: OutputStream) throws(PatternError) {
        for mark in marks where mark.stream == stream {
            let isFound =
                switch mark.what {
                case .text(let text): line.holds(text)
                case .pattern(let pattern): try pattern.firstMatch(in: String(decoding: line, as: UTF8.self)) != nil
                }
            guard isFound else { continue }
            hit = Hit(mark: mark, line: excerpt(String(decoding: line, as: UTF8.self)))
            marks = []
            return
        }
    }

    private mutating func lookForValues(_ line: ArraySlice<UInt8>, _ stream: OutputStream) throws(PatternError) {
        guard outputs.contains(where: { $0.source.stream == stream }) else { return }
        let text = String(decoding: line, as: UTF8.self)
        for output in outputs where output.source.stream == stream {
            values[output.name] = try output.source.pattern?.firstMatch(in: text)?.value
        }
        outputs.removeAll { values[$0.name] != nil }
    }
}

/// Looks at what a program writes.
actor OutputWatcher: OutputSink {
    private var search: OutputSearch
    private var splitters: [OutputStream: LineSplitter] = [
        .standardOutput: LineSplitter(), .standardError: LineSplitter(),
    ]

    init(_ search: OutputSearch) { self.search = search }

    func write(_ bytes: [UInt8], to stream: OutputStream) {
        guard search.wants(stream), var splitter = splitters[stream] else { return }
        // Taken out while it is changed, so that its memory is not copied.
        splitters[stream] = nil
        splitter.take(bytes) { search.look(at: $0, of: stream) }
        splitters[stream] = splitter
    }

    /// What was found, once nothing more is written.
    func finish() -> OutputSearch {
        for stream in [OutputStream.standardOutput, .standardError] {
            splitters[stream]?.finish { search.look(at: $0, of: stream) }
        }
        return search
    }
}
