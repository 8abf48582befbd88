// SPDX-License-Identifier: Apache-2.0

import Expressions
import TaskKit

/// The lines for `$FIRSTLINE_OUTPUT` that a script holds as they will be written, such as `value pid=` or `finding error OS-MEM-010`.
///
/// The script is only looked at. What it puts together while it runs is left alone: of that nothing is known.
struct ScriptWords {
    struct Output {
        let name: String
        let line: Int
        let column: Int
    }
    struct Text {
        let kind: TaskReview.Text.Kind
        let id: String
        let values: Set<String>?
        let line: Int
        let column: Int
    }

    /// The values that are handed over.
    private(set) var outputs: [Output] = []
    /// Whether a name of a value is put together while the script runs.
    private(set) var makesOutputs = false
    /// The findings and summaries that are reported.
    private(set) var texts: [Text] = []
    /// The script without its comments and without the codes and ids of `texts`.
    private(set) var rest = ""

    init(_ script: String) {
        let writes = script.contains("FIRSTLINE_OUTPUT")
        for line in ScriptLine.all(in: script) {
            var left = line.bytes
            if writes {
                readOutputs(line)
                for id in readTexts(line) {
                    left.replaceSubrange(id, with: repeatElement(UInt8(ascii: " "), count: id.count))
                }
            }
            rest += String(decoding: left, as: UTF8.self) + "\n"
        }
    }

    private mutating func readOutputs(_ line: ScriptLine) {
        let found = outputs.count
        defer { makesOutputs = makesOutputs || outputs.count - found < line.count(of: "value ") }
        for (start, _) in line.texts(after: "value") {
            let name = line.word(at: start)
            guard !name.isEmpty,
                line[name.upperBound] == UInt8(ascii: "=") || line.bytes[name.upperBound...].starts(with: "<<".utf8)
            else { continue }
            outputs.append(Output(name: line.text(name), line: line.number, column: start + 1))
        }
    }

    /// Reads the texts of a line; returns the places of their codes and ids.
    private mutating func readTexts(_ line: ScriptLine) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for kind in [TaskReview.Text.Kind.finding, .summary] {
            for (start, opening) in line.texts(after: kind.rawValue) {
                guard let first = kind == .finding ? line.endOfLevel(at: start) : start,
                    let (id, values) = line.message(at: first, opening)
                else { continue }
                found.append(id)
                texts.append(
                    Text(kind: kind, id: line.text(id), values: values, line: line.number, column: id.lowerBound + 1))
            }
        }
        return found
    }
}

extension ScriptLine {
    /// Where the code begins after a finding's level, which is a level's word or comes from a variable.
    fileprivate func endOfLevel(at start: Int) -> Int? {
        guard let end = bytes[start...].firstIndex(where: isBlank) else { return nil }
        let level = text(start..<end)
        let isVariable = level.hasPrefix("$") && level.dropFirst().allSatisfy { $0.isLetter || "_{}".contains($0) }
        guard isVariable || level == "%s" || ["info", "warning", "error", "unknown"].contains(level) else { return nil }
        return bytes[end...].firstIndex { !isBlank($0) }
    }

    /// A code or id with the names of its values (nil = they cannot be seen); nil when it is put together while the script runs.
    fileprivate func message(at start: Int, _ opening: Opening) -> (id: Range<Int>, values: Set<String>?)? {
        let id = word(at: start)
        guard isWord(text(id)), !["-", "_", "."].contains(text(id).suffix(1)) else { return nil }
        let end = id.upperBound
        var pairs = ScriptPairs(self, opening)
        switch self[end] {
        case nil: return (id, opening == .bare ? [] : nil)
        case let next? where isBlank(next):
            let values = pairs.names(from: end)
            return pairs.isProse ? nil : (id, values)
        case UInt8(ascii: "\\")?: return self[end + 1] == UInt8(ascii: "n") ? (id, []) : nil
        case let next?: return pairs.closes(next, at: end) ? (id, []) : nil
        }
    }
}
