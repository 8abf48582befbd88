// SPDX-License-Identifier: Apache-2.0

import Model

extension Field {
    /// A single value's text, which is not empty.
    func text(_ problems: inout Problems) -> String? {
        guard let text = setting.text else {
            report("must be a single value, not \(setting.kind)", &problems)
            return nil
        }
        guard !text.isEmpty else {
            report("must not be empty", &problems)
            return nil
        }
        return text
    }

    /// A value of a kind; the text of a secret is never repeated in the problem.
    func value(_ kind: ValueKind, _ problems: inout Problems) -> Value? {
        if case .list = setting.content, kind == .list { return .list(texts(&problems).map(Value.text)) }
        guard let text = setting.text else {
            report("must be \(kind.expectation), not \(setting.kind)", &problems)
            return nil
        }
        guard let value = kind.value(from: text) else {
            let shown = kind == .secret ? "" : ", not '\(text)'"
            report("must be \(kind.expectation(insteadOf: text))\(shown)", &problems)
            return nil
        }
        return value
    }

    /// `true` or `false`.
    func flag(_ problems: inout Problems) -> Bool? {
        guard case .bool(let flag)? = value(.bool, &problems) else { return nil }
        return flag
    }

    /// A whole number within limits.
    func integer(_ range: ClosedRange<Int>, _ problems: inout Problems) -> Int? {
        guard let text = text(&problems) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let limits =
                range.upperBound == Int.max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            report("must be a whole number \(limits), not '\(text)'", &problems)
            return nil
        }
        return number
    }

    /// A duration.
    func duration(_ problems: inout Problems) -> Duration? {
        guard case .duration(let duration)? = value(.duration, &problems) else { return nil }
        return duration
    }

    /// Where a secret is read.
    func secret(_ problems: inout Problems) -> SecretSource? {
        guard case .secret(let source)? = value(.secret, &problems) else { return nil }
        return source
    }

    /// One of an enumeration's words.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ type: Choice.Type = Choice.self, _ problems: inout Problems
    ) -> Choice? {
        guard let text = text(&problems) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        let list = words.joined(separator: ", ")
        report("must be one of \(list), not '\(text)'\(didYouMean(text, among: words))", &problems)
        return nil
    }

    /// A number of lanes or a share of them.
    func amount(_ problems: inout Problems) -> Pace.Amount? {
        guard let text = text(&problems) else { return nil }
        if let amount = Pace.Amount(text) { return amount }
        report("must be a number such as 3 or a share such as 25%, not '\(text)'", &problems)
        return nil
    }

    /// Text, or one text per language.
    func localized(_ problems: inout Problems) -> Localized? {
        guard case .map = setting.content else { return text(&problems).map { Localized($0) } }
        let languages = Language.allCases.map(\.rawValue)
        guard let record = Record(self, "a text by language", keys: languages, &problems) else { return nil }
        guard record.required(Language.english.rawValue, &problems) != nil else { return nil }
        var texts: [Language: String] = [:]
        for language in Language.allCases { texts[language] = record[language.rawValue]?.text(&problems) }
        return Localized(texts)
    }
}
