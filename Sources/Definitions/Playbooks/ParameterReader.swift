// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model

extension JobReader {
    private static let parameterKeys = [
        "type", "title", "help", "default", "required", "choices", "pattern", "min", "max", "secret", "from",
    ]

    /// Reads what a job asks for, in order.
    mutating func parameters(_ field: Field) -> [Parameter] {
        (field.entries(&problems) ?? []).compactMap { name, field in
            checkName(name, of: field)
            return parameter(name, field)
        }
    }

    private mutating func parameter(_ name: String, _ field: Field) -> Parameter? {
        guard
            let record = Record(
                field, "a parameter", keys: Self.parameterKeys, hint: ForeignWords.hint(forParameter:), &problems),
            let kind = kind(record)
        else { return nil }
        var parameter = Parameter(name, kind, place: field.keyPlace)
        let title = record["title"]?.localized(&problems)
        parameter.help = record["help"]?.localized(&problems) ?? title ?? ""
        parameter.pattern = record["pattern"].flatMap { pattern($0, kind) }
        parameter.isFromInventory = isFromInventory(record)
        readChoices(record, into: &parameter)
        readLimits(record, into: &parameter)
        readDefault(record, into: &parameter)
        return parameter
    }

    /// The kind; `secret: true` says in another way that a text is a secret.
    private mutating func kind(_ record: Record) -> ValueKind? {
        let kind = record.required("type", &problems).flatMap { type($0) }
        guard let field = record["secret"], let isSecret = field.flag(&problems), let kind else { return kind }
        if isSecret && kind != .text && kind != .secret {
            field.report("only a text can be a secret, not \(kind.rawValue)", &problems)
        } else if !isSecret && kind == .secret {
            field.report("a parameter of type secret is always one", &problems)
        }
        return isSecret ? .secret : kind
    }

    private mutating func type(_ field: Field) -> ValueKind? {
        guard let word = field.setting.text, let meant = ForeignWords.parameterTypes[word.lowercased()] else {
            return field.choice(ValueKind.self, &problems)
        }
        let words = ValueKind.allCases.map(\.rawValue).joined(separator: ", ")
        field.report("must be one of \(words), not '\(word)'; did you mean '\(meant)'?", &problems)
        return nil
    }

    /// A pattern that can be used; nil when it is wrong, or the kind has none.
    private mutating func pattern(_ field: Field, _ kind: ValueKind) -> String? {
        guard let text = field.text(&problems) else { return nil }
        do throws(Expressions.PatternError) {
            _ = try Pattern(text)
        } catch {
            field.report("\(error.message); patterns are Perl-compatible (PCRE2)", &problems)
            return nil
        }
        if ![.text, .path, .choice].contains(kind) {
            field.warn("has no effect: only a text, path or choice has a pattern, not \(kind.rawValue)", &problems)
        }
        return text
    }

    private mutating func isFromInventory(_ record: Record) -> Bool {
        guard let field = record["from"], let source = field.text(&problems) else { return false }
        if source == "inventory" { return true }
        field.report("must be 'inventory', not '\(source)'", &problems)
        return false
    }

    private mutating func readChoices(_ record: Record, into parameter: inout Parameter) {
        guard parameter.kind == .choice else {
            record["choices"]?.report("only a parameter of type choice has choices", &problems)
            return
        }
        guard let field = record.required("choices", &problems) else { return }
        parameter.choices = field.texts(&problems)
        if parameter.choices.isEmpty { field.report("must name at least one choice", &problems) }
        if Set(parameter.choices).count < parameter.choices.count { field.report("names a choice twice", &problems) }
    }

    private mutating func readLimits(_ record: Record, into parameter: inout Parameter) {
        parameter.minimum = limit("min", record, parameter.kind)
        parameter.maximum = limit("max", record, parameter.kind)
        guard let least = parameter.minimum, let most = parameter.maximum, least.order(toLimit: most) == .more else {
            return
        }
        record["min"]?.report("must not be larger than max", &problems)
    }

    private mutating func limit(_ key: String, _ record: Record, _ kind: ValueKind) -> Value? {
        guard let field = record[key] else { return nil }
        switch kind {
        case .integer, .number, .size, .duration: return field.value(kind, &problems)
        case .text, .bool, .path, .choice, .list, .secret:
            field.report("only a number, size or duration has limits, not \(kind.rawValue)", &problems)
            return nil
        }
    }

    private mutating func readDefault(_ record: Record, into parameter: inout Parameter) {
        let isRequired = record["required"]?.flag(&problems)
        guard let field = record["default"] else {
            parameter.isOptional = isRequired == false
            return
        }
        if isRequired == true { record["required"]?.warn("has no effect beside a default", &problems) }
        guard let value = field.value(parameter.kind, &problems) else { return }
        checkDefault(field, value, of: parameter)
        parameter.defaultValue = value
    }

    private mutating func checkDefault(_ field: Field, _ value: Value, of parameter: Parameter) {
        if parameter.kind == .choice, !parameter.choices.isEmpty, !parameter.choices.contains(value.text) {
            let list = parameter.choices.joined(separator: ", ")
            let help = didYouMean(value.text, among: parameter.choices)
            field.report("must be one of the choices \(list), not '\(value.text)'\(help)", &problems)
        }
        if let pattern = parameter.pattern, case .text(let text) = value,
            (try? Pattern(pattern).matchesWhole(text)) == false
        {
            field.report("must match \(pattern), and '\(text)' does not", &problems)
        }
        if let (isLeast, _) = parameter.limit(brokenBy: value) {
            field.report(isLeast ? "is smaller than min" : "is larger than max", &problems)
        }
        if parameter.kind != .secret, value.text.contains("${") {
            field.warn("'${…}' is not filled in here; it stays as it is", &problems)
        }
    }
}
