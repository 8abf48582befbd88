// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads a selection, by hand and from left to right: a list binds least, then `or`, then `and`, then `not`.
struct SelectorParser {
    private enum Token: Hashable {
        case word(String), and, or, not, open, close
        /// Between two members of a list.
        case comma
        /// Before a member of a list that all must be in, or none.
        case only, without
    }

    private let text: String
    private let option: String
    private var tokens: [(token: Token, column: Int)] = []
    private var position = 0
    private var depth = 0
    private var patterns = 0

    init(_ text: String, option: String) {
        self.text = text
        self.option = option
    }

    /// The most bytes of a selection, and how deep parentheses and `not` may stand in each other.
    private static let longest = 100_000
    private static let deepest = 100
    /// Each pattern is held against each host.
    private static let mostPatterns = 1_000

    mutating func parse() throws(Problem) -> Selector.Node {
        guard text.utf8.count <= Self.longest else {
            throw Problem(
                "the selection is longer than \(Self.longest) bytes; name a group (group=web) instead of each host",
                path: option)
        }
        tokens = try split()
        guard !tokens.isEmpty else {
            throw Problem("the selection is empty; name hosts, a group (group=web) or 'all'", path: option)
        }
        let node = try list()
        guard position == tokens.count else { throw unexpected() }
        return node
    }

    /// As Ansible reads lists: what is in any plain member, in every `&` member and in no `!` member, whatever their order.
    private mutating func list() throws(Problem) -> Selector.Node {
        var members: [Selector.Node] = []
        var limits: [Selector.Node] = []
        repeat {
            if take(.only) {
                limits.append(try either())
            } else if take(.without) {
                limits.append(.not(try either()))
            } else {
                members.append(try either())
            }
        } while take(.comma)
        return .all(of: [.any(of: members.isEmpty ? [.all] : members)] + limits)
    }

    private mutating func either() throws(Problem) -> Selector.Node {
        var nodes = [try both()]
        while take(.or) { nodes.append(try both()) }
        return .any(of: nodes)
    }

    private mutating func both() throws(Problem) -> Selector.Node {
        var nodes = [try single()]
        while take(.and) { nodes.append(try single()) }
        return .all(of: nodes)
    }

    private mutating func single() throws(Problem) -> Selector.Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw Problem("the selection is nested more than \(Self.deepest) deep", path: option)
        }
        if take(.not) || take(.without) { return .not(try single()) }
        if take(.open) {
            let node = try list()
            guard take(.close) else { throw unexpected("a ')' is missing") }
            return node
        }
        guard position < tokens.count, case .word(let word) = tokens[position].token else { throw unexpected() }
        position += 1
        let node = try term(word, column: tokens[position - 1].column)
        patterns += node.isPattern ? 1 : 0
        guard patterns <= Self.mostPatterns else {
            throw Problem(
                "the selection has more than \(Self.mostPatterns) patterns; name a group (group=web) instead",
                path: option)
        }
        return node
    }

    private mutating func take(_ token: Token) -> Bool {
        guard position < tokens.count, tokens[position].token == token else { return false }
        position += 1
        return true
    }

    private func unexpected(_ what: String? = nil) -> Problem {
        let column = position < tokens.count ? tokens[position].column : text.unicodeScalars.count + 1
        let reason = what ?? (position < tokens.count ? "this does not belong here" : "something is missing at the end")
        return Problem("\(reason) in the selection '\(shown)' (column \(column))", path: option)
    }

    /// The selection, or its beginning where it is long.
    private var shown: String { text.unicodeScalars.count > 200 ? String(text.unicodeScalars.prefix(200)) + "…" : text }

    private func split() throws(Problem) -> [(token: Token, column: Int)] {
        var result: [(Token, Int)] = []
        var word = String.UnicodeScalarView()
        var start = 0
        var isQuoted = false
        var depth = 0
        var quote: (mark: Unicode.Scalar, column: Int)?
        func flush() {
            guard !word.isEmpty || isQuoted else { return }
            let text = String(word)
            let operation: Token? = isQuoted ? nil : ["and": .and, "or": .or, "not": .not][text]
            result.append((operation ?? .word(text), start))
            word = String.UnicodeScalarView()
            isQuoted = false
        }
        for (index, character) in text.unicodeScalars.enumerated() {
            let column = index + 1
            if word.isEmpty, !isQuoted { start = column }
            if let open = quote {
                if character == open.mark { quote = nil } else { word.append(character) }
                continue
            }
            if character == "\"" || character == "'" {
                quote = (character, column)
                isQuoted = true
                continue
            }
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            guard depth == 0 else {
                word.append(character)
                continue
            }
            switch character {
            case " ", "\t", "\n": flush()
            case "(", ")":
                flush()
                result.append((character == "(" ? .open : .close, column))
            case ",", ":":
                flush()
                result.append((.comma, column))
            case "&" where word.isEmpty: result.append((.only, column))
            case "!" where word.isEmpty: result.append((.without, column))
            default: word.append(character)
            }
        }
        if let quote {
            throw Problem(
                "the quotation mark is not closed in the selection '\(shown)' (column \(quote.column))", path: option)
        }
        flush()
        return result
    }

    private func term(_ word: String, column: Int) throws(Problem) -> Selector.Node {
        if word == "all" || word == "*" { return .all }
        if let attribute = try attribute(word, column) { return .attribute(attribute) }
        let parts = word.unicodeScalars.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            .map { String($0) }
        guard let name = Glob(parts[0]), !parts[0].isEmpty else { throw badRange(word, column) }
        guard parts.count == 2 else { return .name(name, instance: nil) }
        guard let instance = Glob(parts[1]), !parts[1].isEmpty else { throw badRange(word, column) }
        return .name(name, instance: instance)
    }

    private func badRange(_ word: String, _ column: Int) -> Problem {
        Problem("'\(word)' is not a name, a range such as web[01-20] or a glob (column \(column))", path: option)
    }

    private func attribute(_ word: String, _ column: Int) throws(Problem) -> Selector.Attribute? {
        guard let comparison = firstComparison(in: word.unicodeScalars[...]) else { return nil }
        let key = String(word.unicodeScalars[..<comparison.range.lowerBound])
        let known = ["group", "service", "software", "instance", "os", "address"]
        guard known.contains(key) || key.hasPrefix("label.") || key.hasPrefix("var.") else {
            throw Problem(
                "'\(key)' cannot be selected by; known are \(known.joined(separator: ", ")), label.NAME and var.NAME "
                    + "(column \(column))", path: option)
        }
        let rest = word.unicodeScalars[comparison.range.upperBound...]
        if key == "software", let second = firstComparison(in: rest) {
            guard let value = Glob(String(rest[..<second.range.lowerBound])) else { throw badRange(word, column) }
            return Selector.Attribute(
                key: key, value: value, version: Version(String(rest[second.range.upperBound...])),
                comparison: second.comparison)
        }
        guard key != "software" || [.equal, .unequal].contains(comparison.comparison) else {
            throw Problem(
                "'\(word)' compares no version; say which software: software=NAME\(comparison.comparison.rawValue)"
                    + "\(String(rest)) (column \(column))", path: option)
        }
        guard let value = Glob(String(rest)), !rest.isEmpty else { throw badRange(word, column) }
        return Selector.Attribute(key: key, value: value, version: nil, comparison: comparison.comparison)
    }

    private func firstComparison(
        in text: Substring.UnicodeScalarView
    ) -> (comparison: Selector.Attribute.Comparison, range: Range<String.Index>)? {
        for index in text.indices {
            for comparison in Selector.Attribute.Comparison.allCases {
                let sign = comparison.rawValue.unicodeScalars
                guard text[index...].starts(with: sign) else { continue }
                return (comparison, index..<text.index(index, offsetBy: sign.count))
            }
        }
        return nil
    }
}
