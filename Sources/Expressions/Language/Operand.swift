// SPDX-License-Identifier: Apache-2.0

import Model

/// What an operator works on: a value, or a text that was declared to be a version.
enum Operand: Hashable {
    case plain(Value)
    case version(Version)

    /// The value that leaves the expression.
    var value: Value {
        switch self {
        case .plain(let value): value
        case .version(let version): .text(version.description)
        }
    }

    /// Its kind with an article, for messages.
    var article: String {
        switch self {
        case .plain(let value): value.article
        case .version: "a version"
        }
    }
}

extension Operand {
    /// Whether two operands are equal; an absent value equals only another absent one.
    func equals(_ other: Operand) throws(EvaluationError) -> Bool {
        switch (self, other) {
        case (.plain(.null), .plain(.null)): return true
        case (.plain(.null), _), (_, .plain(.null)): return false
        case (.plain(.bool(let one)), .plain(.bool(let two))): return one == two
        case (.plain(.list(let one)), .plain(.list(let two))): return try lists(one, two)
        default: return try order(to: other) == .same
        }
    }

    /// How two operands that have an order stand to each other; nil when one is absent or not a number.
    func order(to other: Operand) throws(EvaluationError) -> Order? {
        switch (self, other) {
        case (.plain(.secret), _), (_, .plain(.secret)): throw EvaluationError("a secret cannot be compared")
        case (.plain(.null), _), (_, .plain(.null)): return nil
        case (.plain(.integer(let one)), .plain(.integer(let two))): return Order(of: one, to: two)
        case (.plain(.size(let one)), .plain(.size(let two))): return Order(of: one, to: two)
        case (.plain(.text(let one)), .plain(.text(let two))): return Order(of: one, to: two)
        case (.plain(.duration(let one)), .plain(.duration(let two))): return Order(of: one, to: two)
        case (.plain(.number(let one)), .plain(.number(let two))): return Order(of: one, to: two)
        case (.plain(.integer(let one)), .plain(.number(let two))): return Order(of: one, to: two)
        case (.plain(.number(let one)), .plain(.integer(let two))): return Order(of: two, to: one)?.reversed
        case (.version(let one), .version(let two)): return Order(of: one, to: two)
        case (.version(let one), .plain(.text(let two))): return Order(of: one, to: Version(two))
        case (.plain(.text(let one)), .version(let two)): return Order(of: Version(one), to: two)
        default: throw EvaluationError("\(article) cannot be compared with \(other.article)")
        }
    }

    private func lists(_ one: [Value], _ two: [Value]) throws(EvaluationError) -> Bool {
        guard one.count == two.count else { return false }
        for (left, right) in zip(one, two) {
            guard try Operand.plain(left).equals(.plain(right)) else { return false }
        }
        return true
    }
}

extension Comparator {
    /// Whether two operands stand as this says.
    func holds(_ left: Operand, _ right: Operand) throws(EvaluationError) -> Bool {
        switch self {
        case .equal: return try left.equals(right)
        case .notEqual: return try !left.equals(right)
        default: break
        }
        guard let order = try left.order(to: right) else { return false }
        switch self {
        case .less: return order == .less
        case .lessOrEqual: return order != .more
        case .greater: return order == .more
        default: return order != .less
        }
    }
}

extension Value {
    /// The kind of the value with an article, for messages.
    package var article: String {
        switch self {
        case .null: "an absent value"
        case .text: "a text"
        case .integer: "a whole number"
        case .number: "a number"
        case .bool: "true or false"
        case .duration: "a duration"
        case .size: "a size"
        case .list: "a list"
        case .secret: "a secret"
        }
    }
}
