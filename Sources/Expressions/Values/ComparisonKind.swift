// SPDX-License-Identifier: Apache-2.0

package import Model

extension Comparison.Kind {
    /// As what a value of a declared kind is compared; nil for a secret.
    package init?(_ kind: ValueKind) {
        switch kind {
        case .text, .path, .choice, .list: self = .text
        case .integer, .number: self = .number
        case .bool: self = .bool
        case .duration: self = .duration
        case .size: self = .size
        case .secret: return nil
        }
    }

    /// The kind with an article, for messages.
    var article: String {
        switch self {
        case .text: "a text"
        case .number: "a number"
        case .size: "a size"
        case .duration: "a duration"
        case .version: "a version"
        case .bool: "true or false"
        }
    }

    /// A value as this kind; text from a host is read here, and only as a value.
    func operand(of value: Value) throws(EvaluationError) -> Operand {
        switch (self, value) {
        case (_, .secret): throw EvaluationError("a secret cannot be compared")
        case (.number, .integer), (.number, .number), (.size, .size), (.duration, .duration), (.bool, .bool):
            return .plain(value)
        case (.size, .integer(let bytes)): return .plain(.size(bytes))
        case (.text, _): return .plain(.text(value.text))
        case (.version, .integer), (.version, .number): return .version(Version(value.text))
        case (_, .text(let text)):
            guard let operand = read(text.withoutOuterSpace) else {
                throw EvaluationError("'\(text.prefix(80))' is not \(range(exceededBy: text) ?? article)")
            }
            return operand
        default: throw EvaluationError("\(value.article) cannot be compared as \(article)")
        }
    }

    /// The range that a text is outside of; nil where the text is not of this kind at all.
    private func range(exceededBy text: String) -> String? {
        let kinds: [Comparison.Kind: ValueKind] = [.number: .number, .size: .size, .duration: .duration]
        return kinds[self]?.range(exceededBy: text.withoutOuterSpace)
    }

    private func read(_ word: String) -> Operand? {
        switch self {
        case .text: .plain(.text(word))
        case .number: ValueKind.number.value(from: word).map(Operand.plain)
        case .size: ValueKind.size.value(from: word).map(Operand.plain)
        case .duration: ValueKind.duration.value(from: word).map(Operand.plain)
        case .bool: ValueKind.bool.value(from: word).map(Operand.plain)
        case .version: word.contains(where: \.isNumber) && word.utf8.count <= 1024 ? .version(Version(word)) : nil
        }
    }
}

extension Comparison.Relation {
    /// How many values it is given.
    var operands: ClosedRange<Int> {
        switch self {
        case .between: 2...2
        case .isIn, .isNotIn: 1...1000
        default: 1...1
        }
    }

    /// How many values it is given, for messages.
    var expectation: String {
        switch self {
        case .between: "two values, the smallest and the largest"
        case .isIn, .isNotIn: "a list of values"
        default: "one value"
        }
    }

    /// Whether it asks for what is larger.
    package var needsOrder: Bool {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .between: true
        default: false
        }
    }

    /// Whether it looks into the characters of a text.
    var isAboutText: Bool {
        switch self {
        case .matches, .contains, .startsWith, .endsWith: true
        default: false
        }
    }

    /// The operands written after the relation: `1 and 5`, `a, b`, `85`; each may stand in quotes.
    func words(in text: String) -> [String] {
        switch self {
        case .between: text.split(separator: " and ", maxSplits: 1).map { unquoted(String($0)) }
        case .isIn, .isNotIn: text.split(separator: ",").map { unquoted(String($0)) }
        case .matches: [text]
        default: [unquoted(text)]
        }
    }
}

private func unquoted(_ word: String) -> String {
    let word = word.withoutOuterSpace
    guard word.count > 1, let quote = word.first, quote == "'" || quote == "\"", word.last == quote else { return word }
    return String(word.dropFirst().dropLast())
}
