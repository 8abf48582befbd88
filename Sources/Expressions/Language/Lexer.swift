// SPDX-License-Identifier: Apache-2.0

import Model

/// One word of an expression.
struct Token: Hashable {
    enum Kind: Hashable {
        case literal(Value)
        /// A name; several segments when it has dots.
        case name([String])
        /// An operator, a bracket or a comma; also `and`, `or`, `not`, `in`, `matches`, `contains`.
        case symbol(String)
        case end
    }

    let kind: Kind
    let column: Int
}

/// The words of an expression, the last one being its end.
func tokens(of text: String, column: Int) throws(ExpressionError) -> [Token] {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count <= Limits.expressionLength else {
        throw ExpressionError("is longer than \(Limits.expressionLength) characters", column: column)
    }
    var lexer = Lexer(scalars: scalars, column: column)
    var result: [Token] = []
    repeat { result.append(try lexer.next()) } while result.last?.kind != .end
    return result
}

private let wordOperators: Set<String> = ["and", "or", "not", "in", "matches", "contains"]
private let wordLiterals: [String: Value] = ["true": .bool(true), "false": .bool(false), "null": .null]
private let twoSigns: Set<String> = ["==", "!=", "<=", ">="]
private let oneSigns: Set<Unicode.Scalar> = ["<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ","]

private struct Lexer {
    let scalars: [Unicode.Scalar]
    let column: Int
    var position = 0

    mutating func next() throws(ExpressionError) -> Token {
        _ = take { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
        let start = position
        return Token(kind: try kind(), column: column + start)
    }

    private mutating func kind() throws(ExpressionError) -> Token.Kind {
        guard let first = peek() else { return .end }
        switch first {
        case "'", "\"": return .literal(.text(try quoted(by: first)))
        case "0"..."9": return .literal(try number())
        case "$": throw problem("names are written without ${…} here, as in steps.check.state")
        case _ where isNameStart(first): return try name()
        default: return .symbol(try sign(first))
        }
    }

    private mutating func quoted(by quote: Unicode.Scalar) throws(ExpressionError) -> String {
        let start = position
        position += 1
        let content = take { $0 != quote }
        guard position < scalars.count else {
            throw ExpressionError("the text that begins here has no closing \(quote)", column: column + start)
        }
        position += 1
        return content
    }

    private mutating func number() throws(ExpressionError) -> Value {
        let start = position
        let word = take { isNameScalar($0) && $0 != "-" || $0 == "." }
        if word.allSatisfy({ $0.isNumber || $0 == "." || $0 == "e" || $0 == "E" }) {
            if let value = ValueKind.integer.value(from: word) ?? ValueKind.number.value(from: word) { return value }
        } else if let value = ValueKind.duration.value(from: word) ?? ValueKind.size.value(from: word) {
            return value
        }
        let ranges = [ValueKind.number, .size, .duration].lazy.compactMap { $0.range(exceededBy: word) }
        let wanted = ranges.first ?? "a number, a duration such as 90s or a size such as 10MB"
        throw ExpressionError("'\(word)' is not \(wanted)", column: column + start)
    }

    private mutating func name() throws(ExpressionError) -> Token.Kind {
        let start = position
        let word = take { isNameScalar($0) || $0 == "." }
        let path = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !path.contains("") else {
            throw ExpressionError("'\(word)' has an empty part", column: column + start)
        }
        if let value = wordLiterals[word] { return .literal(value) }
        return wordOperators.contains(word) ? .symbol(word) : .name(path)
    }

    private mutating func sign(_ first: Unicode.Scalar) throws(ExpressionError) -> String {
        let two = String(String.UnicodeScalarView(scalars[position...].prefix(2)))
        if twoSigns.contains(two) {
            position += 2
            return two
        }
        if first == "=" { throw problem("write == to compare") }
        if first == "&" || first == "|" || first == "!" { throw problem("write and, or, not") }
        guard oneSigns.contains(first) else { throw problem("'\(first)' has no meaning here") }
        position += 1
        return String(first)
    }

    private func peek() -> Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
        let taken = scalars[position...].prefix(while: belongs)
        position += taken.count
        return String(String.UnicodeScalarView(taken))
    }

    private func problem(_ message: String) -> ExpressionError {
        ExpressionError(message, column: column + position)
    }
}

private func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "_": true
    default: scalar.value >= 0x80 && scalar.properties.isAlphabetic
    }
}

private func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "0"..."9", "-": true
    default: isNameStart(scalar)
    }
}
