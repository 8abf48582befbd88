// SPDX-License-Identifier: Apache-2.0

import Model

extension Problems {
    /// The problems as one reads a file: from its top down, each once, those of other files and without a place after them.
    ///
    /// What stands in a default or a group is met again with every host, and would otherwise be told as often.
    func arranged(for file: String) -> Problems {
        var result = Problems()
        var seen: Set<Problem> = []
        let once = all.filter { seen.insert($0).inserted }
        for (_, problem) in once.enumerated().sorted(by: { Self.precedes($0, $1, file) }) {
            switch problem.severity {
            case .error: result.add(problem.message, at: problem.place, path: problem.path)
            case .warning: result.warn(problem.message, at: problem.place, path: problem.path)
            }
        }
        return result
    }

    private typealias Numbered = EnumeratedSequence<[Problem]>.Element

    private static func precedes(_ left: Numbered, _ right: Numbered, _ file: String) -> Bool {
        guard let one = left.element.place, let other = right.element.place else {
            return (left.element.place == nil ? 1 : 0, left.offset) < (right.element.place == nil ? 1 : 0, right.offset)
        }
        guard one.file == other.file else {
            return one.file == file || other.file != file && bytesPrecede(one.file, other.file)
        }
        return (one.line, one.column, left.offset) < (other.line, other.column, right.offset)
    }
}
