// SPDX-License-Identifier: Apache-2.0

import Model

extension Problems {
    /// These, and the warnings of others, whose errors are told elsewhere.
    func with(warningsOf others: Problems) -> Problems {
        var all = self
        for problem in others.all where problem.severity == .warning {
            all.warn(problem.message, at: problem.place, path: problem.path)
        }
        return all
    }

    /// The problems as one reads a file: from its top down, each once, those of other files and without a place after them.
    ///
    /// What stands in a default or a group is met again with every host, and would otherwise be told as often.
    func arranged(for file: String) -> Problems {
        var result = Problems()
        var seen: Set<Problem> = []
        let once = all.filter { seen.insert($0).inserted }
        let sorted = once.enumerated().sorted { Self.precedes($0, $1, file) }.map(\.element)
        let counts = Dictionary(grouping: sorted, by: Alike.init).mapValues(\.count)
        var said: Set<Alike> = []
        for problem in sorted {
            let alike = Alike(problem)
            let more = counts[alike, default: 1] - 1
            switch problem.severity {
            case .error: result.add(problem.text, at: problem.place, path: problem.path)
            case .warning where more < Self.mostAlike:
                result.warn(problem.text, at: problem.place, path: problem.path)
            case .warning where said.insert(alike).inserted:
                result.warn("\(problem.message) (and \(more) more like it)", at: problem.place, path: problem.path)
            case .warning: break
            }
        }
        return result
    }

    /// These; where there are more errors than some, that many of them without names, and how many more there are.
    func bounded(_ most: Int) -> Problems {
        let errors = errors
        guard errors.count > most else { return self }
        var result = Problems()
        for problem in errors.prefix(most) { result.add(problem.text, at: problem.place) }
        result.add(
            "and \(errors.count - most) more mistakes; mend these first, or name an inventory", at: errors[most].place)
        return result
    }

    /// How often a warning is reported with each of its places; one that comes more often is reported once, with a count.
    private static let mostAlike = 3

    /// What makes two warnings one to a reader: the same words about the same key, whatever the host or the line.
    private struct Alike: Hashable {
        let message: String
        let key: Substring?

        init(_ problem: Problem) {
            message = problem.message
            key = problem.path.split(separator: "/").last
        }
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
