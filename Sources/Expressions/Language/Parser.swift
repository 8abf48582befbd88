// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads the words of an expression.
///
/// From loose to tight: `or`, `and`, `not`, comparisons, `+ -`, `* / %`, `-` before a value.
struct Parser {
    /// The names that were met, each once.
    private(set) var references: [Reference] = []
    private let tokens: [Token]
    private var position = 0
    private var nodes = 0
    private var depth = 0

    init(_ tokens: [Token]) { self.tokens = tokens }

    /// Reads the whole expression.
    mutating func parse() throws(ExpressionError) -> Node {
        guard token.kind != .end else { throw problem("the expression is empty") }
        let node = try either()
        guard token.kind == .end else { throw unexpected() }
        return node
    }

    private mutating func either() throws(ExpressionError) -> Node {
        var left = try both()
        while let column = take("or") {
            left = try made(.either(left, try both(), at: column))
        }
        return left
    }

    private mutating func both() throws(ExpressionError) -> Node {
        var left = try negation()
        while let column = take("and") {
            left = try made(.both(left, try negation(), at: column))
        }
        return left
    }

    private mutating func negation() throws(ExpressionError) -> Node {
        guard let column = take("not") else { return try comparison() }
        try enter()
        let node = try made(.not(try negation(), at: column))
        depth -= 1
        return node
    }

    private mutating func comparison() throws(ExpressionError) -> Node {
        let left = try sum()
        guard let (sign, column) = takeComparison() else { return left }
        let node: Node
        switch sign {
        case "in": node = .contains(try sum(), item: left, at: column)
        case "contains": node = .contains(left, item: try sum(), at: column)
        case "matches": node = .matches(left, try pattern(), at: column)
        default: node = .compared(Comparator(rawValue: sign) ?? .equal, left, try sum(), at: column)
        }
        if takeComparison() != nil {
            position -= 1
            throw problem("only two values are compared at a time; join comparisons by and")
        }
        return try made(node)
    }

    private mutating func pattern() throws(ExpressionError) -> Pattern {
        let start = token.column
        guard case .literal(.text(let text)) = token.kind else {
            throw problem("a pattern is written as a text in quotes")
        }
        position += 1
        do throws(PatternError) {
            return try Pattern(text)
        } catch {
            throw ExpressionError(error.message, column: start)
        }
    }

    private mutating func sum() throws(ExpressionError) -> Node {
        var left = try product()
        while let (sign, column) = take(anyOf: ["+", "-"]) {
            left = try made(.calculated(sign, left, try product(), at: column))
        }
        return left
    }

    private mutating func product() throws(ExpressionError) -> Node {
        var left = try unary()
        while let (sign, column) = take(anyOf: ["*", "/", "%"]) {
            left = try made(.calculated(sign, left, try unary(), at: column))
        }
        return left
    }

    private mutating func unary() throws(ExpressionError) -> Node {
        guard let column = take("-") else { return try primary() }
        try enter()
        let node = try made(.negated(try unary(), at: column))
        depth -= 1
        return node
    }

    private mutating func primary() throws(ExpressionError) -> Node {
        let first = token
        switch first.kind {
        case .literal(let value):
            position += 1
            return try made(.literal(value))
        case .name(let path):
            position += 1
            return take("(") == nil ? try reference(path) : try call(path, at: first.column)
        case .symbol("("):
            position += 1
            try enter()
            let node = try either()
            try close(")")
            return node
        case .symbol("["):
            position += 1
            return try made(.list(try items(until: "]")))
        default: throw unexpected()
        }
    }

    private mutating func reference(_ path: [String]) throws(ExpressionError) -> Node {
        let reference = Reference(path)
        if !references.contains(reference) { references.append(reference) }
        return try made(.reference(reference))
    }

    private mutating func call(_ path: [String], at column: Int) throws(ExpressionError) -> Node {
        let name = path.joined(separator: ".")
        guard let function = Function(rawValue: name) else {
            let names = Function.allCases.map(\.rawValue).joined(separator: ", ")
            throw ExpressionError("there is no function '\(name)'; there are \(names)", column: column)
        }
        let arguments = try items(until: ")")
        guard function.arguments.contains(arguments.count) else {
            throw ExpressionError("\(name)() cannot take \(arguments.count) values", column: column)
        }
        return try made(.call(function, arguments, at: column))
    }

    private mutating func items(until end: String) throws(ExpressionError) -> [Node] {
        try enter()
        var result: [Node] = []
        while token.kind != .symbol(end) {
            result.append(try either())
            guard take(",") != nil else { break }
        }
        try close(end)
        return result
    }

    // MARK: Words

    private var token: Token { tokens[min(position, tokens.count - 1)] }

    private mutating func take(_ symbol: String) -> Int? {
        guard token.kind == .symbol(symbol) else { return nil }
        defer { position += 1 }
        return token.column
    }

    private mutating func take(anyOf signs: [String]) -> (Calculation, Int)? {
        guard case .symbol(let sign) = token.kind, signs.contains(sign), let calculation = Calculation(rawValue: sign)
        else { return nil }
        defer { position += 1 }
        return (calculation, token.column)
    }

    private mutating func takeComparison() -> (String, Int)? {
        guard case .symbol(let sign) = token.kind,
            Comparator(rawValue: sign) != nil || ["in", "contains", "matches"].contains(sign)
        else { return nil }
        defer { position += 1 }
        return (sign, token.column)
    }

    // MARK: Limits and messages

    private mutating func made(_ node: Node) throws(ExpressionError) -> Node {
        nodes += 1
        guard nodes <= Limits.nodes else { throw problem("has more than \(Limits.nodes) parts") }
        return node
    }

    private mutating func enter() throws(ExpressionError) {
        depth += 1
        guard depth <= Limits.depth else { throw problem("is nested more than \(Limits.depth) deep") }
    }

    private mutating func close(_ symbol: String) throws(ExpressionError) {
        guard take(symbol) != nil else {
            throw token.kind == .end ? problem("a closing \(symbol) is missing") : unexpected()
        }
        depth -= 1
    }

    private func problem(_ message: String) -> ExpressionError { ExpressionError(message, column: token.column) }

    private func unexpected() -> ExpressionError {
        switch token.kind {
        case .end: problem("a value is missing at the end")
        case .symbol(let sign): problem("'\(sign)' is not expected here")
        case .name(let path): problem("'\(path.joined(separator: "."))' is not expected here")
        case .literal(let value): problem("'\(value.text)' is not expected here")
        }
    }
}
