// SPDX-License-Identifier: Apache-2.0

import Model

/// Walks an expression once and counts its steps.
struct Evaluator {
    private var steps = 0

    /// The value of a node.
    mutating func evaluate(_ node: Node, _ lookup: Lookup) throws(EvaluationError) -> Operand {
        try spend(1)
        switch node {
        case .literal(let value): return .plain(value)
        case .reference(let reference): return .plain(try lookup(reference))
        case .list(let nodes): return .plain(.list(try values(nodes, lookup)))
        case .not(let inner, let column): return .plain(.bool(try !flag(inner, lookup, at: column)))
        case .both(let left, let right, let column):
            guard try flag(left, lookup, at: column) else { return .plain(.bool(false)) }
            return .plain(.bool(try flag(right, lookup, at: column)))
        case .either(let left, let right, let column):
            guard try !flag(left, lookup, at: column) else { return .plain(.bool(true)) }
            return .plain(.bool(try flag(right, lookup, at: column)))
        case .call(.coalesce, let nodes, _): return try firstPresent(nodes, lookup)
        case .negated(_, let column), .compared(_, _, _, let column), .calculated(_, _, _, let column),
            .contains(_, _, let column), .matches(_, _, let column), .call(_, _, let column):
            do throws(EvaluationError) {
                return try operate(node, lookup)
            } catch {
                throw error.located(at: column)
            }
        }
    }

    private mutating func operate(_ node: Node, _ lookup: Lookup) throws(EvaluationError) -> Operand {
        switch node {
        case .negated(let inner, _):
            return .plain(try Calculation.negate(try evaluate(inner, lookup).value))
        case .compared(let comparator, let left, let right, _):
            let asksPresence = left.isNull || right.isNull
            let operands =
                asksPresence
                ? (try ifPresent(left, lookup), try ifPresent(right, lookup))
                : (try evaluate(left, lookup), try evaluate(right, lookup))
            try spend(on: operands.0, operands.1)
            return .plain(.bool(try comparator.holds(operands.0, operands.1)))
        case .calculated(let calculation, let left, let right, _):
            return .plain(try calculation.apply(try evaluate(left, lookup).value, try evaluate(right, lookup).value))
        case .contains(let whole, let item, _):
            let operands = (try evaluate(whole, lookup), try evaluate(item, lookup))
            try spend((operands.0.weight + 1) * (operands.1.weight + 1))
            return .plain(.bool(try operands.0.contains(operands.1)))
        case .matches(let subject, let pattern, _):
            return .plain(.bool(try match(try evaluate(subject, lookup), pattern)))
        case .call(let function, let nodes, _):
            var operands: [Operand] = []
            for node in nodes {
                operands.append(try function == .defined ? ifPresent(node, lookup) : evaluate(node, lookup))
            }
            for operand in operands { try spend(on: operand, operand) }
            return try function.apply(operands)
        default: return try evaluate(node, lookup)
        }
    }

    private mutating func flag(_ node: Node, _ lookup: Lookup, at column: Int) throws(EvaluationError) -> Bool {
        let operand = try evaluate(node, lookup)
        guard case .plain(.bool(let flag)) = operand else {
            throw EvaluationError("true or false is needed here, not \(operand.article)", column: column)
        }
        return flag
    }

    private mutating func values(_ nodes: [Node], _ lookup: Lookup) throws(EvaluationError) -> [Value] {
        var result: [Value] = []
        for node in nodes { result.append(try evaluate(node, lookup).value) }
        return result
    }

    private mutating func firstPresent(_ nodes: [Node], _ lookup: Lookup) throws(EvaluationError) -> Operand {
        for node in nodes.dropLast() {
            let operand = try ifPresent(node, lookup)
            if operand != .plain(.null) { return operand }
        }
        return try nodes.last.map { (node: Node) throws(EvaluationError) in try evaluate(node, lookup) }
            ?? .plain(.null)
    }

    /// The value of a node; an absent one where a name has none.
    private mutating func ifPresent(_ node: Node, _ lookup: Lookup) throws(EvaluationError) -> Operand {
        do throws(EvaluationError) {
            return try evaluate(node, lookup)
        } catch {
            guard error.isAbsence else { throw error }
            return .plain(.null)
        }
    }

    private func match(_ operand: Operand, _ pattern: Pattern) throws(EvaluationError) -> Bool {
        switch operand {
        case .plain(.null): return false
        case .plain(.text(let text)):
            do throws(PatternError) {
                return try pattern.firstMatch(in: text) != nil
            } catch {
                throw EvaluationError(error.message)
            }
        default: throw EvaluationError("only a text can match a pattern, not \(operand.article)")
        }
    }

    // MARK: Steps

    private mutating func spend(_ count: Int) throws(EvaluationError) {
        steps += count
        guard steps <= Limits.steps else { throw EvaluationError("takes more than \(Limits.steps) steps") }
    }

    private mutating func spend(on left: Operand, _ right: Operand) throws(EvaluationError) {
        try spend(left.weight + right.weight)
    }
}

extension Operand {
    /// The steps it costs to look at the whole of it.
    fileprivate var weight: Int {
        switch self {
        case .plain(let value): value.weight
        case .version(let version): version.description.utf8.count / 16
        }
    }
}

extension Value {
    fileprivate var weight: Int {
        switch self {
        case .text(let text): text.utf8.count / 64
        case .list(let items): items.reduce(0) { $0 + 1 + $1.weight }
        default: 0
        }
    }
}
