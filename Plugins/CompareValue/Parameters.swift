// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

extension CompareValue {
    /// What a task wrote, decoded.
    package struct Parameters: Sendable {
        /// The value; null when it is absent.
        let value: Value
        /// What it is compared with; nil while something still waits for a run.
        let comparison: Comparison?
        /// The comparison for people.
        let words: String

        init(_ values: ParameterValues) throws(ParameterError) {
            guard let written = values.setting("value") else { throw values.missing("value") }
            let operands = try values.texts("to")
            guard values.has("to") else { throw values.missing("to") }
            let relation = try readRelation(values)
            let given = try read(written)
            words = "\(excerpt(given.text)) \(relation?.rawValue ?? "…") \(excerpt(operands.joined(separator: ", ")))"
            let isPending = ([given.text] + operands).contains(where: values.isPending(text:))
            guard let relation, !isPending, !values.isPending("as") else {
                (value, comparison) = (given, nil)
                return
            }
            let kind = try Comparison.Kind(values, given, operands)
            // What an absent value leaves in a text is nothing; only as a text is that a value.
            value = given == .text("") && kind != .text ? .null : given
            do throws(ExpressionError) {
                comparison = try Comparison(relation, operands, as: kind)
            } catch {
                throw ParameterError("to", error.message, at: values.setting("to")?.place)
            }
        }
    }
}

private func readRelation(_ values: ParameterValues) throws(ParameterError) -> Comparison.Relation? {
    let text = try values.text("operator")
    guard !values.isPending(text: text) else { return nil }
    return try values.choice("operator", default: Comparison.Relation.equal)
}

private func read(_ setting: Setting) throws(ParameterError) -> Value {
    switch setting.content {
    case .empty: .null
    case .scalar(let text, _): .text(text)
    case .list(let items): .list(items.map { .text($0.plainValue.text) })
    case .map: throw ParameterError("value", "must be a value or a list, not a map", at: setting.place)
    }
}

extension Comparison.Kind {
    /// The kind a task asks for; without one, the first that all texts are.
    fileprivate init(_ values: ParameterValues, _ value: Value, _ operands: [String]) throws(ParameterError) {
        let word = try values.optionalText("as") ?? "auto"
        guard word == "auto" else {
            self = try values.choice("as", default: .text)
            return
        }
        var texts = operands
        if case .text(let text) = value, !text.isEmpty { texts.append(text.withoutOuterSpace) }
        let kinds: [(ValueKind, Comparison.Kind)] = [(.number, .number), (.size, .size), (.duration, .duration)]
        self = kinds.first { kind, _ in texts.allSatisfy { kind.value(from: $0) != nil } }?.1 ?? .text
    }
}
