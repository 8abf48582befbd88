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
            guard let limit = values.setting("to") else { throw values.missing("to") }
            let relation = try readRelation(values)
            let texts = try values.texts("to")
            let (given, operands) = (try Side(written), Side.all(limit))
            words = "\(excerpt(given.text)) \(relation?.rawValue ?? "…") \(excerpt(texts.joined(separator: ", ")))"
            guard let relation, !values.isPending("as") else {
                (value, comparison) = (.null, nil)
                return
            }
            let sides = (given.isAbsent ? [] : [given]) + operands
            let known = sides.filter { !values.isPending(text: $0.text) }
            let kind = try readKind(values, relation, known)
            guard known.count == sides.count else {
                (value, comparison) = (.null, nil)
                return
            }
            value = given.value(as: kind)
            do throws(ExpressionError) {
                comparison = try Comparison(relation, operands.map { $0.value(as: kind) }, as: kind)
            } catch {
                throw ParameterError("to", error.message, at: limit.place)
            }
        }
    }
}

private func readRelation(_ values: ParameterValues) throws(ParameterError) -> Comparison.Relation? {
    let text = try values.text("operator")
    guard !values.isPending(text: text) else { return nil }
    return try values.choice("operator", default: Comparison.Relation.equal)
}

/// The kind a task asks for; without one, the first that all sides are by their own type.
private func readKind(
    _ values: ParameterValues, _ relation: Comparison.Relation, _ sides: [Side]
) throws(ParameterError) -> Comparison.Kind {
    guard try values.optionalText("as") ?? "auto" == "auto" else { return try values.choice("as", default: .text) }
    let kinds: [Comparison.Kind] = [.number, .size, .duration]
    if let kind = kinds.first(where: { kind in sides.allSatisfy { $0.kinds.contains(kind) } }) { return kind }
    guard relation.needsOrder, let text = sides.first(where: { $0.kinds.isEmpty }) else { return .text }
    throw ParameterError(
        "as",
        "is missing: '\(excerpt(text.text, limit: 80))' is a text, and texts have no order; "
            + "write as: version, number, size or duration", at: values.setting("operator")?.place)
}
