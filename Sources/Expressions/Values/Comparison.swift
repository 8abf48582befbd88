// SPDX-License-Identifier: Apache-2.0

package import Model

/// What a value is held against: `>= 85`, `between 1 and 5`, `in a, b`, `matches ^ok`.
///
/// Thresholds and CompareValue use it.
package struct Comparison: Hashable, Sendable, CustomStringConvertible {
    /// How a value is held against the operands.
    package enum Relation: String, CaseIterable, Hashable, Sendable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
        /// From the first to the second operand, both included.
        case between
        /// One of the operands.
        case isIn = "in"
        case isNotIn = "not in"
        case matches
        case contains
        case startsWith = "starts with"
        case endsWith = "ends with"
    }

    /// As what the value and the operands are read.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case text, number, size, duration, version, bool
    }

    private let relation: Relation
    private let kind: Kind
    private let words: [String]
    private let operands: [Operand]
    private let pattern: Pattern?

    /// Makes a comparison with values; texts among them are read as the kind.
    ///
    /// - Throws: `ExpressionError` when an operand is not of the kind, or the kind has no such relation.
    package init(_ relation: Relation, _ values: [Value], as kind: Kind) throws(ExpressionError) {
        let words = values.map(\.text)
        let needed = relation.operands
        guard needed.contains(words.count) else {
            throw ExpressionError("'\(relation.rawValue)' takes \(relation.expectation), not \(words.count) values")
        }
        if relation.needsOrder, kind == .text || kind == .bool {
            throw ExpressionError("\(kind.article) has no order; compare as a number, a size, a duration or a version")
        }
        self.relation = relation
        self.kind = relation.isAboutText ? .text : kind
        self.words = words
        var operands: [Operand] = []
        do throws(EvaluationError) {
            for value in values { operands.append(try self.kind.operand(of: value)) }
        } catch {
            throw ExpressionError(error.message)
        }
        self.operands = operands
        do throws(PatternError) {
            pattern = relation == .matches ? try Pattern(words[0]) : nil
        } catch {
            throw ExpressionError(error.message)
        }
    }

    /// Reads a comparison such as `>= 85`.
    package init(_ text: String, as kind: Kind) throws(ExpressionError) {
        let text = text.withoutOuterSpace
        guard let relation = Relation.allCases.first(where: { text.begins(with: $0) }) else {
            let names = Relation.allCases.map(\.rawValue).joined(separator: ", ")
            throw ExpressionError("'\(text)' must begin with one of \(names)")
        }
        let rest = String(text.dropFirst(relation.rawValue.count)).withoutOuterSpace
        guard !rest.isEmpty else { throw ExpressionError("a value is missing after '\(relation.rawValue)'") }
        try self.init(relation, relation.words(in: rest).map(Value.text), as: kind)
    }

    /// Whether it holds for a value.
    ///
    /// For an absent value only `!=` and `not in` hold.
    package func holds(for value: Value) throws(EvaluationError) -> Bool {
        if value == .null { return relation == .notEqual || relation == .isNotIn }
        switch relation {
        case .matches, .startsWith, .endsWith: return try text(value)
        case .contains:
            guard case .list(let items) = value else { return try text(value) }
            return items.contains { $0.text == words[0] }
        case .between:
            let operand = try kind.operand(of: value)
            guard try Comparator.greaterOrEqual.holds(operand, operands[0]) else { return false }
            return try Comparator.lessOrEqual.holds(operand, operands[1])
        case .isIn: return try isAmongOperands(value)
        case .isNotIn: return try !isAmongOperands(value)
        default:
            let comparator = Comparator(rawValue: relation.rawValue) ?? .equal
            return try comparator.holds(try kind.operand(of: value), operands[0])
        }
    }

    private func isAmongOperands(_ value: Value) throws(EvaluationError) -> Bool {
        let operand = try kind.operand(of: value)
        for other in operands {
            if try operand.equals(other) { return true }
        }
        return false
    }

    private func text(_ value: Value) throws(EvaluationError) -> Bool {
        guard case .plain(.text(let text)) = try kind.operand(of: value) else { return false }
        switch relation {
        case .startsWith: return text.hasPrefix(words[0])
        case .endsWith: return text.hasSuffix(words[0])
        case .contains: return text.holds(words[0])
        default: break
        }
        do throws(PatternError) {
            return try pattern?.firstMatch(in: text) != nil
        } catch {
            throw EvaluationError(error.message)
        }
    }

    /// The comparison as it is written.
    package var description: String {
        let joined = words.joined(separator: relation == .between ? " and " : ", ")
        return "\(relation.rawValue) \(joined)"
    }
    /// Two comparisons are equal when they are written the same and read as the same kind.
    package static func == (left: Comparison, right: Comparison) -> Bool {
        left.description == right.description && left.kind == right.kind
    }
    /// Hashes the text.
    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension String {
    fileprivate func begins(with relation: Comparison.Relation) -> Bool {
        guard hasPrefix(relation.rawValue) else { return false }
        guard relation.rawValue.last?.isLetter == true else { return true }
        return dropFirst(relation.rawValue.count).first.map(\.isWhitespace) ?? true
    }
}
