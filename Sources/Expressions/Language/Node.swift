// SPDX-License-Identifier: Apache-2.0

import Model

/// A piece of an expression that was read.
///
/// `at` is the column of its operator, for messages.
indirect enum Node: Sendable {
    case literal(Value)
    case reference(Reference)
    case list([Node])
    case not(Node, at: Int)
    case negated(Node, at: Int)
    case both(Node, Node, at: Int)
    case either(Node, Node, at: Int)
    case compared(Comparator, Node, Node, at: Int)
    case calculated(Calculation, Node, Node, at: Int)
    case contains(Node, item: Node, at: Int)
    case matches(Node, Pattern, at: Int)
    case call(Function, [Node], at: Int)

    /// Whether it is the word `null`.
    var isNull: Bool { if case .literal(.null) = self { true } else { false } }
}

/// How two values are compared.
package enum Comparator: String, Hashable, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// How two values make a third.
enum Calculation: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
}

/// All functions there are.
enum Function: String, CaseIterable, Sendable {
    case defined, length, lower, upper, number, text, min, max, abs, round, version, coalesce

    /// How many values it takes.
    var arguments: ClosedRange<Int> {
        switch self {
        case .min, .max, .coalesce: 1...16
        case .round: 1...2
        default: 1...1
        }
    }
}
