// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// What counts as failed, beside what the program hands over.
struct ErrorCondition: Sendable {
    /// Something that must not be written.
    struct Mark: Hashable, Sendable {
        enum What: Hashable, Sendable {
            case text([UInt8])
            case pattern(Pattern)
        }
        let stream: OutputStream
        let what: What

        /// The mark for a message.
        var words: String {
            let place = stream == .standardOutput ? "stdout" : "stderr"
            return switch what {
            case .text(let text): "\(place) holds '\(String(decoding: text, as: UTF8.self))'"
            case .pattern(let pattern): "\(place) matches '\(pattern.text)'"
            }
        }
    }

    /// The exit codes that count as failed; nil = anything but 0.
    let exitCodes: NumberSet?
    /// What must not be written.
    let marks: [Mark]

    /// Whether an exit code counts as failed.
    func fails(_ code: Int) -> Bool { exitCodes.map { $0.contains(code) } ?? (code != 0) }

    init(_ values: ParameterValues) throws(ParameterError) {
        guard let setting = values.setting("errorWhen"), setting.content != .empty else {
            (exitCodes, marks) = (nil, [])
            return
        }
        guard case .map = setting.content else {
            throw ParameterError("errorWhen", "must be a map, not \(setting.kind)", at: setting.place)
        }
        let keys = ["exitCodes", "stdout", "stderr", "stdoutPattern", "stderrPattern"]
        if let error = checkKeys(setting, known: keys, at: "errorWhen").first { throw error }
        let inner = ParameterValues(setting, isFilled: values.isFilled)
        do throws(ParameterError) {
            exitCodes = try readExitCodes(inner)
            marks = try readMarks(inner)
        } catch {
            throw ParameterError("errorWhen/" + error.path, error.message, at: error.place)
        }
    }
}

/// The longest text that is looked for; lines are cut into pieces that overlap by as much.
let longestMark = 1000

private func readExitCodes(_ values: ParameterValues) throws(ParameterError) -> NumberSet? {
    let words = try values.texts("exitCodes").joined(separator: ",")
    guard values.has("exitCodes"), !values.isPending(text: words) else { return nil }
    guard let set = NumberSet(words) else {
        throw ParameterError(
            "exitCodes", "must be numbers and ranges such as 1-255, or none", at: values.setting("exitCodes")?.place)
    }
    return set
}

private func readMarks(_ values: ParameterValues) throws(ParameterError) -> [ErrorCondition.Mark] {
    var marks: [ErrorCondition.Mark] = []
    for (stream, word) in [(OutputStream.standardOutput, "stdout"), (.standardError, "stderr")] {
        if let text = try values.optionalText(word), !values.isPending(text: text) {
            guard (1...longestMark).contains(text.utf8.count), !text.contains("\n") else {
                throw ParameterError(
                    word, "must be one line of 1 to \(longestMark) bytes", at: values.setting(word)?.place)
            }
            marks.append(.init(stream: stream, what: .text(Array(text.utf8))))
        }
        let key = word + "Pattern"
        if let pattern = try readPattern(values, key) { marks.append(.init(stream: stream, what: .pattern(pattern))) }
    }
    return marks
}

/// The pattern under a key; nil when there is none or its value is still to come.
func readPattern(_ values: ParameterValues, _ key: String) throws(ParameterError) -> Pattern? {
    guard let text = try values.optionalText(key), !values.isPending(text: text) else { return nil }
    do throws(PatternError) {
        return try Pattern(text)
    } catch {
        throw ParameterError(key, error.message, at: values.setting(key)?.place)
    }
}
