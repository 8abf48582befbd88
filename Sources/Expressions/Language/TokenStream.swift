// SPDX-License-Identifier: Apache-2.0

import Model

/// The words of an expression, taken one after another.
struct TokenStream {
    private let tokens: [Token]
    private var position = 0

    /// Makes a stream of words that end with the end.
    init(_ tokens: [Token]) { self.tokens = tokens }

    /// The next word; the end for ever once it is reached.
    var next: Token { tokens[min(position, tokens.count - 1)] }

    /// Goes past the next word.
    mutating func skip() { position += 1 }

    /// Goes back to the word before.
    mutating func back() { position -= 1 }

    /// Takes a symbol if it comes next, and tells its column.
    mutating func take(_ symbol: String) -> Int? {
        guard next.kind == .symbol(symbol) else { return nil }
        defer { position += 1 }
        return next.column
    }

    /// Takes one of several signs if it comes next, with its column.
    mutating func take(anyOf signs: [String]) -> (Calculation, Int)? {
        guard case .symbol(let sign) = next.kind, signs.contains(sign), let calculation = Calculation(rawValue: sign)
        else { return nil }
        defer { position += 1 }
        return (calculation, next.column)
    }

    /// Takes what compares if it comes next, with its column.
    mutating func takeComparison() -> (String, Int)? {
        guard case .symbol(let sign) = next.kind,
            Comparator(rawValue: sign) != nil || ["in", "contains", "matches"].contains(sign)
        else { return nil }
        defer { position += 1 }
        return (sign, next.column)
    }

    /// An error at the next word.
    func problem(_ message: String) -> ExpressionError { ExpressionError(message, column: next.column) }

    /// The error of a word that cannot stand here.
    func unexpected() -> ExpressionError {
        switch next.kind {
        case .end: problem("a value is missing at the end")
        case .symbol(let sign): problem("'\(sign)' is not expected here")
        case .name(let path): problem("'\(path.joined(separator: "."))' is not expected here")
        case .literal(let value): problem("'\(value.text)' is not expected here")
        }
    }
}
