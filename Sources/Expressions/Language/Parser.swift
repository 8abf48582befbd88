// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads the words of an expression.
///
/// From loose to tight: `or`, `and`, `not`, comparisons, `+ -`, `* / %`, `-` before a value.
struct Parser {
    /// The names that were met, each once.
    private(set) var references: [Reference] = []
    private var words: TokenStream
    private var nodes = 0
    private var depth = 0

    init(_ tokens: [Token]) { words = TokenStream(tokens) }

    /// Reads the whole expression.
    mutating func parse() throws(ExpressionError) -> Node {
        guard words.next.kind != .end else { throw words.problem("the expression is empty") }
        let node = try either()
        guard words.next.kind == .end else { throw words.unexpected() }
        return node
    }

    private mutating func either() throws(ExpressionError) -> Node {
        var left = try both()
        while let column = words.take("or") {
            left = try made(.either(left, try both(), at: column))
        }
        return left
    }

    private mutating func both() throws(ExpressionError) -> Node {
        var left = try negation()
        while let column = words.take("and") {
            left = try made(.both(left, try negation(), at: column))
        }
        return left
    }

    private mutating func negation() throws(ExpressionError) -> Node {
        guard let column = words.take("not") else { return try comparison() }
        try enter()
        let node = try made(.not(try negation(), at: column))
        depth -= 1
        return node
    }

    private mutating func comparison() throws(ExpressionError) -> Node {
        let left = try sum()
        guard let (sign, column) = words.takeComparison() else { return left }
        let node: Node
        switch sign {
        case "in": node = .contains(try sum(), item: left, at: column)
        case "contains": node = .contains(left, item: try sum(), at: column)
        case "matches": node = .matches(left, try pattern(), at: column)
        default: node = .compared(Comparator(rawValue: sign) ?? .equal, left, try sum(), at: column)
        }
        if words.takeComparison() != nil {
            words.back()
            throw words.problem("only two values are compared at a time; join comparisons by and")
        }
        return try made(node)
    }

    private mutating func pattern() throws(ExpressionError) -> Pattern {
        let start = words.next.column
        guard case .literal(.text(let text)) = words.next.kind else {
            throw words.problem("a pattern is written as a text in quotes")
        }
        words.skip()
        do throws(PatternError) {
            return try Pattern(text)
        } catch {
            throw ExpressionError(error.message, column: start)
        }
    }

    private mutating func sum() throws(ExpressionError) -> Node {
        var left = try product()
        while let (sign, column) = words.take(anyOf: ["+", "-"]) {
            left = try made(.calculated(sign, left, try product(), at: column))
        }
        return left
    }

    private mutating func product() throws(ExpressionError) -> Node {
        var left = try unary()
        while let (sign, column) = words.take(anyOf: ["*", "/", "%"]) {
            left = try made(.calculated(sign, left, try unary(), at: column))
        }
        return left
    }

    private mutating func unary() throws(ExpressionError) -> Node {
        guard let column = words.take("-") else { return try primary() }
        try enter()
        let node = try made(.negated(try unary(), at: column))
        depth -= 1
        return node
    }

    private mutating func primary() throws(ExpressionError) -> Node {
        let first = words.next
        switch first.kind {
        case .literal(let value):
            words.skip()
            return try made(.literal(value))
        case .name(let path):
            words.skip()
            return words.take("(") == nil ? try reference(path) : try call(path, at: first.column)
        case .symbol("("):
            words.skip()
            try enter()
            let node = try either()
            try close(")")
            return node
        case .symbol("["):
            words.skip()
            return try made(.list(try items(until: "]")))
        default: throw words.unexpected()
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
        while words.next.kind != .symbol(end) {
            result.append(try either())
            guard words.take(",") != nil else { break }
        }
        try close(end)
        return result
    }

    // MARK: Limits and messages

    private mutating func made(_ node: Node) throws(ExpressionError) -> Node {
        nodes += 1
        guard nodes <= Limits.nodes else { throw words.problem("has more than \(Limits.nodes) parts") }
        return node
    }

    private mutating func enter() throws(ExpressionError) {
        depth += 1
        guard depth <= Limits.depth else { throw words.problem("is nested more than \(Limits.depth) deep") }
    }

    private mutating func close(_ symbol: String) throws(ExpressionError) {
        guard words.take(symbol) != nil else {
            throw words.next.kind == .end ? words.problem("a closing \(symbol) is missing") : words.unexpected()
        }
        depth -= 1
    }
}
