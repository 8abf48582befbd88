// SPDX-License-Identifier: Apache-2.0

import Expressions
package import Model

extension Parameter {
    /// Reads what was given for this parameter.
    ///
    /// - Throws: A `Problem` naming the parameter, what is wrong with the value and what is expected.
    package func value(given setting: Setting) throws(Problem) -> Value {
        let value = try read(setting)
        try check(value, at: setting.place)
        return value
    }

    /// Checks a value the inventory or a default gives.
    package func checked(_ value: Value) throws(Problem) -> Value {
        let typed: Value
        switch (kind, value) {
        case (.list, .list), (.bool, .bool), (.integer, .integer), (.number, .number), (.duration, .duration),
            (.size, .size),
            (.secret, .secret):
            typed = value
        case (.number, .integer(let whole)): typed = numberValue(whole)
        case (_, .list): throw problem("must be \(kind.expectation), not a list", nil)
        case (_, .secret):
            throw problem(
                "is \(kind.rawValue), and the value given is a secret; only a parameter of type secret takes it", nil)
        default: typed = try read(Setting(.scalar(value.text, quoted: false)))
        }
        try check(typed, at: nil)
        return typed
    }

    /// Judges what a text with `${…}` has come to, for a called job's parameter.
    ///
    /// - Throws: `EvaluationError` naming the parameter, what is wrong with the value and what is expected.
    func judged(_ value: Value, from text: String) throws(EvaluationError) -> Value {
        let given = value == .null ? defaultValue ?? .null : value
        guard given != .null else {
            if isOptional { return .null }
            throw EvaluationError("the parameter '\(name)' needs a value, and '\(text)' gives none")
        }
        do throws(Problem) {
            return try checked(given)
        } catch {
            throw EvaluationError(error.message)
        }
    }

    /// The parameter as a plan keeps it: what judges a value, and nothing else.
    var rule: Parameter {
        var rule = self
        (rule.help, rule.place) = ("", nil)
        return rule
    }

    /// What a value of it looks like, for messages.
    var expectation: String {
        kind == .choice && !choices.isEmpty ? "one of \(choices.joined(separator: ", "))" : kind.expectation
    }

    private func read(_ setting: Setting) throws(Problem) -> Value {
        if kind == .list, case .list(let items) = setting.content {
            guard items.allSatisfy({ $0.text != nil }) else {
                throw problem("must be a list of single values", setting.place)
            }
            return .list(items.map { .text($0.text ?? "") })
        }
        let text = setting.content == .empty ? "" : setting.text
        guard let text else { throw problem("must be \(kind.expectation), not \(setting.kind)", setting.place) }
        guard let value = kind.value(from: text) else {
            let shown = kind == .secret ? "" : ", not '\(text)'"
            throw problem("must be \(kind.expectation(insteadOf: text))\(shown)", setting.place)
        }
        return value
    }

    private func check(_ value: Value, at place: Place?) throws(Problem) {
        if !choices.isEmpty, !choices.contains(value.text) {
            throw problem("must be one of \(choices.joined(separator: ", ")), not '\(value.text)'", place)
        }
        if let pattern, case .text(let text) = value {
            guard let compiled = try? Pattern(pattern), (try? compiled.matchesWhole(text)) == true else {
                throw problem("must match \(pattern), and '\(text)' does not", place)
            }
        }
        guard let (isLeast, limit) = limit(brokenBy: value) else { return }
        throw problem("must be at \(isLeast ? "least" : "most") \(limit.text), not \(value.text)", place)
    }

    private func problem(_ text: String, _ place: Place?) -> Problem {
        Problem("the parameter '\(name)' \(text)", at: place, path: "parameters/\(name)")
    }
}
