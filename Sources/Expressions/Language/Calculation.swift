// SPDX-License-Identifier: Apache-2.0

import Model

extension Calculation {
    /// The result of two values.
    ///
    /// Texts are joined by `+`; durations and sizes are added to and taken from their own kind, multiplied and divided by
    /// numbers, and divided by their own kind to make a number. A division of whole numbers is whole if nothing is left.
    func apply(_ left: Value, _ right: Value) throws(EvaluationError) -> Value {
        switch (left, right) {
        case (.integer(let one), .integer(let two)): return try integers(one, two)
        case (.integer(let one), .number(let two)): return try numbers(try exact(one), two)
        case (.number(let one), .integer(let two)): return try numbers(one, try exact(two))
        case (.number(let one), .number(let two)): return try numbers(one, two)
        case (.text(let one), .text(let two)) where self == .add: return .text(try joined(one, two))
        case (.duration(let one), _):
            return try quantities(try microseconds(one), right) { .duration(.microseconds($0)) }
        case (.size(let one), _): return try quantities(Int64(one), right) { .size(Int($0)) }
        case (.integer, .duration) where self == .multiply, (.number, .duration) where self == .multiply,
            (.integer, .size) where self == .multiply, (.number, .size) where self == .multiply:
            return try apply(right, left)
        default: throw EvaluationError("\(left.article) \(rawValue) \(right.article) has no meaning")
        }
    }

    /// The value with its sign turned.
    static func negate(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .integer, .number: return try Calculation.multiply.apply(value, .integer(-1))
        case .duration(let duration): return .duration(.zero - duration)
        default: throw EvaluationError("\(value.article) has no sign")
        }
    }

    private func integers(_ one: Int, _ two: Int) throws(EvaluationError) -> Value {
        let result: (partialValue: Int, overflow: Bool)
        switch self {
        case .add: result = one.addingReportingOverflow(two)
        case .subtract: result = one.subtractingReportingOverflow(two)
        case .multiply: result = one.multipliedReportingOverflow(by: two)
        case .divide:
            guard two != 0, !one.remainderReportingOverflow(dividingBy: two).overflow, one % two == 0 else {
                return try numbers(try exact(one), try exact(two))
            }
            return .integer(one / two)
        case .remainder:
            guard two != 0 else { throw EvaluationError("a division by zero") }
            return .integer(one.remainderReportingOverflow(dividingBy: two).partialValue)
        }
        guard !result.overflow else { throw EvaluationError("the result is too large") }
        return .integer(result.partialValue)
    }

    private func numbers(_ one: Double, _ two: Double) throws(EvaluationError) -> Value {
        if self == .divide || self == .remainder, two == 0 { throw EvaluationError("a division by zero") }
        let result =
            switch self {
            case .add: one + two
            case .subtract: one - two
            case .multiply: one * two
            case .divide: one / two
            case .remainder: one.truncatingRemainder(dividingBy: two)
            }
        guard result.isFinite else { throw EvaluationError("the result is too large") }
        // From here on the result of two whole numbers may be rounded.
        if result.magnitude >= 0x1p53, self != .divide, let one = Int(exactly: one), let two = Int(exactly: two) {
            return try integers(one, two)
        }
        return .number(result)
    }

    private func joined(_ one: String, _ two: String) throws(EvaluationError) -> String {
        guard one.utf8.count + two.utf8.count <= Limits.textLength else {
            throw EvaluationError("the text would be longer than \(Limits.textLength) bytes")
        }
        return one + two
    }

    /// Works on an amount of a unit and a number, or another amount of that unit.
    private func quantities(
        _ one: Int64, _ right: Value, make: (Int64) -> Value
    ) throws(EvaluationError) -> Value {
        let unit = make(0).article
        switch (self, right) {
        case (.add, .duration), (.subtract, .duration), (.add, .size), (.subtract, .size):
            guard let two = try amount(right, unit),
                case .integer(let sum) = try integers(Int(one), Int(two))
            else { break }
            return make(Int64(sum))
        case (.divide, .duration), (.divide, .size):
            guard let two = try amount(right, unit) else { break }
            return try numbers(try exact(Int(one)), try exact(Int(two)))
        case (.multiply, .integer(let times)):
            guard case .integer(let product) = try integers(Int(one), times) else { break }
            return make(Int64(product))
        case (.divide, .integer(let parts)):
            guard parts != 0 else { throw EvaluationError("a division by zero") }
            guard let part = Int64(exactly: rounded(Int128(one), dividedBy: Int128(parts))) else { break }
            return make(part)
        case (.multiply, .number(let two)), (.divide, .number(let two)):
            guard case .number(let product) = try numbers(try exact(Int(one)), two), abs(product) < 9e18 else { break }
            return make(Int64(product.rounded()))
        default: break
        }
        throw EvaluationError("\(unit) \(rawValue) \(right.article) has no meaning, or is too large")
    }

    private func amount(_ value: Value, _ unit: String) throws(EvaluationError) -> Int64? {
        guard value.article == unit else { return nil }
        switch value {
        case .duration(let duration): return try microseconds(duration)
        case .size(let bytes): return Int64(bytes)
        default: return nil
        }
    }
}

/// The length of a duration; refused where it is longer than any that can be written.
func microseconds(_ duration: Duration) throws(EvaluationError) -> Int64 {
    guard abs(duration.components.seconds) < 9_000_000_000_000 else {
        throw EvaluationError("a duration is too long")
    }
    return duration.microseconds
}

/// A whole number as one that may have a fraction; refused where that would change it.
private func exact(_ whole: Int) throws(EvaluationError) -> Double {
    guard let number = Double(exactly: whole) else {
        throw EvaluationError("\(whole) is too large to be calculated with a fraction")
    }
    return number
}

/// A quotient, rounded to the nearest whole number, a half away from zero.
private func rounded(_ one: Int128, dividedBy two: Int128) -> Int128 {
    let half = two.magnitude / 2
    let quotient = (one.magnitude + half) / two.magnitude
    return (one < 0) == (two < 0) ? Int128(quotient) : -Int128(quotient)
}
