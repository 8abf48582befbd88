// SPDX-License-Identifier: Apache-2.0

/// A text that is not an expression, a template or a comparison.
package struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what to write instead.
    package let message: String
    /// Where in the text it was noticed, from 1.
    package let column: Int

    package init(_ message: String, column: Int = 1) {
        self.message = message
        self.column = column
    }

    /// Column and message.
    package var description: String { "column \(column): \(message)" }
}

/// An expression that has no value: kinds that do not go together, a division by zero, a limit.
package struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What does not go together.
    package let message: String
    /// Where in the text, from 1; nil when the text is not at hand.
    package let column: Int?
    /// Whether a name has no value here: `coalesce`, `defined` and a comparison with `null` take that for an absent value.
    package let isAbsence: Bool

    package init(_ message: String, column: Int? = nil, isAbsence: Bool = false) {
        self.message = message
        self.column = column
        self.isAbsence = isAbsence
    }

    /// Column, if known, and message.
    package var description: String { column.map { "column \($0): \(message)" } ?? message }

    /// The same error at a column, unless it already has one.
    func located(at column: Int) -> EvaluationError {
        EvaluationError(message, column: self.column ?? column, isAbsence: isAbsence)
    }
}

/// What keeps every expression small and every evaluation short.
enum Limits {
    /// Characters of an expression.
    static let expressionLength = 4096
    /// Literals, references, operators and calls of an expression.
    static let nodes = 256
    /// How deep parentheses, calls, `not` and `-` may stand in each other.
    static let depth = 32
    /// Steps of one evaluation: one for every node and list item looked at, and for every 64 bytes of text.
    static let steps = 100_000
    /// Bytes of a text that an operator or a function makes.
    static let textLength = 65_536
    /// Bytes of a template once it is filled.
    static let filledLength = 1_048_576
}
