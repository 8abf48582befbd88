// SPDX-License-Identifier: Apache-2.0

package import Model

/// A small question about values: `steps.check.state == 'succeeded' and host.labels.env in ['stage', 'prod']`.
///
/// The language is total: it has no loops, no calls beyond the functions listed in `Function`, and reaches nothing but what
/// the lookup gives. Length, nesting, steps and texts are limited, so that any expression ends in well under 10 ms. A value
/// is only ever a value: no text that comes from a host, a fact or a parameter is read as an expression.
///
/// What is compared must be of one kind; `number()`, `text()` and `version()` turn one kind into another where that is
/// meant. An absent value equals only another absent one, and is neither smaller nor larger than anything.
package struct Expression: Hashable, Sendable, CustomStringConvertible {
    /// The expression as written.
    package let text: String
    /// The names it uses, each once, in the order they appear.
    package let references: [Reference]
    private let root: Node

    /// Reads an expression.
    package init(_ text: String) throws(ExpressionError) {
        try self.init(text, column: 1)
    }

    /// Reads an expression that begins at a column of a longer text.
    init(_ text: String, column: Int) throws(ExpressionError) {
        self.text = text
        var parser = Parser(try tokens(of: text, column: column))
        root = try parser.parse()
        references = parser.references
    }

    /// The value.
    ///
    /// - Parameter lookup: Gives the value of a name; asked only for names that matter (`and` and `or` stop early).
    /// - Returns: The value; a version as text.
    /// - Throws: `EvaluationError` when there is none.
    package func evaluate(_ lookup: Lookup) throws(EvaluationError) -> Value {
        var evaluator = Evaluator()
        return try evaluator.evaluate(root, lookup).value
    }

    /// The value of an expression that must be true or false.
    package func isTrue(_ lookup: Lookup) throws(EvaluationError) -> Bool {
        let value = try evaluate(lookup)
        guard case .bool(let flag) = value else {
            throw EvaluationError("'\(text)' must be true or false; it is \(value.article)")
        }
        return flag
    }

    /// The name, if the expression is nothing but a name.
    package var soleReference: Reference? { if case .reference(let reference) = root { reference } else { nil } }

    /// The first name without a value that the expression cannot do without; nil where there is none.
    ///
    /// `coalesce(a, b)` does without `a`; an expression that asks `defined(a)` or compares `a` with `null` does without `a`.
    package func missing(_ isAbsent: (Reference) -> Bool) -> Reference? {
        let asked = root.askedFor
        return root.missing { isAbsent($0) && !asked.contains($0) }
    }

    /// The expression as written.
    package var description: String { text }
    /// Two expressions are equal when they are written the same.
    package static func == (left: Expression, right: Expression) -> Bool { left.text == right.text }
    /// Hashes the text.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
