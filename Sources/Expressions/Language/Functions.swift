// SPDX-License-Identifier: Apache-2.0

import Model

extension Function {
    /// The function's value.
    ///
    /// `coalesce` is not asked here: it looks at its values one after another.
    func apply(_ operands: [Operand]) throws(EvaluationError) -> Operand {
        guard let first = operands.first else { return .plain(.null) }
        switch self {
        case .defined: return .plain(.bool(first != .plain(.null)))
        case .length: return .plain(.integer(try length(of: first.value)))
        case .lower: return .plain(.text(try short(try plainText(first).lowercased())))
        case .upper: return .plain(.text(try short(try plainText(first).uppercased())))
        case .text: return .plain(.text(try short(try open(first).text)))
        case .number: return .plain(try number(from: try open(first)))
        case .version: return try version(of: first)
        case .abs: return .plain(try magnitude(of: first.value))
        case .round: return .plain(try rounded(first.value, operands.dropFirst().first?.value ?? .integer(0)))
        case .min: return try extreme(operands, .less)
        case .max: return try extreme(operands, .more)
        case .coalesce: return first
        }
    }

    private func length(of value: Value) throws(EvaluationError) -> Int {
        switch value {
        case .text(let text): return text.unicodeScalars.count
        case .list(let items): return items.count
        default: throw mismatch(value)
        }
    }

    private func number(from value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .null, .integer, .number: return value
        case .size(let bytes): return .integer(bytes)
        case .duration(let duration): return .number(Double(try microseconds(duration)) / 1_000_000)
        case .text(let text):
            let trimmed = text.withoutOuterSpace
            if let number = ValueKind.integer.value(from: trimmed) ?? ValueKind.number.value(from: trimmed) {
                return number
            }
            let wanted = ValueKind.number.range(exceededBy: trimmed) ?? "a number"
            throw EvaluationError("'\(text.prefix(40))' is not \(wanted)")
        default: throw mismatch(value)
        }
    }

    private func version(of operand: Operand) throws(EvaluationError) -> Operand {
        switch operand {
        case .version, .plain(.null): return operand
        case .plain(.text(let text)) where text.utf8.count <= 1024: return .version(Version(text))
        case .plain(.integer), .plain(.number): return .version(Version(operand.value.text))
        default: throw mismatch(operand.value)
        }
    }

    private func magnitude(of value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .integer(let number) where number < 0: return try Calculation.negate(value)
        case .number(let number): return .number(Swift.abs(number))
        case .duration(let duration): return .duration(duration < .zero ? .zero - duration : duration)
        case .integer, .size: return value
        default: throw mismatch(value)
        }
    }

    /// A whole number, or a number with some decimals.
    private func rounded(_ value: Value, _ decimals: Value) throws(EvaluationError) -> Value {
        guard case .integer(let places) = decimals, (0...9).contains(places) else {
            throw EvaluationError("round() takes 0 to 9 decimals")
        }
        switch value {
        case .integer: return value
        case .number(let number):
            let factor = (0..<places).reduce(1.0) { product, _ in product * 10 }
            let result = (number * factor).rounded() / factor
            guard result.isFinite else { return value }
            return places == 0 ? Int(exactly: result).map(Value.integer) ?? .number(result) : .number(result)
        default: throw mismatch(value)
        }
    }

    /// The smallest or largest of several values, or of one list.
    private func extreme(_ operands: [Operand], _ wanted: Order) throws(EvaluationError) -> Operand {
        var all = operands
        if operands.count == 1, case .plain(.list(let items)) = operands[0] { all = items.map(Operand.plain) }
        guard var best = all.first else { return .plain(.null) }
        _ = try best.order(to: best)
        for operand in all.dropFirst() {
            guard let order = try operand.order(to: best) else {
                throw EvaluationError("\(rawValue)() cannot take an absent value")
            }
            if order == wanted { best = operand }
        }
        return best
    }

    private func plainText(_ operand: Operand) throws(EvaluationError) -> String {
        guard case .text(let text) = operand.value else { throw mismatch(operand.value) }
        return text
    }

    private func open(_ operand: Operand) throws(EvaluationError) -> Value {
        if case .plain(.secret) = operand { throw EvaluationError("a secret cannot be read") }
        return operand.value
    }

    private func short(_ text: String) throws(EvaluationError) -> String {
        guard text.utf8.count <= Limits.textLength else {
            throw EvaluationError("a text is longer than \(Limits.textLength) bytes")
        }
        return text
    }

    private func mismatch(_ value: Value) -> EvaluationError {
        EvaluationError("\(rawValue)() cannot take \(value.article)")
    }
}

extension Operand {
    /// Whether a list holds an item, or a text another text.
    func contains(_ item: Operand) throws(EvaluationError) -> Bool {
        switch (value, item.value) {
        case (.null, _): return false
        case (.list(let items), _):
            for other in items {
                if try Operand.plain(other).equals(item) { return true }
            }
            return false
        case (.text(let whole), .text(let part)): return whole.holds(part)
        default: throw EvaluationError("\(article) cannot contain \(item.article)")
        }
    }
}
