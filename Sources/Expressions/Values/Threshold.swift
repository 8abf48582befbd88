// SPDX-License-Identifier: Apache-2.0

package import Model

/// A threshold that cannot be read.
package struct ThresholdError: Error, Hashable, Sendable {
    /// The path below the setting that was read, such as `warning`.
    package let path: String
    /// What is wrong.
    package let message: String
    /// Where it is written.
    package let place: Place?
}

/// When an output is worth a finding: `{value: offset_ms, warning: ">= 100", error: ">= 500", code: OS-NTP-010}`.
package struct Threshold: Hashable, Sendable {
    /// The output it judges.
    package let value: String
    /// The finding's code.
    package let code: String
    /// Whether the sign of the output does not matter.
    package let isAbsolute: Bool
    private let warning: Comparison?
    private let error: Comparison?

    /// Reads a threshold.
    ///
    /// - Parameters:
    ///   - setting: The map as written.
    ///   - outputs: The kinds of the outputs there are.
    ///   - isFilled: Whether all values are in place; otherwise comparisons with `${…}` in them are judged later.
    /// - Throws: `ThresholdError` naming the first thing wrong.
    package init(_ setting: Setting, outputs: [String: ValueKind], isFilled: Bool) throws(ThresholdError) {
        for entry in setting.entries where !["value", "warning", "error", "code", "absolute"].contains(entry.key) {
            throw ThresholdError(
                path: entry.key, message: "is not known; a threshold has value, warning, error, code, absolute",
                place: entry.place)
        }
        value = try text(setting, "value")
        code = try text(setting, "code")
        guard isWord(code) else { throw problem(setting, "code", "must be a word such as OS-MEM-010") }
        guard let kind = outputs[value].flatMap(Comparison.Kind.init) else {
            throw problem(setting, "value", "there is no output '\(value)' that can be compared")
        }
        guard let isAbsolute = ValueKind.bool.value(from: setting["absolute"]?.text ?? "false") else {
            throw problem(setting, "absolute", "must be true or false")
        }
        self.isAbsolute = isAbsolute == .bool(true)
        warning = try comparison(setting, "warning", kind, isFilled)
        error = try comparison(setting, "error", kind, isFilled)
        guard setting["warning"] != nil || setting["error"] != nil else {
            throw problem(setting, "", "needs a warning, an error or both")
        }
    }

    /// The finding that outputs are worth; nil when they are fine or the output is absent.
    ///
    /// - Throws: `EvaluationError` when the output cannot be compared.
    package func finding(for outputs: [String: Value]) throws(EvaluationError) -> Finding? {
        guard let given = outputs[value], given != .null else { return nil }
        let judged = isAbsolute ? try Function.abs.apply([.plain(given)]).value : given
        for (level, comparison) in [(Level.error, error), (.warning, warning)] {
            guard let comparison, try comparison.holds(for: judged) else { continue }
            return Finding(level, code, [value: given, "value": given, "limit": .text(comparison.description)])
        }
        return nil
    }
}

extension [Threshold] {
    /// Reads a list of thresholds; nothing written is an empty list.
    package init(
        reading setting: Setting?, outputs: [String: ValueKind], isFilled: Bool
    ) throws(ThresholdError) {
        self = []
        guard let setting, setting.content != .empty else { return }
        guard case .list(let items) = setting.content else {
            throw ThresholdError(path: "", message: "must be a list, not \(setting.kind)", place: setting.place)
        }
        for (index, item) in items.enumerated() {
            do throws(ThresholdError) {
                append(try Threshold(item, outputs: outputs, isFilled: isFilled))
            } catch {
                let path = error.path.isEmpty ? "\(index)" : "\(index)/\(error.path)"
                throw ThresholdError(path: path, message: error.message, place: error.place)
            }
        }
    }

    /// The findings that outputs are worth.
    ///
    /// An output that should have been judged and is absent is a finding of level `unknown`, `VALUE-MISSING`: nobody looked.
    /// It is left out where the program itself has said what went wrong.
    package func findings(for outputs: [String: Value], beside given: [Finding] = []) throws(EvaluationError)
        -> [Finding]
    {
        let isExplained = given.contains { $0.level == .unknown || $0.level == .error }
        var result: [Finding] = []
        for threshold in self {
            if outputs[threshold.value, default: .null] == .null {
                guard !isExplained else { continue }
                result.append(
                    Finding(.unknown, "VALUE-MISSING", ["name": .text(threshold.value), "code": .text(threshold.code)]))
            } else if let finding = try threshold.finding(for: outputs) {
                result.append(finding)
            }
        }
        return result
    }
}

/// Whether a text is a code: letters, digits, `-`, `_` and `.`, at most 64.
package func isWord(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
}

private func problem(_ setting: Setting, _ key: String, _ message: String) -> ThresholdError {
    ThresholdError(path: key, message: message, place: setting[key]?.place ?? setting.place)
}

private func text(_ setting: Setting, _ key: String) throws(ThresholdError) -> String {
    guard let text = setting[key]?.text, !text.isEmpty else {
        throw problem(setting, key, setting[key] == nil ? "is missing" : "must be a single value")
    }
    return text
}

private func comparison(
    _ setting: Setting, _ key: String, _ kind: Comparison.Kind, _ isFilled: Bool
) throws(ThresholdError) -> Comparison? {
    guard setting[key] != nil else { return nil }
    let written = try text(setting, key)
    guard isFilled || !written.contains("${") else { return nil }
    do throws(ExpressionError) {
        return try Comparison(written, as: kind)
    } catch {
        throw problem(setting, key, error.message)
    }
}
