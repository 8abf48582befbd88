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

    init(_ text: String, option: String) {
        self.text = text
        self.option = option
    }

    mutating func parse() throws(Problem) -> Selector.Node {
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
        let wanted = members.dropFirst().reduce(members.first ?? .all) { .either($0, $1) }
        return limits.reduce(wanted) { .both($0, $1) }
    }

    private mutating func either() throws(Problem) -> Selector.Node {
        var node = try both()
        while take(.or) { node = .either(node, try both()) }
        return node
    }

    private mutating func both() throws(Problem) -> Selector.Node {
        var node = try single()
        while take(.and) { node = .both(node, try single()) }
        return node
    }

    private mutating func single() throws(Problem) -> Selector.Node {
        if take(.not) || take(.without) { return .not(try single()) }
        if take(.open) {
            let node = try list()
            guard take(.close) else { throw unexpected("a ')' is missing") }
            return node
        }
        guard position < tokens.count, case .word(let word) = tokens[position].token else { throw unexpected() }
        position += 1
        return try term(word, column: tokens[position - 1].column)
    }

    private mutating func take(_ token: Token) -> Bool {
        guard position < tokens.count, tokens[position].token == token else { return false }
        position += 1
        return true
    }

    private func unexpected(_ what: String? = nil) -> Problem {
        let column = position < tokens.count ? tokens[position].column : text.count + 1
        let reason = what ?? (position < tokens.count ? "this does not belong here" : "something is missing at the end")
        return Problem("\(reason) in the selection '\(text)' (column \(column))", path: option)
    }

    private func split() throws(Problem) -> [(token: Token, column: Int)] {
        var result: [(Token, Int)] = []
        var word = ""
        var start = 0
        var isQuoted = false
        var depth = 0
        var quote: (mark: Character, column: Int)?
        func flush() {
            guard !word.isEmpty || isQuoted else { return }
            let operation: Token? = isQuoted ? nil : ["and": .and, "or": .or, "not": .not][word]
            result.append((operation ?? .word(word), start))
            word = ""
            isQuoted = false
        }
        for (index, character) in text.enumerated() {
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
                "the quotation mark is not closed in the selection '\(text)' (column \(quote.column))", path: option)
        }
        flush()
        return result
    }

    private func term(_ word: String, column: Int) throws(Problem) -> Selector.Node {
        if word == "all" || word == "*" { return .all }
        if let attribute = try attribute(word, column) { return .attribute(attribute) }
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = Glob(parts[0]), !parts[0].isEmpty else { throw badRange(word, column) }
        guard parts.count == 2 else { return .name(name, instance: nil) }
        guard let instance = Glob(parts[1]), !parts[1].isEmpty else { throw badRange(word, column) }
        return .name(name, instance: instance)
    }

    private func badRange(_ word: String, _ column: Int) -> Problem {
        Problem("'\(word)' is not a name, a range such as web[01-20] or a glob (column \(column))", path: option)
    }

    private func attribute(_ word: String, _ column: Int) throws(Problem) -> Selector.Attribute? {
        guard let comparison = firstComparison(in: word[...]) else { return nil }
        let key = String(word[..<comparison.range.lowerBound])
        let known = ["group", "service", "software", "instance", "os", "address"]
        guard known.contains(key) || key.hasPrefix("label.") || key.hasPrefix("var.") else {
            throw Problem(
                "'\(key)' cannot be selected by; known are \(known.joined(separator: ", ")), label.NAME and var.NAME "
                    + "(column \(column))", path: option)
        }
        let rest = word[comparison.range.upperBound...]
        if key == "software", let second = firstComparison(in: rest) {
            guard let value = Glob(String(rest[..<second.range.lowerBound])) else { throw badRange(word, column) }
            return Selector.Attribute(
                key: key, value: value, version: Version(String(rest[second.range.upperBound...])),
                comparison: second.comparison)
        }
        guard key != "software" || [.equal, .unequal].contains(comparison.comparison) else {
            throw Problem(
                "'\(word)' compares no version; say which software: software=NAME\(comparison.comparison.rawValue)"
                    + "\(rest) (column \(column))", path: option)
        }
        guard let value = Glob(String(rest)), !rest.isEmpty else { throw badRange(word, column) }
        return Selector.Attribute(key: key, value: value, version: nil, comparison: comparison.comparison)
    }

    private func firstComparison(
        in text: Substring
    ) -> (comparison: Selector.Attribute.Comparison, range: Range<Substring.Index>)? {
        for index in text.indices {
            for comparison in Selector.Attribute.Comparison.allCases where text[index...].hasPrefix(comparison.rawValue)
            {
                let end = text.index(index, offsetBy: comparison.rawValue.count)
                return (comparison, index..<end)
            }
        }
        return nil
    }
}
