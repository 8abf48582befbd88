// SPDX-License-Identifier: Apache-2.0

package import Model

/// A text with `${…}` in it, such as `https://${host.address}:${params.port}/`.
///
/// `$${` stands for `${` itself.
///
/// Filling replaces each `${…}` once; what comes in is never looked at again.
package struct Template: Hashable, Sendable, CustomStringConvertible {
    private enum Part: Hashable, Sendable {
        case text(String)
        case expression(Expression)
    }

    /// The text as written.
    package let text: String
    /// The names it uses, each once, in the order they appear.
    package let references: [Reference]
    /// What stands in its `${…}`, in order.
    package var expressions: [Expression] {
        parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
    }
    private let parts: [Part]

    /// Reads a text.
    package init(_ text: String) throws(ExpressionError) {
        self.text = text
        parts = try Template.parts(of: text)
        var references: [Reference] = []
        for case .expression(let expression) in parts {
            references += expression.references.filter { !references.contains($0) }
        }
        self.references = references
    }

    /// Whether nothing is to be filled in.
    package var isPlain: Bool {
        parts.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// The expression, if the whole text is one `${…}`: its value then keeps its kind.
    package var single: Expression? {
        guard parts.count == 1, case .expression(let expression) = parts[0] else { return nil }
        return expression
    }

    /// The text with everything filled in.
    ///
    /// - Parameters:
    ///   - lookup: Gives the values.
    ///   - reveal: Gives the text of a secret that stands alone in a `${…}`.
    /// - Returns: The text.
    /// - Throws: `EvaluationError` of an expression, of the lookup or of `reveal`, where a secret is part of an expression, or when
    ///   the text becomes longer than 1 MiB.
    package func fill(_ lookup: Lookup, reveal: Reveal = refuseSecret) throws(EvaluationError) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .expression(let expression): result += try text(expression.evaluate(lookup), of: expression, reveal)
            }
            guard result.utf8.count <= Limits.filledLength else {
                throw EvaluationError("the filled text is longer than \(Limits.filledLength) bytes")
            }
        }
        return result
    }

    /// The text with everything filled in, and the value of a single `${…}`; a secret is text only.
    ///
    /// - Throws: What `fill` throws.
    package func filled(_ lookup: Lookup, reveal: Reveal = refuseSecret) throws(EvaluationError) -> FilledText {
        guard let single else { return FilledText(try fill(lookup, reveal: reveal)) }
        let value = try single.evaluate(lookup)
        let text = try text(value, of: single, reveal)
        guard text.utf8.count <= Limits.filledLength else {
            throw EvaluationError("the filled text is longer than \(Limits.filledLength) bytes")
        }
        return FilledText(text, value.holdsSecret ? nil : value)
    }

    private func text(
        _ value: Value, of expression: Expression, _ reveal: Reveal
    ) throws(EvaluationError) -> String {
        guard value.holdsSecret else { return value.text }
        guard case .secret(let source) = value, let reference = expression.soleReference else {
            throw EvaluationError("a secret stands alone in its ${…}, as in ${params.password}")
        }
        return try reveal(reference, source)
    }

    /// The value: of a single `${…}` with its kind kept, else the filled text; a secret stays where it is read.
    package func value(_ lookup: Lookup) throws(EvaluationError) -> Value {
        guard let single else { return .text(try fill(lookup)) }
        return try single.evaluate(lookup)
    }

    /// The text as written.
    package var description: String { text }
    /// Two templates are equal when they are written the same.
    package static func == (left: Template, right: Template) -> Bool { left.text == right.text }
    /// Hashes the text.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    private static func parts(of text: String) throws(ExpressionError) -> [Part] {
        // Most texts have nothing to fill in.
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text.isEmpty ? [] : [.text(text)] }
        let scalars = Array(text.unicodeScalars)
        var parts: [Part] = []
        var plain = String.UnicodeScalarView()
        var position = 0
        while position < scalars.count {
            if scalars[position...].starts(with: ["$", "$", "{"]) {
                plain.append(contentsOf: ["$", "{"])
                position += 3
            } else if scalars[position...].starts(with: ["$", "{"]) {
                if !plain.isEmpty { parts.append(.text(String(plain))) }
                plain = String.UnicodeScalarView()
                let end = try closingBrace(scalars, from: position)
                let inner = String(String.UnicodeScalarView(scalars[(position + 2)..<end]))
                parts.append(.expression(try Expression(inner, column: position + 3)))
                position = end + 1
            } else {
                plain.append(scalars[position])
                position += 1
            }
        }
        return plain.isEmpty ? parts : parts + [.text(String(plain))]
    }

    /// The place of the `}` that ends what begins at a place; braces inside quotes do not count.
    private static func closingBrace(_ scalars: [Unicode.Scalar], from start: Int) throws(ExpressionError) -> Int {
        var quote: Unicode.Scalar?
        for position in (start + 2)..<max(start + 2, scalars.count) {
            let scalar = scalars[position]
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == "}" {
                return position
            }
        }
        throw ExpressionError("the ${ that begins here has no closing }", column: start + 1)
    }
}

/// What a text with `${…}` in it is once it is filled.
package struct FilledText: Hashable, Sendable {
    /// The text.
    package let text: String
    /// The value with its kind, where the whole text is one `${…}`; nil for anything else.
    package let value: Value?

    package init(_ text: String, _ value: Value? = nil) {
        self.text = text
        self.value = value
    }
}
